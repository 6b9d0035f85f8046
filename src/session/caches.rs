//! What the worker keeps of a request for later ones: what the modules contain, and the last list of
//! callables, so that a request can name it instead of bringing it along.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::measuring::Baselines;
use super::roll::Roll;
use super::rows::Scope;
use super::survey::Known;
use crate::counts::Meter;

/// Names a roll, and says what to list if the worker no longer has it.
#[derive(Debug, Clone)]
pub struct Roster {
    pub(super) number: u64,
    pub(super) scope: Scope,
}

/// What the worker keeps between two requests.
#[derive(Default)]
pub(super) struct Caches {
    known: Mutex<Known>,
    last: Mutex<Last>,
    baselines: Mutex<Baselines>,
}

/// The last roll, and what counting its callables needs.
#[derive(Default)]
pub(super) struct Last {
    /// As long as somebody else needs it, too.
    roll: Weak<Roll>,
    /// What counts for all rows, each once: a function may have several names.
    pub(super) meters: Vec<Meter>,
    /// For each dictionary with counts of the program, the row that each entry belongs to, as of
    /// the last reading.
    pub(super) orders: HashMap<usize, Vec<u32>>,
}

impl Caches {
    /// The contents of the modules.
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What had been recorded when an interval began.
    pub(super) fn baselines(&self) -> MutexGuard<'_, Baselines> {
        self.baselines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The roll of this number, if it is there.
    pub(super) fn roll(&self, number: u64) -> Option<Arc<Roll>> {
        let roll = self.last().roll.upgrade();
        roll.filter(|roll| roll.number == number)
    }

    /// From now on this is the last roll, with these meters.
    pub(super) fn keep(&self, roll: &Arc<Roll>, meters: Vec<Meter>) {
        *self.last() = Last {
            roll: Arc::downgrade(roll),
            meters,
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
        let caches = Caches::default();
        let (first, _) = called(0, &[("f", Some(1))]);
        let (second, _) = called(0, &[("f", Some(1))]);
        caches.keep(&first, Vec::new());
        caches.last().orders.insert(1, vec![0]);
        assert!(
            caches
                .roll(first.number)
                .is_some_and(|it| Arc::ptr_eq(&it, &first))
        );
        caches.keep(&second, Vec::new());
        assert!(caches.roll(first.number).is_none());
        assert!(
            caches.last().orders.is_empty(),
            "they are those of the other roll"
        );
        let number = second.roster().number;
        assert!(caches.roll(number).is_some());
        drop(second);
        assert!(caches.roll(number).is_none());
    }
}
