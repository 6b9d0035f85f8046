//! What the table shows: one row for each callable of a scope, with its counts of this moment.

use std::collections::HashSet;

use super::patch::{Patch, State};
use super::pattern::Pattern;
use super::pending::Progress;
use super::worker::Worker;
use crate::cpython::{Callable, FunctionId, Gil, Kind, SymbolPath, loaded_modules};
use crate::error::{Error, Result, did_you_mean};

/// A callable and its counts.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its name; a function with several names has a row for each.
    pub path: SymbolPath,
    /// How it is bound and what it gives.
    pub kind: Kind,
    /// The target's own count of its calls, if it keeps one.
    pub calls: Option<u64>,
    /// How often the hook ran.
    pub hits: u64,
    /// What stands in its `__code__`.
    pub state: State,
    /// The function behind it.
    pub function: FunctionId,
}

impl Row {
    /// The hits of all rows, each function counted once however many names it has.
    #[must_use]
    pub fn total_hits(rows: &[Self]) -> u64 {
        let mut seen = HashSet::new();
        rows.iter()
            .filter(|row| seen.insert(row.function))
            .map(|row| row.hits)
            .sum()
    }
}

/// Which callables are meant.
#[derive(Debug, Clone)]
pub enum Scope {
    /// The target's own code, and all that was ever patched.
    Own,
    /// What one of the patterns matches, in all that is loaded.
    Matching(Vec<Pattern>),
}

impl Scope {
    /// What the patterns of a command line mean: none means the target's own code.
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

    /// Whether the callable at `path` is meant, if it is loaded.
    #[must_use]
    pub fn matches(&self, path: &SymbolPath) -> bool {
        match self {
            Self::Own => true,
            Self::Matching(patterns) => patterns.iter().any(|pattern| pattern.matches(path)),
        }
    }
}

impl Worker {
    /// The rows of a scope, by path.
    pub(super) fn rows(&self, progress: &Progress, scope: &Scope) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        let mut seen = HashSet::new();
        self.scan(progress, scope, |gil, callable| {
            seen.insert(callable.function.id());
            rows.push(self.row(gil, callable)?);
            Ok(())
        })?;
        let patches = self.patches.all();
        let elsewhere = |patch: &&std::sync::Arc<Patch>| {
            scope.matches(&patch.path) && !seen.contains(&patch.function.id())
        };
        self.in_slices(progress, patches.iter().filter(elsewhere), |gil, patch| {
            rows.push(Row {
                path: patch.path.clone(),
                kind: patch.kind,
                calls: None,
                hits: patch.counter.hits(),
                state: patch.state(gil)?,
                function: patch.function.id(),
            });
            Ok(())
        })?;
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(rows)
    }

    /// The rows of a scope of which each pattern matches something.
    pub(super) fn rows_of_each(&self, progress: &Progress, scope: &Scope) -> Result<Vec<Row>> {
        let rows = self.rows(progress, scope)?;
        if let Scope::Matching(patterns) = scope {
            let matches_none =
                |pattern: &&Pattern| !rows.iter().any(|row| pattern.matches(&row.path));
            if let Some(pattern) = patterns.iter().find(matches_none) {
                return Err(self.nothing_matches(pattern));
            }
        }
        Ok(rows)
    }

    fn row(&self, gil: Gil<'_>, callable: Callable) -> Result<Row> {
        let function = callable.function.id();
        let patch = self.patches.of(function);
        Ok(Row {
            path: callable.path,
            kind: callable.kind,
            calls: callable.calls,
            hits: patch.as_ref().map_or(0, |patch| patch.counter.hits()),
            state: patch.map_or(Ok(State::Original), |patch| patch.state(gil))?,
            function,
        })
    }

    /// Visits each loaded callable of a scope, by module.
    pub(super) fn scan(
        &self,
        progress: &Progress,
        scope: &Scope,
        mut visit: impl FnMut(Gil<'_>, Callable) -> Result<()>,
    ) -> Result<()> {
        let modules = self.slice(|gil, _| {
            let is_wanted = |module: &_| match scope {
                Scope::Own => crate::cpython::Module::is_own(module, gil),
                Scope::Matching(patterns) => patterns
                    .iter()
                    .any(|pattern| pattern.matches_module(module.name())),
            };
            Ok::<Vec<_>, Error>(loaded_modules(gil)?.into_iter().filter(is_wanted).collect())
        })?;
        self.in_slices(progress, modules, |gil, module| {
            let callables = module.callables(gil)?.into_iter();
            callables
                .filter(|callable| scope.matches(&callable.path))
                .try_for_each(|callable| visit(gil, callable))
        })
    }

    /// The error for a pattern that matches nothing, with the nearest path of the target's own code.
    pub(super) fn nothing_matches(&self, pattern: &Pattern) -> Error {
        let rows = self
            .rows(&Progress::default(), &Scope::Own)
            .unwrap_or_default();
        let near = did_you_mean(pattern.as_str(), rows.iter().map(|row| row.path.as_str()));
        Error::new(format!("nothing matches `{pattern}`")).hint(near.unwrap_or_else(|| {
            match pattern.as_str().rsplit_once('.') {
                Some((module, name)) if !pattern.as_str().contains(':') => {
                    format!("a symbol path has a colon: `{module}:{name}`")
                }
                _ => "`ls` shows what is loaded; `patch module:func` imports what is not".into(),
            }
        }))
    }
}
