//! The order in which callables are shown.

use std::cmp::Reverse;

use super::history::History;
use crate::measures::Sort;
use crate::protocol::{Row, State};

impl Row {
    /// Sorts rows that are sorted by name.
    pub fn sort(rows: &mut [Self], by: Sort) {
        match by {
            Sort::Name => rows.sort_by_key(Self::is_original),
            Sort::By(measure) => rows.sort_by_cached_key(|row| {
                (Reverse(measure.rank(&row.measured)), row.is_original())
            }),
        }
    }

    fn is_original(&self) -> bool {
        self.state == State::Original
    }
}

impl History {
    /// Sorts rows of the list. Nearly sorted rows take little time.
    pub fn sort(&self, rows: &mut [usize], by: Sort) {
        let among_equals = |row: usize| (self.listed().rows()[row].is_original(), row);
        match by {
            Sort::Name => rows.sort_unstable_by_key(|row| among_equals(*row)),
            Sort::By(measure) => rows.sort_by_cached_key(|row| {
                let rank = measure.rank(&self.measured_for(measure, *row));
                (Reverse(rank), among_equals(*row))
            }),
        }
    }
}
