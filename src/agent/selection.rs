//! Resolves patterns to functions: a symbol path is followed, a wildcard searches.

use std::collections::HashSet;
use std::slice;

use super::arrival::Arrival;
use super::patch::Patch;
use super::progress::Progress;
use super::worker::Worker;
use crate::cpython::{
    Callable, Function, Gil, Lookup, Modules, Resolved, SCRIPT_WATCH, is_imported, lookup, resolve,
    script_name, with_gil,
};
use crate::error::Result;
use crate::protocol::{Kind, Pattern, SCRIPT, Scope, SymbolPath};

/// A selected function, and how it was found.
pub(super) struct Selected {
    pub(super) path: SymbolPath,
    pub(super) kind: Kind,
    pub(super) function: Function,
    pub(super) notes: Vec<String>,
}

impl Selected {
    /// The function of a patch, while it lives.
    pub(super) fn of_patch(gil: Gil<'_>, patch: &Patch) -> Option<Self> {
        Some(Self {
            path: patch.path.clone(),
            kind: patch.kind,
            function: patch.function(gil)?,
            notes: Vec::new(),
        })
    }
}

/// What to do about a pattern that matches nothing loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    /// A symbol path is imported; a wildcard fails.
    Fails,
    /// It matches nothing yet.
    Waits,
}

impl Worker {
    /// The script's own name, which patterns may use; none if a module of that name is loaded.
    pub(super) fn script(&self) -> Option<String> {
        self.slice(|gil, _| script_name(gil))
    }

    /// Whether a pattern names the script as its module, in either way.
    pub(super) fn is_of_script(&self, pattern: &Pattern) -> bool {
        pattern.is_of_script(self.script().as_deref())
    }

    /// The functions that the patterns match, each once, in the order of the patterns.
    ///
    /// # Errors
    /// If a symbol path cannot be resolved, or a pattern matches nothing and may not wait.
    pub(super) fn select(
        &self,
        progress: &Progress,
        patterns: &[Pattern],
        absent: Absent,
    ) -> Result<Vec<Selected>> {
        let mut selected = Vec::new();
        let mut seen = HashSet::new();
        for pattern in patterns {
            for found in self.select_one(progress, pattern, absent)? {
                if seen.insert(found.function.id()) {
                    selected.push(found);
                }
            }
        }
        Ok(selected)
    }

    /// Drops functions in slices. If they were dropped without the GIL, the next thread to take it
    /// would release all of them at once.
    pub(super) fn let_go(&self, selected: impl IntoIterator<Item = Selected>) -> Result<()> {
        self.in_slices(&Progress::default(), selected, |_, selected| {
            drop(selected);
            Ok(())
        })
    }

    fn select_one(
        &self,
        progress: &Progress,
        pattern: &Pattern,
        absent: Absent,
    ) -> Result<Vec<Selected>> {
        if let Some(path) = pattern.as_symbol_path()? {
            if absent == Absent::Waits && self.can_wait(pattern)? {
                return Ok(Vec::new());
            }
            // Not a slice: an import runs as long as the module's own code does.
            return with_gil(|gil| Ok(vec![resolve(gil, &path)?.into()]));
        }
        // What waits, waits for modules.
        let meant = match absent {
            Absent::Fails => self.as_meant(progress, slice::from_ref(pattern))?.pop(),
            Absent::Waits => None,
        };
        let meant = meant.as_ref().unwrap_or(pattern);
        let selected = self.select_among(progress, Modules::default(), meant)?;
        let waits = absent == Absent::Waits && self.can_wait(pattern)?;
        if selected.is_empty() && !waits && !progress.is_cancelled() {
            return Err(self.nothing_matches(meant));
        }
        let functions: HashSet<_> = selected.iter().map(|it| it.function.id()).collect();
        if meant.is_bare_name() && functions.len() > 1 {
            let paths = selected
                .iter()
                .map(|it| it.path.clone())
                .collect::<Vec<_>>();
            self.let_go(selected)?;
            return Err(self.ambiguous(meant, &paths.iter().collect()));
        }
        Ok(selected)
    }

    /// Whether something that the pattern matches can still arrive: for wildcards, for a symbol
    /// path whose module is not loaded, and for what the script has not defined yet. Nothing can
    /// arrive from a script that was started without being watched.
    ///
    /// # Errors
    /// If a symbol path is malformed.
    pub(super) fn can_wait(&self, pattern: &Pattern) -> Result<bool> {
        let path = pattern.as_symbol_path()?;
        let script = self.script();
        let is_of_script = pattern.is_of_script(script.as_deref());
        let is_there = |path: SymbolPath| {
            let path = path.in_script(script.as_deref()).unwrap_or(path);
            self.slice(|gil, _| match path.module() {
                SCRIPT => !matches!(lookup(gil, &path), Lookup::Nothing),
                module => is_imported(gil, module),
            })
        };
        Ok((!is_of_script || SCRIPT_WATCH.stage().can_tell()) && !path.is_some_and(is_there))
    }

    /// The functions that a pattern matches in what has arrived.
    ///
    /// # Errors
    /// If a symbol path cannot be resolved.
    pub(super) fn select_in(
        &self,
        progress: &Progress,
        arrival: &Arrival,
        pattern: &Pattern,
    ) -> Result<Vec<Selected>> {
        if let Some(path) = pattern.as_symbol_path()? {
            // Not a slice: it may run the module's `__getattr__`.
            return with_gil(|gil| Ok(vec![resolve(gil, &path)?.into()]));
        }
        let modules = self.slice(|gil, _| match arrival {
            Arrival::Module(name) => Modules::one(gil, name),
            Arrival::Definition(name) => Modules::part(gil, SCRIPT, name),
        })?;
        self.select_among(progress, modules, pattern)
    }

    /// The functions of some modules that match a wildcard, except those in which imports are
    /// watched.
    fn select_among(
        &self,
        progress: &Progress,
        modules: Modules,
        pattern: &Pattern,
    ) -> Result<Vec<Selected>> {
        let scope = Scope::Matching(vec![pattern.clone()]);
        let script = self.script();
        let mut selected = self.scan(
            progress,
            modules,
            &scope,
            script.as_deref(),
            |_, callable| Ok(callable.into()),
        )?;
        selected.retain(|found: &Selected| !self.lazy.watches(found.function.id()));
        selected.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(selected)
    }
}

impl From<Callable> for Selected {
    fn from(callable: Callable) -> Self {
        Self {
            path: callable.path,
            kind: callable.kind,
            function: callable.function,
            notes: Vec::new(),
        }
    }
}

impl From<Resolved> for Selected {
    fn from(resolved: Resolved) -> Self {
        Self {
            path: resolved.path,
            kind: resolved.kind,
            function: resolved.function,
            notes: resolved.notes,
        }
    }
}
