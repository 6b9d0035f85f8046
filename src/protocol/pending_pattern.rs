//! Patterns of `patch --lazy`, which wait for what is imported or defined later.

use serde::{Deserialize, Serialize};

use super::{Pattern, Recorders, Scope, SymbolPath};
use crate::error::Error;

/// A lazy pattern, and what it has matched so far.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PendingPattern {
    /// What it matches.
    pub pattern: Pattern,
    /// The script's own name, which the pattern may use.
    pub script: Option<String>,
    /// The most callables that it may patch.
    pub limit: Option<usize>,
    /// What is recorded of what it matches.
    pub recorders: Recorders,
    /// The number of callables patched on arrival.
    pub patched: usize,
    /// Why the last match that could not be patched was left alone.
    pub trouble: Option<Error>,
}

impl PendingPattern {
    /// Whether a scope covers what it waits for.
    #[must_use]
    pub fn is_in(&self, scope: &Scope) -> bool {
        let script = self.script.as_deref();
        match scope {
            Scope::Own => true,
            Scope::Matching(patterns) => patterns
                .iter()
                .any(|pattern| pattern.covers(&self.pattern, script)),
        }
    }
}

/// What a pending pattern has found: it matches more than it finds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The pattern, as it was typed.
    pub pattern: String,
    /// What it has found and patched for the first time.
    pub met: Vec<SymbolPath>,
    /// As in [`PendingPattern`].
    pub patched: usize,
    /// As in [`PendingPattern`].
    pub trouble: Option<Error>,
}

/// What happened to a lazy pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pendency {
    /// It is pending from now on.
    Pending,
    /// A dry run: it would be pending.
    WouldBePending,
    /// It is no longer pending.
    NotPending,
    /// It is not pending: it matches a script that was started without being watched.
    TooLate,
}

impl Pendency {
    /// The report on patterns in this state.
    pub fn of<'a>(self, patterns: impl IntoIterator<Item = &'a Pattern>) -> Vec<(String, Self)> {
        let tell = |pattern: &Pattern| (pattern.as_str().to_owned(), self);
        patterns.into_iter().map(tell).collect()
    }
}
