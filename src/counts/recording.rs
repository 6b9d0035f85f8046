//! What is recorded of the calls of one callable, beyond that there was one.

use serde::{Deserialize, Serialize};

use super::{ErrorSites, Timing};
use crate::error::Result;

/// The times and the exceptions of one callable.
#[derive(Debug)]
pub struct Recording {
    /// Its calls that have ended. Their times are zero if only exceptions are recorded.
    pub timing: Timing,
    /// The exceptions that left it.
    pub errors: ErrorSites,
}

/// Where a recording is in memory, and which one: places are used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RecordingId {
    pub(super) place: u32,
    pub(super) owner: u64,
}

impl Recording {
    /// Of no calls yet.
    ///
    /// # Errors
    /// If the system has no memory.
    pub fn new() -> Result<Self> {
        let timing = Timing::new()?;
        let errors = ErrorSites::new(timing.id().owner);
        Ok(Self { timing, errors })
    }

    /// What finds it in [`super::Memory`].
    #[must_use]
    pub fn id(&self) -> RecordingId {
        self.timing.id()
    }

    /// Sets everything to zero. Does not need the GIL, but allows one thread at a time.
    pub fn reset(&self) {
        if self.timing.readable().sums_ever().errors > 0 {
            self.errors.reset();
        }
        self.timing.reset();
    }
}
