//! An answer that the worker has not given yet: the caller can wait for it, watch its progress, or
//! cancel it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crossbeam_channel::Receiver;

use crate::error::{Error, Result};

/// The progress of a task, and whether it is still wanted.
#[derive(Default)]
pub struct Progress {
    cancelled: AtomicBool,
    done: AtomicUsize,
    total: AtomicUsize,
    slices: AtomicUsize,
}

impl Progress {
    /// Steps done and total steps; the total is 0 while unknown.
    #[must_use]
    pub fn steps(&self) -> (usize, usize) {
        (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        )
    }

    /// How often the GIL was held for it: a sign of progress.
    #[must_use]
    pub fn slices(&self) -> usize {
        self.slices.load(Ordering::Relaxed)
    }

    /// Asks the work to stop after the current step.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn expect_steps(&self, total: usize) {
        self.total.store(total, Ordering::Relaxed);
    }

    pub(super) fn slice(&self) {
        self.slices.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// The future answer to a request.
pub struct Pending<T> {
    /// Receives the answer, once; disconnected if the worker has ended.
    pub reply: Receiver<Result<T>>,
    /// The progress of the work.
    pub progress: Arc<Progress>,
}

impl<T> Pending<T> {
    /// Waits for the answer without a limit.
    ///
    /// # Errors
    /// If the work failed, or the worker has ended.
    pub fn wait(self) -> Result<T> {
        self.reply.recv().unwrap_or_else(|_| Err(worker_ended()))
    }
}

/// The error for a request that will not be answered.
#[must_use]
pub fn worker_ended() -> Error {
    Error::new("the worker thread has ended unexpectedly")
        .hint("type `exit`, and start `instrsh` again")
}
