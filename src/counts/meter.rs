//! Everything that a patch counts and records, to be read.

use std::sync::Arc;

use super::{Counter, Recording};

/// The counter of a patch, and its times and errors if they were ever recorded.
#[derive(Debug, Clone)]
pub struct Meter {
    /// Its hits.
    pub counter: Counter,
    /// Its times and errors.
    pub recording: Option<Arc<Recording>>,
}
