//! Taking patches out: the very same original code object goes back, unless somebody else's is there.

use std::collections::HashSet;
use std::sync::Arc;

use super::patch::{Patch, State};
use super::patching::{Change, Outcome};
use super::pattern::Pattern;
use super::pending::Progress;
use super::worker::Worker;
use crate::cpython::{Gil, resolve, with_gil};
use crate::error::{Error, Result};

impl Worker {
    /// Unpatches all that is patched.
    pub(super) fn unpatch_all(&self, progress: &Progress) -> Result<Vec<Outcome>> {
        let patches = self
            .patches
            .all()
            .into_iter()
            .filter(|patch| patch.is_instrumented());
        self.unpatch_each(progress, patches.collect())
    }

    /// Unpatches what the patterns mean; all of it is looked up before anything is changed.
    pub(super) fn unpatch(
        &self,
        progress: &Progress,
        patterns: &[Pattern],
    ) -> Result<Vec<Outcome>> {
        let mut selected: Vec<Arc<Patch>> = Vec::new();
        let mut not_patched = Vec::new();
        for pattern in patterns {
            let matching = self.patches.all().into_iter().filter(|patch| {
                pattern.matches(&patch.path)
                    && (patch.is_instrumented() || patch.path.as_str() == pattern.as_str())
            });
            let before = selected.len();
            selected.extend(matching);
            if selected.len() == before {
                match self.by_another_name(pattern)? {
                    Ok(patch) => selected.push(patch),
                    Err(outcome) => not_patched.push(outcome),
                }
            }
        }
        let mut seen = HashSet::new();
        selected.retain(|patch| seen.insert(patch.function.id()));
        let mut outcomes = self.unpatch_each(progress, selected)?;
        outcomes.extend(not_patched);
        Ok(outcomes)
    }

    /// The patch of a function that was patched by another of its names, or the news that it is not.
    fn by_another_name(
        &self,
        pattern: &Pattern,
    ) -> Result<std::result::Result<Arc<Patch>, Outcome>> {
        let Some(path) = pattern.as_symbol_path()? else {
            return Err(nothing_patched_matches(pattern));
        };
        let resolved = with_gil(|gil| resolve(gil, &path))?;
        Ok(self.patches.of(resolved.function.id()).ok_or(Outcome {
            path,
            kind: resolved.kind,
            notes: resolved.notes,
            change: Change::NotPatched,
        }))
    }

    fn unpatch_each(&self, progress: &Progress, patches: Vec<Arc<Patch>>) -> Result<Vec<Outcome>> {
        progress.expect_steps(patches.len());
        let mut outcomes = Vec::with_capacity(patches.len());
        self.in_slices(progress, patches, |gil, patch| {
            let change = undo(gil, &patch).unwrap_or_else(Change::Refused);
            outcomes.push(Outcome {
                path: patch.path.clone(),
                kind: patch.kind,
                notes: Vec::new(),
                change,
            });
            Ok(())
        })?;
        Ok(outcomes)
    }
}

fn nothing_patched_matches(pattern: &Pattern) -> Error {
    Error::new(format!(
        "nothing that is patched matches `{}`",
        pattern.as_str()
    ))
    .hint("`ls --patched` shows what is patched")
}

fn undo(gil: Gil<'_>, patch: &Patch) -> Result<Change> {
    let state = patch.state(gil)?;
    if state == State::Patched
        && let Some(rewrite) = patch.rewrite().as_ref()
    {
        patch.function.set_code(gil, &rewrite.original_code)?;
    }
    // The code objects are let go of here, with the interpreter held.
    drop(patch.record(None));
    Ok(match state {
        State::Patched => Change::Unpatched,
        State::Replaced => Change::Replaced,
        State::Original => Change::NotPatched,
    })
}
