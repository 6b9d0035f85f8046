//! A reply that has not come yet: the caller can wait for it, watch its progress, or cancel the request.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::connection::Connection;
use crate::error::{Error, Result};
use crate::protocol::{Reply, Steps};

/// The progress of a request, and whether its reply is still wanted.
pub struct Progress {
    number: u64,
    connection: Weak<Connection>,
    is_cancelled: AtomicBool,
    steps: Mutex<Steps>,
}

impl Progress {
    pub(super) fn new(number: u64, connection: Weak<Connection>) -> Self {
        Self {
            number,
            connection,
            is_cancelled: AtomicBool::new(false),
            steps: Mutex::default(),
        }
    }

    /// How far the agent has got, as last told.
    #[must_use]
    pub fn steps(&self) -> Steps {
        *self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self, steps: Steps) {
        *self.steps.lock().unwrap_or_else(PoisonError::into_inner) = steps;
    }

    /// Asks the agent to stop after the current step.
    pub fn cancel(&self) {
        if !self.is_cancelled.swap(true, Ordering::AcqRel)
            && let Some(connection) = self.connection.upgrade()
        {
            connection.cancel(self.number);
        }
    }
}

/// The future reply to a request.
pub struct Pending<T> {
    /// Receives the reply, once; disconnected if the agent is gone.
    pub reply: Receiver<Result<Reply>>,
    /// The progress of the work.
    pub progress: Arc<Progress>,
    kind: PhantomData<fn() -> T>,
}

impl<T: TryFrom<Reply, Error = Error>> Pending<T> {
    pub(super) fn new(reply: Receiver<Result<Reply>>, progress: Arc<Progress>) -> Self {
        Self {
            reply,
            progress,
            kind: PhantomData,
        }
    }

    /// Waits for the reply without a limit.
    ///
    /// # Errors
    /// If the work failed, or the agent is gone.
    pub fn wait(self) -> Result<T> {
        Self::open(self.reply.recv())
    }

    /// Waits for the reply until a time; none if it has not come.
    ///
    /// # Errors
    /// If the work failed, or the agent is gone.
    #[must_use]
    pub fn wait_until(&self, deadline: Instant) -> Option<Result<T>> {
        match self.reply.recv_deadline(deadline) {
            Err(RecvTimeoutError::Timeout) => None,
            received => Some(Self::open(received)),
        }
    }

    /// Waits for the reply as long as there is progress; none if there is none for the given time.
    #[must_use]
    pub fn while_it_moves(&self, patience: Duration) -> Option<Result<T>> {
        loop {
            let before = self.progress.steps();
            match self.reply.recv_timeout(patience) {
                Err(RecvTimeoutError::Timeout) if self.progress.steps() == before => return None,
                Err(RecvTimeoutError::Timeout) => {}
                received => return Some(Self::open(received)),
            }
        }
    }

    /// What was received from [`Self::reply`].
    ///
    /// # Errors
    /// If the work failed, or the agent is gone.
    pub fn open<E>(received: std::result::Result<Result<Reply>, E>) -> Result<T> {
        received
            .unwrap_or_else(|_| Err(agent_gone()))
            .and_then(T::try_from)
    }
}

/// The error for a request that will not be answered.
pub(super) fn agent_gone() -> Error {
    Error::new("the program is gone").hint("`restart` starts it again")
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;

    #[test]
    fn a_reply_is_awaited_until_a_time_and_is_of_the_kind_that_was_asked_for() {
        let (answer, reply) = bounded(1);
        let progress = Arc::new(Progress::new(1, Weak::new()));
        let pending = Pending::<usize>::new(reply, progress);
        let soon = || Instant::now() + Duration::from_millis(1);
        assert_eq!(pending.wait_until(soon()), None);
        answer.send(Ok(Reply::Number(7))).expect("it is awaited");
        assert_eq!(pending.wait_until(soon()), Some(Ok(7)));
        answer.send(Ok(Reply::Is(true))).expect("it is awaited");
        assert!(pending.wait_until(soon()).is_some_and(|it| it.is_err()));
        drop(answer);
        assert_eq!(pending.wait(), Err(agent_gone()));
    }
}
