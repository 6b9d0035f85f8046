//! Removes patches: restores the identical original code object, unless other code has replaced the
//! patched one.

use std::collections::HashSet;
use std::sync::Arc;

use super::in_flight::OldCodes;
use super::lazy::LazyPattern;
use super::lingering::Lingering;
use super::patch::{Patch, Rewrite};
use super::progress::Progress;
use super::report::report_on;
use super::worker::Worker;
use crate::cpython::{Gil, Lookup, Tools, lookup};
use crate::error::{Error, Result, did_you_mean};
use crate::protocol::{Change, Outcome, Pattern, Report, State};

/// What a pattern matches for `unpatch`.
enum Found {
    /// These patches; some may turn out to be unpatched already.
    Patched(Vec<Arc<Patch>>),
    /// One callable that is not patched.
    NotPatched(Outcome),
}

impl Worker {
    /// Unpatches everything, and removes all pending patterns.
    pub(super) fn unpatch_all(&self, progress: &Progress) -> Result<Report> {
        let lazy = self.remove_lazy(|_| true)?;
        let mut patches = self.patches.all();
        patches.retain(|patch| patch.is_instrumented());
        let (meant, outcomes) = (patches.len(), self.unpatch_each(progress, patches)?);
        Ok(report_on(meant, outcomes, lazy))
    }

    /// Unpatches what the patterns match; everything is looked up before anything is changed.
    pub(super) fn unpatch(&self, progress: &Progress, patterns: &[Pattern]) -> Result<Report> {
        let may_wait = |pattern| (pattern, self.lazy.is_pending(pattern));
        let patterns: Vec<_> = patterns.iter().map(may_wait).collect();
        let (.., missing) = self.select_patches(&patterns);
        if let Some(error) = missing {
            return Err(error);
        }
        let is_meant =
            |lazy: &LazyPattern| patterns.iter().any(|(pattern, _)| lazy.is_covered(pattern));
        let lazy = self.remove_lazy(is_meant)?;
        // What was unpatched since the first lookup is no error: something was changed already.
        let (selected, not_patched, _) = self.select_patches(&patterns);
        let meant = selected.len() + not_patched.len();
        let mut outcomes = self.unpatch_each(progress, selected)?;
        outcomes.extend(not_patched);
        Ok(report_on(meant, outcomes, lazy))
    }

    /// The patches that the patterns match, the callables that turned out not to be patched, and the
    /// first error of a pattern that matches nothing. A pattern that was pending may match nothing.
    fn select_patches(
        &self,
        patterns: &[(&Pattern, bool)],
    ) -> (Vec<Arc<Patch>>, Vec<Outcome>, Option<Error>) {
        let (mut selected, mut not_patched, mut missing) = (Vec::new(), Vec::new(), None);
        let script = self.script();
        for &(pattern, was_pending) in patterns {
            let pattern = &self.of_patched(pattern, script.as_deref());
            match self.patched_by(pattern, script.as_deref()) {
                Ok(Found::Patched(patches)) => selected.extend(patches),
                Ok(Found::NotPatched(outcome)) if !was_pending => not_patched.push(outcome),
                Err(error) if !was_pending => missing = missing.or(Some(error)),
                Ok(_) | Err(_) => {}
            }
        }
        let mut seen = HashSet::new();
        selected.retain(|patch| seen.insert(patch.counter.id()));
        (selected, not_patched, missing)
    }

    /// The meaning of a pattern among everything that was ever patched: if it has no colon and matches
    /// none of those modules, it means callables of this name.
    pub(super) fn of_patched(&self, pattern: &Pattern, script: Option<&str>) -> Pattern {
        let patches = self.patches.newest();
        let is_in = |patch: &Arc<Patch>| pattern.matches_module(patch.path.module(), script);
        if patches.iter().any(is_in) {
            pattern.clone()
        } else {
            pattern.by_name()
        }
    }

    /// What a pattern matches for `unpatch`. Imports nothing and runs no code of the program.
    fn patched_by(&self, pattern: &Pattern, script: Option<&str>) -> Result<Found> {
        let (patched, unpatched): (Vec<_>, Vec<_>) = self
            .patches
            .all()
            .into_iter()
            .filter(|patch| pattern.matches(&patch.path, script))
            .partition(|patch| patch.is_instrumented());
        if !patched.is_empty() {
            return Ok(Found::Patched(patched));
        }
        let Some(path) = pattern.as_symbol_path()? else {
            return Err(self.nothing_patched_matches(pattern));
        };
        let path = path.in_script(script).unwrap_or(path);
        // It may be another name of a patched function.
        let found = self.slice(|gil, _| match lookup(gil, &path) {
            Lookup::Function(found) => {
                let record = self.patches.of(gil, found.function.id());
                let change = match found.function.code(gil).hook(gil) {
                    Some(_) => Change::Copied,
                    None => Change::NotPatched,
                };
                Some((record, found.kind, change))
            }
            _ => None,
        });
        let (kind, change) = match (found, unpatched.first()) {
            (Some((Some(record), ..)), _) => return Ok(Found::Patched(vec![record])),
            (Some((None, kind, change)), _) => (kind, change),
            (None, Some(record)) => (record.kind, Change::NotPatched),
            (None, None) => return Err(self.nothing_patched_matches(pattern)),
        };
        Ok(Found::NotPatched(Outcome::new(path, kind, change)))
    }

    fn nothing_patched_matches(&self, pattern: &Pattern) -> Error {
        let patched = self.patches.names_in_place();
        let hint = did_you_mean(pattern.as_str(), patched.iter().map(String::as_str));
        Error::new(format!("no patched callable matches `{pattern}`"))
            .hint(hint.unwrap_or_else(|| "`ls --patched` shows what is patched".into()))
    }

    /// Unpatches callables one by one.
    pub(super) fn unpatch_each(
        &self,
        progress: &Progress,
        patches: Vec<Arc<Patch>>,
    ) -> Result<Vec<Outcome>> {
        progress.expect_steps(patches.len());
        let mut outcomes = Vec::with_capacity(patches.len());
        let mut old = OldCodes::with_capacity(patches.len());
        let mut undone = Vec::with_capacity(patches.len());
        let mut changed = Vec::with_capacity(patches.len());
        let done = self.in_slices(progress, patches, |gil, patch| {
            let (change, rewrite) = self
                .undo(gil, &patch)
                .unwrap_or_else(|error| (Change::Refused(error), None));
            if let Some(rewrite) = rewrite {
                old.add(rewrite.patched_code.id(), outcomes.len());
                undone.push(Lingering::new(rewrite, patch.counter.id()));
            }
            outcomes.push(Outcome::new(patch.path.clone(), patch.kind, change));
            changed.push(patch);
            Ok(())
        });
        self.have_changed(changed);
        done?;
        self.note_calls_in_flight(old, &mut outcomes);
        self.linger(undone);
        self.lingering_codes(progress)?;
        Ok(outcomes)
    }

    /// Restores the original code object, unless other code has replaced ours; returns what was
    /// installed.
    fn undo(&self, gil: Gil<'_>, patch: &Patch) -> Result<(Change, Option<Rewrite>)> {
        let state = patch.state(gil);
        if state == State::Patched
            && let Some((function, original_code, events)) = patch.way_back(gil)
        {
            let tools = Tools::in_use(gil)?;
            events.carry(gil, tools, &function.code(gil), &original_code)?;
            function.set_code(gil, &original_code)?;
        }
        let change = match state {
            State::Patched => Change::Unpatched(patch.place(gil)),
            State::Replaced => Change::Replaced,
            State::Copied if self.restore_again(gil, patch)? => Change::Unpatched(patch.place(gil)),
            State::Copied => Change::Copied,
            State::Removed => Change::Gone,
            State::Original => Change::NotPatched,
        };
        Ok((change, patch.record(gil, None)))
    }
}
