//! How what was ever patched differs from its state before.

use serde::{Deserialize, Serialize};

use super::{Pattern, State, SymbolPath};
use crate::error::Error;

/// The state of everything that was ever patched.
#[derive(Debug, Serialize, Deserialize)]
pub struct Verifications {
    /// Each callable.
    pub callables: Vec<Verification>,
    /// Copies of patched code that other code has made, as far as they can be found.
    pub copies: Vec<CodeCopy>,
}

/// The result for one callable that was patched.
#[derive(Debug, Serialize, Deserialize)]
pub struct Verification {
    /// The name it was patched by.
    pub path: SymbolPath,
    /// The state of its `__code__`.
    pub state: State,
    /// What has changed since before the first patch, by identity, except for the patch itself;
    /// none if the function is gone.
    pub differences: Option<Vec<Difference>>,
}

/// Code that contains the hook of a patch, in a place where the patch has not put it.
#[derive(Debug, Serialize, Deserialize)]
pub struct CodeCopy {
    /// What was patched.
    pub of: SymbolPath,
    /// The callable that runs it, if a module leads to it.
    pub runs_in: Option<SymbolPath>,
    /// How often it was called since the patch was undone, if it is not known what runs it.
    pub calls: Option<u64>,
}

impl Verifications {
    /// The error for a pattern that matches nothing that was ever patched.
    #[must_use]
    pub fn without(pattern: &Pattern) -> Error {
        Error::new(format!(
            "no callable that was ever patched matches `{pattern}`"
        ))
        .hint("`verify` without a pattern checks everything")
    }
}

impl Verification {
    /// Whether nothing has changed it; a callable that is gone counts as unchanged.
    #[must_use]
    pub fn is_as_before(&self) -> bool {
        self.differences.as_ref().is_none_or(Vec::is_empty)
    }

    /// Whether it still exists and is unchanged.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.differences.as_ref().is_some_and(Vec::is_empty)
    }
}

/// A part of a function that has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The attribute.
    pub part: String,
    /// Its current value.
    pub now: String,
}
