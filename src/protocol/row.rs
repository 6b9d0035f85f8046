//! A row of the table: a callable and its counts.

use super::{Kind, Recorders, State, SymbolPath};
use crate::counts::CounterId;
use crate::measures::{Counts, Measured, Sort};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::HashSet;

/// A callable and its counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// Its name; a function with several names has a row for each.
    pub path: SymbolPath,
    /// How it is bound, and what it returns.
    pub kind: Kind,
    /// What was counted of it.
    pub measured: Measured,
    /// What is there now, as seen from the patch.
    pub state: State,
    /// What the patch records, while it is there.
    pub recorders: Recorders,
    /// The identity of its counter, if anything was ever patched there.
    pub counter: Option<CounterId>,
}

impl Row {
    /// The counts of all rows, each hook counted once even if its function has several names.
    #[must_use]
    pub fn total<'a>(rows: impl IntoIterator<Item = &'a Self>) -> Counts {
        let (mut seen, mut total) = (HashSet::new(), Counts::default());
        for Self {
            measured, counter, ..
        } in rows
        {
            total.add_calls(measured.counts.calls);
            if counter.is_some_and(|counter| seen.insert(counter)) {
                total.recorded.add(&measured.counts.recorded);
            }
        }
        total
    }

    /// Sorts rows that are sorted by name.
    pub fn sort(rows: &mut [Self], by: Sort) {
        match by {
            Sort::Name => rows.sort_by_key(Self::is_original),
            Sort::By(measure) => rows.sort_by_cached_key(|row| {
                (Reverse(measure.rank(&row.measured)), row.is_original())
            }),
        }
    }

    /// Whether no patch is or was in its place.
    #[must_use]
    pub fn is_original(&self) -> bool {
        self.state == State::Original
    }
}
