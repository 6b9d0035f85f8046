//! Checks whether every callable that was ever patched is otherwise unchanged, and whether copies
//! of patched code are in use.

use std::collections::HashSet;
use std::sync::Arc;

use super::patch::Patch;
use super::progress::Progress;
use super::worker::Worker;
use crate::cpython::{Callable, Gil, Modules};
use crate::error::Result;
use crate::protocol::{CodeCopy, Pattern, Scope, State, SymbolPath, Verification, Verifications};

/// The attribute that a patch, or a watch over imports, replaces.
const CODE: &str = "__code__";

impl Worker {
    /// Compares everything that was ever patched, or what of it the patterns match, with its state
    /// before.
    ///
    /// # Errors
    /// If a pattern matches nothing that was ever patched, or Python cannot read a state.
    pub(super) fn verify(
        &self,
        progress: &Progress,
        patterns: &[Pattern],
    ) -> Result<Verifications> {
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
            return Err(Verifications::without(pattern));
        }
        let is_meant = |path: &SymbolPath| {
            patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, path))
        };
        patches.retain(|patch| is_meant(&patch.path));
        progress.expect_steps(patches.len());
        let mut copies = if patches.is_empty() {
            Vec::new()
        } else {
            self.copies(progress)?
        };
        copies.retain(|copy| is_meant(&copy.of) || copy.runs_in.as_ref().is_some_and(is_meant));
        let mut callables = Vec::with_capacity(patches.len());
        self.in_slices(progress, patches, |gil, patch| {
            callables.push(self.verify_one(gil, &patch)?);
            Ok(())
        })?;
        Ok(Verifications { callables, copies })
    }

    fn verify_one(&self, gil: Gil<'_>, patch: &Arc<Patch>) -> Result<Verification> {
        let mut differences = if self.patches.is_newest(patch) {
            patch.differences_in_place(gil)?
        } else {
            patch.differences(gil)?
        };
        let state = patch.state(gil);
        let is_watched = |patch: &Patch| {
            let function = patch.function(gil);
            function.is_some_and(|it| self.lazy.watches(it.id()))
        };
        if state == State::Patched || is_watched(patch) {
            let differences = differences.iter_mut();
            differences.for_each(|it| it.retain(|difference| difference.part != CODE));
        }
        Ok(Verification {
            path: patch.path.clone(),
            state,
            differences,
        })
    }

    /// The copies of patched code that callables run, and those that were called since their patches
    /// were undone.
    fn copies(&self, progress: &Progress) -> Result<Vec<CodeCopy>> {
        let everything = Scope::Matching(vec![Pattern::parse("*:*")?]);
        let look = |gil: Gil<'_>, callable: Callable| {
            let hook = callable.function.code(gil).hook(gil);
            let hook = hook.filter(|_| !self.patches.is_in_place(gil, callable.function.id()));
            Ok(hook.map(|hook| CodeCopy {
                of: hook.path(gil),
                runs_in: Some(callable.path),
                calls: None,
            }))
        };
        let found = self.scan(progress, Modules::default(), &everything, None, look)?;
        let mut copies: Vec<CodeCopy> = found.into_iter().flatten().collect();
        let known: HashSet<SymbolPath> = copies.iter().map(|copy| copy.of.clone()).collect();
        let strays = self.slice(|gil, _| self.strays(gil));
        let unknown = strays.into_iter().filter(|it| !known.contains(&it.path));
        copies.extend(unknown.map(|stray| CodeCopy {
            of: stray.path,
            runs_in: None,
            calls: Some(stray.calls),
        }));
        copies.sort_by(|a, b| (&a.of, &a.runs_in).cmp(&(&b.of, &b.runs_in)));
        Ok(copies)
    }
}
