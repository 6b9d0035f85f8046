//! An answer that the worker has not given yet: to be waited for, watched, or given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crossbeam_channel::Receiver;

use crate::error::{Error, Result};

/// How far a piece of work is, and whether it is still wanted.
#[derive(Default)]
pub struct Progress {
    cancelled: AtomicBool,
    done: AtomicUsize,
    total: AtomicUsize,
    slices: AtomicUsize,
}

impl Progress {
    /// Steps done and steps in all; 0 in all while that is not known.
    #[must_use]
    pub fn steps(&self) -> (usize, usize) {
        (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        )
    }

    /// How often the interpreter was held for it, which tells that the work goes on.
    #[must_use]
    pub fn slices(&self) -> usize {
        self.slices.load(Ordering::Relaxed)
    }

    /// Asks for the work to end after the step that runs now.
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

/// The answer to a request, when it comes.
pub struct Pending<T> {
    /// Where the answer arrives, once; disconnected if the worker has ended.
    pub reply: Receiver<Result<T>>,
    /// How far the work is.
    pub progress: Arc<Progress>,
}

impl<T> Pending<T> {
    /// Waits for the answer for as long as it takes.
    ///
    /// # Errors
    /// If the work failed, or the worker has ended.
    pub fn wait(self) -> Result<T> {
        self.reply.recv().unwrap_or_else(|_| Err(worker_ended()))
    }
}

/// The error for a request that nobody answers any more.
#[must_use]
pub fn worker_ended() -> Error {
    Error::new("the worker thread has ended unexpectedly")
        .hint("type `exit`, and start `instrsh` again")
}
