//! What the worker keeps between two counts, so that a request can name a list of callables instead of
//! bringing it along.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::roll::Roll;
use super::rows::Scope;
use crate::counts::Counter;

/// Names a roll, and says what to list if the worker no longer has it.
#[derive(Debug, Clone)]
pub struct Roster {
    pub(super) number: u64,
    pub(super) scope: Scope,
}

/// What the worker keeps between two counts.
#[derive(Default)]
pub(super) struct Counting {
    last: Mutex<Last>,
}

/// The last roll, and what counting its callables needs.
#[derive(Default)]
pub(super) struct Last {
    /// As long as somebody else needs it, too.
    roll: Weak<Roll>,
    /// The counters of all rows, each once: a function may have several names.
    pub(super) counters: Vec<Counter>,
    /// For each dictionary with counts of the program, the row that each entry belongs to, as of
    /// the last reading.
    pub(super) orders: HashMap<usize, Vec<u32>>,
}

impl Counting {
    /// The roll of this number, if it is there.
    pub(super) fn roll(&self, number: u64) -> Option<Arc<Roll>> {
        let roll = self.last().roll.upgrade();
        roll.filter(|roll| roll.number == number)
    }

    /// From now on this is the last roll, with these counters.
    pub(super) fn keep(&self, roll: &Arc<Roll>, counters: Vec<Counter>) {
        *self.last() = Last {
            roll: Arc::downgrade(roll),
            counters,
            orders: HashMap::new(),
        };
    }

    /// What counting the callables of the last roll needs.
    pub(super) fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::testing::called;

    #[test]
    fn the_last_roll_is_found_by_its_number_while_somebody_needs_it() {
        let counting = Counting::default();
        let (first, _) = called(0, &[("f", Some(1))]);
        let (second, _) = called(0, &[("f", Some(1))]);
        counting.keep(&first, Vec::new());
        counting.last().orders.insert(1, vec![0]);
        assert!(
            counting
                .roll(first.number)
                .is_some_and(|it| Arc::ptr_eq(&it, &first))
        );
        counting.keep(&second, Vec::new());
        assert!(counting.roll(first.number).is_none());
        assert!(
            counting.last().orders.is_empty(),
            "they are those of the other roll"
        );
        let number = second.roster().number;
        assert!(counting.roll(number).is_some());
        drop(second);
        assert!(counting.roll(number).is_none());
    }
}
