//! A row of the table: a callable and its counts.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{Kind, Recorders, Scope, State, SymbolPath};
use crate::counts::{CounterId, MeterId};
use crate::measures::{Counts, Measured, Sort, Source};

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
    /// What counts it, if anything was ever patched there.
    pub meter: Option<MeterId>,
}

impl Row {
    /// The identity of its counter, if anything was ever patched there.
    #[must_use]
    pub fn counter(&self) -> Option<CounterId> {
        self.meter.map(|meter| meter.counter)
    }

    /// The counts of all rows, each hook counted once even if its function has several names.
    #[must_use]
    pub fn total<'a>(rows: impl IntoIterator<Item = &'a Self>) -> Counts {
        let (mut seen, mut total) = (HashSet::new(), Counts::default());
        for Self {
            measured, meter, ..
        } in rows
        {
            total.add_calls(measured.counts.calls);
            if meter.is_some_and(|meter| seen.insert(meter.counter)) {
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

/// Which rows of a scope to return. Each pattern must match something.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RowsRequest {
    /// Their callables.
    pub scope: Scope,
    /// Only those that are patched, or were and are not as before.
    pub only_patched: bool,
    /// Their order.
    pub sort: Sort,
    /// Only the first ones.
    pub limit: usize,
}

/// Rows in their order.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rows {
    /// The first of them.
    pub rows: Vec<Row>,
    /// How many there are without the limit.
    pub total: usize,
}

impl Rows {
    /// The rows that a request asks for, of those of its scope by name.
    #[must_use]
    pub fn first(mut rows: Vec<Row>, request: &RowsRequest) -> Self {
        if request.only_patched {
            rows.retain(|row| !row.is_original());
        }
        Row::sort(&mut rows, request.sort);
        let total = rows.len();
        rows.truncate(request.limit);
        Self { rows, total }
    }
}

/// What the callables that a pattern matches add up to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Summary {
    /// The number of callables.
    pub callables: usize,
    /// The number of patched callables.
    pub patched: usize,
    /// Their counts, each hook counted once even if its function has several names.
    pub counts: Counts,
    /// Whether something was recorded of each that the measure is read from.
    pub is_covered: bool,
}

impl Summary {
    /// The summary of rows, for a measure that is read from `source`.
    #[must_use]
    pub fn of<'a>(
        rows: impl IntoIterator<Item = &'a Row, IntoIter: Clone>,
        source: Option<Source>,
    ) -> Self {
        let rows = rows.into_iter();
        let is_patched = |row: &&Row| row.state == State::Patched;
        let is_covered =
            |row: &Row| source.is_none_or(|source| source.covers(&row.measured.counts));
        Self {
            callables: rows.clone().count(),
            patched: rows.clone().filter(is_patched).count(),
            is_covered: rows.clone().all(is_covered),
            counts: Row::total(rows),
        }
    }
}
