//! What was recorded of the calls of callables.

use serde::{Deserialize, Serialize};

use super::Row;
use crate::counts::ErrorSite;
use crate::error::Error;

/// A callable with everything that was recorded of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CallReport {
    /// Its row.
    pub row: Row,
    /// The exceptions that left it, the most frequent first.
    pub errors: Vec<ErrorSite>,
}

/// What was recorded in an interval.
#[derive(Debug, Serialize, Deserialize)]
pub struct IntervalReport {
    /// The callables, by path.
    pub callables: Vec<CallReport>,
    /// Why the patches of some could not be taken off.
    pub trouble: Vec<Error>,
}
