//! The order in which callables are shown.

use std::cmp::Reverse;

use super::history::History;
use crate::measures::Sort;

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
