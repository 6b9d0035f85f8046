//! What is recorded of the calls of one callable, beyond that there was one.

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

impl Recording {
    /// Of no calls yet.
    ///
    /// # Errors
    /// If the system has no memory.
    pub fn new() -> Result<Self> {
        Ok(Self {
            timing: Timing::new()?,
            errors: ErrorSites::new(),
        })
    }

    /// Sets everything to zero. Does not need the GIL, but allows one thread at a time.
    pub fn reset(&self) {
        if self.timing.sums_ever().errors > 0 {
            self.errors.reset();
        }
        self.timing.reset();
    }
}
