//! What was recorded of a callable, split by the process that recorded it.

use serde::{Deserialize, Serialize};

use super::SymbolPath;
use crate::counts::Process;
use crate::measures::Measured;

/// What was recorded of one callable in one process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Share {
    /// The name of the callable.
    pub path: SymbolPath,
    /// The process.
    pub counted: Counted,
    /// What was recorded in it.
    pub measured: Measured,
}

/// Where hits were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counted {
    /// A running process.
    In(Process),
    /// All processes that have ended.
    InEnded,
    /// No process: there are no hits.
    Nowhere,
}
