//! What the worker keeps of a request for later ones: what the modules contain, and the last list of
//! callables, so that a request can name it instead of bringing it along.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::index::Index;
use super::measuring::Baselines;
use super::sampling::Sampled;

/// What the worker keeps between two requests.
#[derive(Default)]
pub(super) struct Caches {
    index: Mutex<Index>,
    sampled: Mutex<Sampled>,
    baselines: Mutex<Baselines>,
}

impl Caches {
    /// The contents of the modules.
    pub(super) fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What had been recorded when an interval began.
    pub(super) fn baselines(&self) -> MutexGuard<'_, Baselines> {
        self.baselines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The last roster.
    pub(super) fn sampled(&self) -> MutexGuard<'_, Sampled> {
        self.sampled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
