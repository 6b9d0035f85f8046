//! Whether every callable that was ever patched is what it was before.

use super::patch::State;
use super::pattern::Pattern;
use super::pending::Progress;
use super::worker::Worker;
use crate::cpython::{Difference, SymbolPath};
use crate::error::{Error, Result};

/// The part that a patch exchanges, and a watch over imports.
const CODE: &str = "__code__";

/// What became of one callable that was patched.
pub struct Verification {
    /// The name it was patched by.
    pub path: SymbolPath,
    /// What stands in its `__code__` now.
    pub state: State,
    /// What is not as it was before the first patch, by identity; none if the function is gone.
    pub differences: Option<Vec<Difference>>,
}

impl Verification {
    /// Whether somebody changed it: a patch that is in place is our own difference.
    #[must_use]
    pub fn is_as_before(&self) -> bool {
        let is_ours =
            |difference: &Difference| self.state == State::Patched && difference.part == CODE;
        self.differences
            .as_ref()
            .is_none_or(|differences| differences.iter().all(is_ours))
    }
}

impl Worker {
    /// Compares what was ever patched, and matches a pattern if there are any, with what it was.
    pub(super) fn verify(
        &self,
        progress: &Progress,
        patterns: &[Pattern],
    ) -> Result<Vec<Verification>> {
        let (mut patches, script) = (self.patches.all(), self.script());
        let meant = patterns
            .iter()
            .map(|it| self.of_patched(it, script.as_deref()));
        let patterns: Vec<_> = meant.collect();
        let matches =
            |pattern: &Pattern, path: &SymbolPath| pattern.matches(path, script.as_deref());
        let matches_none =
            |pattern: &&Pattern| !patches.iter().any(|patch| matches(pattern, &patch.path));
        if let Some(pattern) = patterns.iter().find(matches_none) {
            return Err(Error::new(format!(
                "no callable that was ever patched matches `{pattern}`"
            ))
            .hint("`verify` without a pattern checks everything"));
        }
        patches.retain(|patch| {
            patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, &patch.path))
        });
        progress.expect_steps(patches.len());
        let mut verifications = Vec::with_capacity(patches.len());
        self.in_slices(progress, patches, |gil, patch| {
            let mut differences = if self.patches.is_newest(&patch) {
                patch.differences_in_place(gil)?
            } else {
                patch.differences(gil)?
            };
            let watched = patch.function(gil).filter(|it| self.lazy.watches(it.id()));
            if let (Some(differences), Some(_)) = (&mut differences, watched) {
                differences.retain(|difference| difference.part != CODE);
            }
            verifications.push(Verification {
                path: patch.path.clone(),
                state: patch.state(gil),
                differences,
            });
            Ok(())
        })?;
        Ok(verifications)
    }
}
