//! How far a request has got, and whether its reply is still wanted.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::outbox::Outbox;
use crate::protocol::{FromAgent, Steps};

/// The shell is told of progress no more often than this.
const INTERVAL: Duration = Duration::from_millis(50);

/// The progress of a task. That of a request is told to the shell.
#[derive(Default)]
pub(super) struct Progress {
    is_cancelled: AtomicBool,
    done: AtomicUsize,
    total: AtomicUsize,
    slices: AtomicUsize,
    told: Option<Told>,
}

struct Told {
    number: u64,
    to: Outbox,
    last: Mutex<Instant>,
}

impl Progress {
    /// That of the request of this number.
    pub(super) fn of(number: u64, to: Outbox) -> Self {
        Self {
            told: Some(Told {
                number,
                to,
                last: Mutex::new(Instant::now()),
            }),
            ..Self::default()
        }
    }

    /// Asks the work to stop after the current step; false if that was asked before.
    pub(super) fn cancel(&self) -> bool {
        !self.is_cancelled.swap(true, Ordering::AcqRel)
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn expect_steps(&self, total: usize) {
        self.total.store(total, Ordering::Relaxed);
    }

    pub(super) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// The GIL was held for a slice. Must be called without it.
    pub(super) fn slice(&self) {
        self.slices.fetch_add(1, Ordering::Relaxed);
        let Some(told) = &self.told else {
            return;
        };
        let mut last = told.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= INTERVAL {
            *last = Instant::now();
            let steps = Steps {
                done: self.done.load(Ordering::Relaxed),
                total: self.total.load(Ordering::Relaxed),
                slices: self.slices.load(Ordering::Relaxed),
            };
            // Three numbers have a form.
            let _ = told.to.send(&FromAgent::Progress(told.number, steps));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_cancelled_once() {
        let progress = Progress::default();
        assert!(!progress.is_cancelled());
        assert!(progress.cancel());
        assert!(!progress.cancel());
        assert!(progress.is_cancelled());
    }
}
