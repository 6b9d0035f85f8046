//! The end of a session.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::pending::Pending;
use crate::error::Result;
use crate::protocol::Report;

/// A session that is closing.
pub struct Closing {
    undone: Pending<Report>,
    ended: Receiver<()>,
}

impl Closing {
    pub(super) fn new(undone: Pending<Report>, ended: Receiver<()>) -> Self {
        Self { undone, ended }
    }

    /// Waits until every patch is undone and the worker has ended, as long as there is progress;
    /// false if there is none for the given time because the program holds the GIL.
    #[must_use]
    pub fn is_done_within(&self, patience: Duration) -> bool {
        loop {
            let before = self.undone.progress.steps();
            match self.ended.recv_timeout(patience) {
                Err(RecvTimeoutError::Disconnected) => return true,
                _ if self.undone.progress.steps() == before => return false,
                _ => {}
            }
        }
    }

    /// The outcome, once everything is done.
    ///
    /// # Errors
    /// If the patches could not be undone.
    pub fn outcome(self) -> Result<Report> {
        self.undone.wait()
    }
}
