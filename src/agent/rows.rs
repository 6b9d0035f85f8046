//! The rows of the table: one for each callable of a scope, with its current counts.

use std::collections::HashSet;
use std::sync::Arc;

use super::index::Indexed;
use super::patch::Patch;
use super::progress::Progress;
use super::worker::Worker;
use crate::cpython::{Callable, Gil, Module, Modules, Search};
use crate::error::Result;
use crate::measures::{Counts, Recorded, Source};
use crate::protocol::{Pattern, Place, Recorders, Row, Rows, RowsRequest, Scope, State, Summary};

impl Indexed {
    /// The row of a callable that was never patched.
    fn row(&self) -> Row {
        Row {
            path: self.path.clone(),
            kind: self.kind,
            measured: Counts::of_calls(self.calls).into(),
            state: if self.holds_hook {
                State::Copied
            } else {
                State::Original
            },
            recorders: Recorders::default(),
            meter: None,
        }
    }
}

impl Patch {
    /// Its row if its function is not in its place.
    fn row(&self, state: State) -> Row {
        Row {
            path: self.path.clone(),
            kind: self.kind,
            measured: Counts::from(self.recorded()).into(),
            state,
            recorders: self.recorders().unwrap_or_default(),
            meter: Some(self.meter().id()),
        }
    }

    /// Its row with what was recorded, which may be less than all.
    pub(super) fn row_of(&self, recorded: Recorded) -> Row {
        let state = if self.is_instrumented() {
            State::Patched
        } else {
            State::Original
        };
        Row {
            measured: Counts::from(recorded).into(),
            ..self.row(state)
        }
    }

    /// Gives the row of its function its counts.
    fn count_in(&self, row: &mut Row) {
        row.measured.counts.recorded = self.recorded();
        row.meter = Some(self.meter().id());
        row.recorders = self.recorders().unwrap_or_default();
    }

    /// Gives the row of another function, which has taken its path, its last counts.
    fn hand_over_to(&self, row: &mut Row) {
        self.count_in(row);
        if self.is_instrumented() {
            row.state = State::Replaced;
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
            let is_copied = || row.counter().is_some_and(|it| copied.contains(&it));
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
        let shown: HashSet<_> = rows.iter().filter_map(Row::counter).collect();
        self.in_slices(progress, elsewhere, |gil, patch| {
            // A patch whose function is shown under another name needs a row only if there is
            // something to report.
            let is_news = || patch.is_instrumented() && patch.place(gil) != Place::Itself;
            if !shown.contains(&patch.counter.id()) || is_news() {
                rows.push(patch.row(patch.state_in_place(gil)));
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

    /// The first rows of a scope in some order.
    pub(super) fn first_rows(&self, progress: &Progress, request: &RowsRequest) -> Result<Rows> {
        let rows = self.rows_of_each(progress, &request.scope)?;
        Ok(Rows::first(rows, request))
    }

    /// The number of callables in the program's own code.
    pub(super) fn count_own(&self, progress: &Progress) -> Result<usize> {
        Ok(self.rows(progress, &Scope::Own, None)?.len())
    }

    /// What the callables of each pattern add up to, from one pass over the program; a pattern may match
    /// nothing.
    pub(super) fn summaries(
        &self,
        progress: &Progress,
        of: Vec<(Pattern, Option<Source>)>,
    ) -> Result<Vec<Summary>> {
        let (patterns, sources): (Vec<_>, Vec<_>) = of.into_iter().unzip();
        let patterns = self.as_meant(progress, &patterns)?;
        let scope = Scope::Matching(patterns.clone());
        let script = self.script();
        let rows = self.rows(progress, &scope, script.as_deref())?;
        let summary = |(pattern, source): (&Pattern, Option<Source>)| {
            let is_meant = |row: &&Row| pattern.matches(&row.path, script.as_deref());
            Summary::of(rows.iter().filter(is_meant), source)
        };
        Ok(patterns.iter().zip(sources).map(summary).collect())
    }

    /// A row for each callable of a scope, by path.
    fn found_rows(
        &self,
        progress: &Progress,
        scope: &Scope,
        script: Option<&str>,
    ) -> Result<Vec<Row>> {
        let is_wanted = |gil: Gil<'_>, module: &Module| may_be_in(gil, scope, module, script);
        let modules = self.indexed(progress, is_wanted)?;
        let records = self.patches.by_function();
        let (mut rows, mut patched) = (Vec::new(), Vec::new());
        for callable in modules.iter().flat_map(|module| &module.callables) {
            if scope.matches(&callable.path, script) {
                let record = records.get(&callable.function);
                patched.extend(record.map(|patch| (rows.len(), patch)));
                rows.push(callable.row());
            }
        }
        self.in_slices(progress, patched, |gil, (place, patch)| {
            // The identity of a dead function can be reused.
            if patch.function(gil).is_some() {
                let row: &mut Row = &mut rows[place];
                patch.count_in(row);
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
        let is_wanted = |gil: Gil<'_>, module: &Module| may_be_in(gil, scope, module, script);
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

/// Whether callables of a module can be in the scope; `script` is the script's own name.
fn may_be_in(gil: Gil<'_>, scope: &Scope, module: &Module, script: Option<&str>) -> bool {
    match scope {
        Scope::Own => module.is_own(gil),
        Scope::Matching(patterns) => patterns
            .iter()
            .any(|pattern| pattern.matches_module(module.name(), script)),
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
            Some(row) if row.meter.is_none() => patch.hand_over_to(row),
            Some(_) => {}
            None => elsewhere.push(patch),
        }
    }
    elsewhere
}
