//! The rows of the table: one for each callable of a scope, with its current counts.

use std::collections::HashSet;
use std::sync::Arc;

use super::lazy::LazyPattern;
use super::patch::{Patch, Place, State};
use super::pattern::Pattern;
use super::pending::Progress;
use super::recorders::Recorders;
use super::survey::Surveyed;
use super::worker::Worker;
use crate::counts::CounterId;
use crate::cpython::{Callable, Gil, Kind, Module, Modules, Search, SymbolPath};
use crate::error::Result;
use crate::measures::{Counts, Measured, Recorded};

/// A callable and its counts.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its name; a function with several names has a row for each.
    pub path: SymbolPath,
    /// How it is bound, and what it returns.
    pub kind: Kind,
    /// What was counted of it.
    pub measured: Measured,
    /// What is there now, as seen from the patch.
    pub state: State,
    /// What the patch records, while it is there.
    pub recorders: Recorders,
    /// The identity of its counter, if anything was ever patched there.
    pub(super) counter: Option<CounterId>,
}

impl Row {
    /// The counts of all rows, each hook counted once even if its function has several names.
    #[must_use]
    pub fn total<'a>(rows: impl IntoIterator<Item = &'a Self>) -> Counts {
        let (mut seen, mut total) = (HashSet::new(), Counts::default());
        for Self {
            measured, counter, ..
        } in rows
        {
            total.add_calls(measured.counts.calls);
            if counter.is_some_and(|counter| seen.insert(counter)) {
                total.recorded.add(&measured.counts.recorded);
            }
        }
        total
    }

    /// The row of a callable that was never patched.
    fn of_original(callable: &Surveyed) -> Self {
        Self {
            path: callable.path.clone(),
            kind: callable.kind,
            measured: Counts::of_calls(callable.calls).into(),
            state: if callable.holds_hook {
                State::Copied
            } else {
                State::Original
            },
            recorders: Recorders::default(),
            counter: None,
        }
    }

    /// The row of a patch whose function is not in its place.
    fn of_patch(patch: &Patch, state: State) -> Self {
        Self {
            path: patch.path.clone(),
            kind: patch.kind,
            measured: Counts::from(patch.recorded()).into(),
            state,
            recorders: patch.recorders().unwrap_or_default(),
            counter: Some(patch.counter.id()),
        }
    }

    /// The row of a patch with what was recorded, which may be less than all.
    pub(super) fn of_recorded(patch: &Patch, recorded: Recorded) -> Self {
        let state = if patch.is_instrumented() {
            State::Patched
        } else {
            State::Original
        };
        Self {
            measured: Counts::from(recorded).into(),
            ..Self::of_patch(patch, state)
        }
    }

    /// Takes the counts of the patch of its function.
    fn count(&mut self, patch: &Patch) {
        self.measured.counts.recorded = patch.recorded();
        self.counter = Some(patch.counter.id());
        self.recorders = patch.recorders().unwrap_or_default();
    }

    /// Takes over the last count of the previous function that was patched under this path.
    fn succeed(&mut self, patch: &Patch) {
        self.count(patch);
        if patch.is_instrumented() {
            self.state = State::Replaced;
        }
    }
}

/// A set of callables.
#[derive(Debug, Clone)]
pub enum Scope {
    /// The program's own code, and everything that was ever patched.
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

    /// Whether callables of a module can be in the scope; `script` is the script's own name.
    fn matches_module(&self, gil: Gil<'_>, module: &Module, script: Option<&str>) -> bool {
        match self {
            Self::Own => module.is_own(gil),
            Self::Matching(patterns) => patterns
                .iter()
                .any(|pattern| pattern.matches_module(module.name(), script)),
        }
    }

    /// Whether the callable at `path`, in a matching module, is in the scope.
    fn matches(&self, path: &SymbolPath, script: Option<&str>) -> bool {
        match self {
            Self::Own => true,
            Self::Matching(patterns) => {
                patterns.iter().any(|pattern| pattern.matches(path, script))
            }
        }
    }

    /// The same with other patterns.
    fn with(&self, patterns: impl FnOnce(&[Pattern]) -> Result<Vec<Pattern>>) -> Result<Self> {
        Ok(match self {
            Self::Own => Self::Own,
            Self::Matching(typed) => Self::Matching(patterns(typed)?),
        })
    }

    /// Whether the scope covers what a lazy pattern matches.
    pub(super) fn covers(&self, lazy: &LazyPattern) -> bool {
        match self {
            Self::Own => true,
            Self::Matching(patterns) => patterns.iter().any(|pattern| lazy.is_covered(pattern)),
        }
    }
}

impl Worker {
    /// The rows of a scope, by path; `script` is the script's own name.
    pub(super) fn rows(
        &self,
        progress: &Progress,
        scope: &Scope,
        script: Option<&str>,
    ) -> Result<Vec<Row>> {
        let mut rows = self.found_rows(progress, scope, script)?;
        let copied = self.copied();
        for row in &mut rows {
            let is_copied = || row.counter.is_some_and(|it| copied.contains(&it));
            if row.state == State::Original && is_copied() {
                row.state = State::Copied;
            }
        }
        let patches = self.patches.newest();
        let is_meant = |patch: &&Arc<Patch>| scope.matches(&patch.path, script);
        let patches = patches.iter().filter(is_meant);
        let elsewhere = settle(&mut rows, patches);
        if elsewhere.is_empty() {
            return Ok(rows);
        }
        rows.reserve(elsewhere.len());
        let shown: HashSet<_> = rows.iter().filter_map(|row| row.counter).collect();
        self.in_slices(progress, elsewhere, |gil, patch| {
            // A patch whose function is shown under another name needs a row only if there is
            // something to report.
            let is_news = || patch.is_instrumented() && patch.place(gil) != Place::Itself;
            if !shown.contains(&patch.counter.id()) || is_news() {
                rows.push(Row::of_patch(patch, patch.state_in_place(gil)));
            }
            Ok(())
        })?;
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(rows)
    }

    /// Whether the program is in the middle of an import.
    pub(super) fn is_importing(&self, progress: &Progress) -> Result<bool> {
        let mut modules = Modules::default();
        let importing = self.gather(progress, |gil, importing| {
            let module = modules.next(gil)?;
            let is_it = module.as_ref().is_some_and(|it| it.is_being_imported(gil));
            importing.extend(is_it.then_some(()));
            Ok(module.is_some() && !is_it)
        })?;
        Ok(!importing.is_empty())
    }

    /// A scope with the meaning of its patterns determined.
    pub(super) fn scope_as_meant(&self, progress: &Progress, scope: &Scope) -> Result<Scope> {
        scope.with(|patterns| self.as_meant(progress, patterns))
    }

    /// The rows of a scope in which each pattern matches something or is pending.
    pub(super) fn rows_of_each(&self, progress: &Progress, scope: &Scope) -> Result<Vec<Row>> {
        let script = self.script();
        let scope = &self.scope_as_meant(progress, scope)?;
        let rows = self.rows(progress, scope, script.as_deref())?;
        if let Scope::Matching(patterns) = scope {
            let is_row_of =
                |row: &Row, pattern: &Pattern| pattern.matches(&row.path, script.as_deref());
            let matches_none = |pattern: &&Pattern| {
                !rows.iter().any(|row| is_row_of(row, pattern)) && !self.lazy.is_pending(pattern)
            };
            if let Some(pattern) = patterns.iter().find(matches_none) {
                return Err(self.nothing_matches(pattern));
            }
        }
        Ok(rows)
    }

    /// The rows of a scope; a pattern may match nothing.
    pub(super) fn rows_if_any(&self, progress: &Progress, scope: &Scope) -> Result<Vec<Row>> {
        self.rows(progress, scope, self.script().as_deref())
    }

    /// The rows of each pattern separately, from one pass over the program; a pattern may match
    /// nothing.
    pub(super) fn rows_by_pattern(
        &self,
        progress: &Progress,
        patterns: &[Pattern],
    ) -> Result<Vec<Vec<Row>>> {
        let patterns = self.as_meant(progress, patterns)?;
        let scope = Scope::Matching(patterns.clone());
        let script = self.script();
        let rows = self.rows(progress, &scope, script.as_deref())?;
        let rows_of = |pattern: &Pattern| {
            let is_meant = |row: &&Row| pattern.matches(&row.path, script.as_deref());
            rows.iter().filter(is_meant).cloned().collect()
        };
        Ok(patterns.iter().map(rows_of).collect())
    }

    /// A row for each callable of a scope, by path.
    fn found_rows(
        &self,
        progress: &Progress,
        scope: &Scope,
        script: Option<&str>,
    ) -> Result<Vec<Row>> {
        let is_wanted = |gil: Gil<'_>, module: &Module| scope.matches_module(gil, module, script);
        let modules = self.survey(progress, is_wanted)?;
        let records = self.patches.by_function();
        let (mut rows, mut patched) = (Vec::new(), Vec::new());
        for callable in modules.iter().flat_map(|module| &module.callables) {
            if scope.matches(&callable.path, script) {
                let record = records.get(&callable.function);
                patched.extend(record.map(|patch| (rows.len(), patch)));
                rows.push(Row::of_original(callable));
            }
        }
        self.in_slices(progress, patched, |gil, (place, patch)| {
            // The identity of a dead function can be reused.
            if patch.function(gil).is_some() {
                let row: &mut Row = &mut rows[place];
                row.count(patch);
                row.state = patch.state(gil);
            }
            Ok(())
        })?;
        Ok(rows)
    }

    /// Applies `look` to each callable of a scope in the loaded modules, in no particular order.
    pub(super) fn scan<T>(
        &self,
        progress: &Progress,
        modules: Modules,
        scope: &Scope,
        script: Option<&str>,
        mut look: impl FnMut(Gil<'_>, Callable) -> Result<T>,
    ) -> Result<Vec<T>> {
        let is_wanted = |gil: Gil<'_>, module: &Module| scope.matches_module(gil, module, script);
        let mut search = Search::new(modules, is_wanted);
        self.gather(progress, |gil, looked_at| {
            let Some(found) = search.step(gil)? else {
                return Ok(false);
            };
            for callable in found {
                if scope.matches(&callable.path, script) {
                    looked_at.push(look(gil, callable)?);
                }
            }
            Ok(true)
        })
    }
}

/// Merges earlier patches at their paths into the rows, and returns the patches whose path has no
/// row. Both are sorted by path, each path once.
fn settle<'a>(
    rows: &mut [Row],
    patches: impl Iterator<Item = &'a Arc<Patch>>,
) -> Vec<&'a Arc<Patch>> {
    let mut rows = rows.iter_mut().peekable();
    let mut elsewhere = Vec::new();
    for patch in patches {
        while rows.next_if(|row| row.path < patch.path).is_some() {}
        match rows.next_if(|row| row.path == patch.path) {
            Some(row) if row.counter.is_none() => row.succeed(patch),
            Some(_) => {}
            None => elsewhere.push(patch),
        }
    }
    elsewhere
}
