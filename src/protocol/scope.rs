//! Which callables a request is about.

use serde::{Deserialize, Serialize};

use super::{Pattern, SymbolPath};
use crate::error::Result;

/// A set of callables.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub enum Scope {
    /// The program's own code, and everything that was ever patched.
    #[default]
    Own,
    /// Everything loaded that matches one of the patterns.
    Matching(Vec<Pattern>),
}

impl Scope {
    /// The scope of a command line: without patterns, the program's own code.
    ///
    /// # Errors
    /// If a pattern is malformed.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let patterns = patterns
            .into_iter()
            .map(Pattern::parse)
            .collect::<Result<Vec<_>>>()?;
        Ok(if patterns.is_empty() {
            Self::Own
        } else {
            Self::Matching(patterns)
        })
    }

    /// Whether the callable at `path`, in a matching module, is in the scope.
    #[must_use]
    pub fn matches(&self, path: &SymbolPath, script: Option<&str>) -> bool {
        match self {
            Self::Own => true,
            Self::Matching(patterns) => {
                patterns.iter().any(|pattern| pattern.matches(path, script))
            }
        }
    }

    /// The same with other patterns.
    ///
    /// # Errors
    /// Those of `patterns`.
    pub fn with(&self, patterns: impl FnOnce(&[Pattern]) -> Result<Vec<Pattern>>) -> Result<Self> {
        Ok(match self {
            Self::Own => Self::Own,
            Self::Matching(typed) => Self::Matching(patterns(typed)?),
        })
    }
}
