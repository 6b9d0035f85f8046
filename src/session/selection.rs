//! From patterns to the functions they mean: one symbol path is looked up, a wildcard looks around.

use std::collections::HashSet;

use super::pattern::Pattern;
use super::pending::Progress;
use super::rows::Scope;
use super::worker::Worker;
use crate::cpython::{Function, Kind, SymbolPath, resolve, with_gil};
use crate::error::Result;

/// A function that was selected, and how it was found.
pub(super) struct Selected {
    pub(super) path: SymbolPath,
    pub(super) kind: Kind,
    pub(super) function: Function,
    pub(super) notes: Vec<String>,
}

impl Worker {
    /// The functions that the patterns mean, each once, in the order of the patterns.
    ///
    /// # Errors
    /// If a symbol path cannot be resolved, or a pattern matches nothing.
    pub(super) fn select(
        &self,
        progress: &Progress,
        patterns: &[Pattern],
    ) -> Result<Vec<Selected>> {
        let mut selected = Vec::new();
        let mut seen = HashSet::new();
        for pattern in patterns {
            for found in self.select_one(progress, pattern)? {
                if seen.insert(found.function.id()) {
                    selected.push(found);
                }
            }
        }
        Ok(selected)
    }

    fn select_one(&self, progress: &Progress, pattern: &Pattern) -> Result<Vec<Selected>> {
        if let Some(path) = pattern.as_symbol_path()? {
            // Not a slice: an import runs for as long as the module's own code does.
            let resolved = with_gil(|gil| resolve(gil, &path))?;
            let (path, kind, function, notes) = (
                resolved.path,
                resolved.kind,
                resolved.function,
                resolved.notes,
            );
            return Ok(vec![Selected {
                path,
                kind,
                function,
                notes,
            }]);
        }
        let scope = Scope::Matching(vec![pattern.clone()]);
        let mut selected = self.scan(progress, &scope, |_, callable| {
            let (path, kind, function) = (callable.path, callable.kind, callable.function);
            Ok(Selected {
                path,
                kind,
                function,
                notes: Vec::new(),
            })
        })?;
        if selected.is_empty() && !progress.is_cancelled() {
            return Err(self.nothing_matches(pattern));
        }
        selected.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(selected)
    }
}
