//! The session with the program that runs now: `restart` puts another one in its place, for everybody.

use std::sync::{Arc, Mutex, PoisonError};

use crate::program::Session;

/// A handle on it.
#[derive(Clone)]
pub(super) struct Current(Arc<Mutex<Session>>);

impl Current {
    pub(super) fn new(session: Session) -> Self {
        Self(Arc::new(Mutex::new(session)))
    }

    /// The session.
    pub(super) fn session(&self) -> Session {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Puts another one in its place.
    pub(super) fn replace(&self, session: Session) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = session;
    }
}
