//! Patterns of `patch --lazy`, which wait for what is imported or defined later.

use super::Pattern;
use crate::error::Error;
use serde::{Deserialize, Serialize};

/// A lazy pattern, and what it has matched so far.
#[derive(Debug, Serialize, Deserialize)]
pub struct PendingPattern {
    /// As it was typed.
    pub pattern: String,
    /// The number of callables patched on arrival.
    pub patched: usize,
    /// Why the last match that could not be patched was left alone.
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
