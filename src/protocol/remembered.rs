//! The patches of a session in a form that another session of the same program can restore: by name.

use serde::{Deserialize, Serialize};

use super::{Change, Outcome, Recorders};
use crate::error::Error;

/// What is patched, what is pending, and the budget.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    /// The patched callables, by path.
    pub patched: Vec<RememberedPatch>,
    /// The pending patterns.
    pub pending: Vec<RememberedPattern>,
    /// The budget for all patches, in percent of a core.
    pub budget: Option<f64>,
}

/// A patched callable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedPatch {
    /// Its symbol path.
    pub path: String,
    /// What is recorded of it.
    pub recorders: Recorders,
    /// Whether a pending pattern has found it, and will patch it in the same way again.
    pub is_covered: bool,
}

/// A pending pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedPattern {
    /// As it was typed.
    pub text: String,
    /// The most callables that it may patch.
    pub limit: Option<usize>,
    /// What is recorded of what it matches.
    pub recorders: Recorders,
}

/// The outcome of restoring patches.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PutBack {
    /// The number of callables that are patched again.
    pub back: usize,
    /// The number that will be patched when they are imported.
    pub waiting: usize,
    /// The number of patterns that are pending again.
    pub pending: usize,
    /// Why the others cannot be restored.
    pub lost: Vec<Error>,
}

impl PutBack {
    /// Adds the outcomes of patching.
    pub fn add(&mut self, outcomes: Vec<Outcome>) {
        for outcome in outcomes {
            match outcome.change {
                Change::Patched { .. } => self.back += 1,
                Change::Refused(error) => self.lost.push(error),
                _ => {}
            }
        }
    }
}
