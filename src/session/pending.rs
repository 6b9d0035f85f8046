//! An answer that the worker has not given yet: the caller can wait for it, watch its progress, or
//! cancel it.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::error::{Error, Result};
use crate::protocol::Reply;

/// What goes with a request and is no data: where the answer is sent, and the progress.
pub(super) struct Ticket {
    pub(super) answer: Sender<Result<Reply>>,
    pub(super) progress: Arc<Progress>,
}

/// A ticket, and the answer that it will bring.
pub(super) fn ticket<T: TryFrom<Reply, Error = Error>>() -> (Ticket, Pending<T>) {
    let (answer, reply) = bounded(1);
    let progress = Arc::<Progress>::default();
    let pending = Pending {
        reply,
        progress: Arc::clone(&progress),
        kind: PhantomData,
    };
    (Ticket { answer, progress }, pending)
}

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

    /// Asks the work to stop after the current step; false if that was asked before.
    pub fn cancel(&self) -> bool {
        !self.cancelled.swap(true, Ordering::AcqRel)
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
    pub reply: Receiver<Result<Reply>>,
    /// The progress of the work.
    pub progress: Arc<Progress>,
    kind: PhantomData<fn() -> T>,
}

impl<T: TryFrom<Reply, Error = Error>> Pending<T> {
    /// Waits for the answer without a limit.
    ///
    /// # Errors
    /// If the work failed, or the worker has ended.
    pub fn wait(self) -> Result<T> {
        Self::open(self.reply.recv())
    }

    /// Waits for the answer until a time; none if it has not come.
    ///
    /// # Errors
    /// If the work failed, or the worker has ended.
    #[must_use]
    pub fn wait_until(&self, deadline: Instant) -> Option<Result<T>> {
        match self.reply.recv_deadline(deadline) {
            Err(RecvTimeoutError::Timeout) => None,
            received => Some(Self::open(received)),
        }
    }

    /// What was received from [`Self::reply`].
    ///
    /// # Errors
    /// If the work failed, or the worker has ended.
    pub fn open<E>(received: std::result::Result<Result<Reply>, E>) -> Result<T> {
        received
            .unwrap_or_else(|_| Err(worker_ended()))
            .and_then(T::try_from)
    }
}

/// The error for a request that will not be answered.
pub(super) fn worker_ended() -> Error {
    Error::new("the worker thread has ended unexpectedly")
        .hint("type `exit`, and start `instrsh` again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_cancelled_once() {
        let progress = Progress::default();
        assert!(!progress.is_cancelled());
        assert!(progress.cancel());
        assert!(!progress.cancel());
        assert!(progress.is_cancelled());
    }

    #[test]
    fn an_answer_is_awaited_until_a_time_and_is_of_the_kind_that_was_asked_for() {
        let (asked, pending) = ticket::<usize>();
        assert_eq!(pending.wait_until(Instant::now()), None);
        asked
            .answer
            .send(Ok(Reply::Number(7)))
            .expect("it is awaited");
        assert_eq!(pending.wait_until(Instant::now()), Some(Ok(7)));
        asked
            .answer
            .send(Ok(Reply::Is(true)))
            .expect("it is awaited");
        assert!(pending.wait().is_err());
    }

    #[test]
    fn a_worker_that_has_ended_is_an_error() {
        let (asked, pending) = ticket::<usize>();
        drop(asked);
        assert_eq!(
            pending.wait_until(Instant::now()),
            Some(Err(worker_ended()))
        );
        assert_eq!(pending.wait(), Err(worker_ended()));
    }
}
