//! Everything that a patch counts and records, to be read.

use std::sync::Arc;

use super::{Counter, Recording, Timing};

/// The counter of a patch, and its times and errors if they were ever recorded.
#[derive(Debug, Clone)]
pub struct Meter {
    /// Its hits.
    pub counter: Counter,
    /// Its times and errors.
    pub recording: Option<Arc<Recording>>,
}

impl Meter {
    /// Sets everything to zero, and returns how many hits there were. Does not need the GIL, but allows one
    /// thread at a time.
    #[expect(
        clippy::must_use_candidate,
        reason = "who resets may not care how many there were"
    )]
    pub fn reset(&self) -> u64 {
        if let Some(recording) = self.recording.as_ref().filter(|_| self.was_called()) {
            recording.reset();
        }
        self.counter.reset()
    }

    /// What has recorded times; none if that was never done, or there was never a call: reading them would
    /// touch their memory.
    #[must_use]
    pub fn timing(&self) -> Option<&Timing> {
        let recording = self.recording.as_ref().filter(|_| self.was_called());
        recording.map(|recording| &recording.timing)
    }

    fn was_called(&self) -> bool {
        self.counter.hits_ever() > 0
    }
}
