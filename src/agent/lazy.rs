//! Lazy patterns also match what comes later: they patch it when its module has been imported, or
//! when the script has bound its name.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::arrival::Arrival;
use super::selection::Selected;
use super::worker::Worker;
use crate::cpython::{FunctionId, Gil, ImportWatch, SCRIPT_WATCH, VERIFY, Watchable};
use crate::error::{Error, Result, count};
use crate::protocol::{
    Change, Finding, Outcome, Pattern, Pendency, PendingPattern, SCRIPT, SymbolPath, Wanted,
};

/// The lazy patterns of a session, and the watches that they need.
///
/// No lock is held while a thread waits for the GIL, except `in_progress`, for which no thread
/// waits that holds the GIL.
#[derive(Default)]
pub(super) struct Lazy {
    patterns: Mutex<Vec<Arc<LazyPattern>>>,
    /// Installed while there are patterns, like the watch over the script.
    watch: Mutex<Option<ImportWatch>>,
    /// Read-locked by threads that patch what they have imported.
    pub(super) in_progress: RwLock<()>,
}

/// A lazy pattern.
pub(super) struct LazyPattern {
    pub(super) pattern: Pattern,
    /// The script's own name, which the pattern may use.
    script: Option<String>,
    /// Whether it can match what the script defines.
    means_script: bool,
    /// The most callables that it may patch.
    limit: Option<usize>,
    /// What is recorded of them.
    pub(super) wanted: Wanted,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    patched: usize,
    /// Matches that have arrived and are patched, through whichever pattern.
    met: HashSet<SymbolPath>,
    trouble: Option<Error>,
}

impl Lazy {
    fn patterns(&self) -> MutexGuard<'_, Vec<Arc<LazyPattern>>> {
        self.patterns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self) -> MutexGuard<'_, Option<ImportWatch>> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The patterns that can match an arrival.
    pub(super) fn meaning(&self, arrival: &Arrival) -> Vec<Arc<LazyPattern>> {
        let is_meaning = |lazy: &&Arc<LazyPattern>| match arrival {
            Arrival::Module(name) => lazy.pattern.matches_module(name, None),
            Arrival::Definition(name) => lazy.means_script && lazy.pattern.reaches(name),
        };
        self.patterns().iter().filter(is_meaning).cloned().collect()
    }

    /// Whether a pattern waits for what the script defines.
    fn awaits_script(&self) -> bool {
        self.patterns().iter().any(|lazy| lazy.means_script)
    }

    /// Whether imports are watched in this function.
    pub(super) fn watches(&self, function: FunctionId) -> bool {
        self.watch()
            .as_ref()
            .is_some_and(|watch| watch.is_in(function))
    }

    /// Whether something that `pattern` matches can still arrive.
    pub(super) fn is_pending(&self, pattern: &Pattern) -> bool {
        self.patterns().iter().any(|lazy| lazy.is_covered(pattern))
    }

    /// The pending patterns.
    pub(super) fn pending(&self) -> Vec<PendingPattern> {
        let patterns = self.patterns();
        let pending = patterns.iter().filter(|lazy| lazy.is_pending());
        pending.map(|lazy| lazy.report()).collect()
    }
}

impl LazyPattern {
    /// A single callable is pending until it is patched.
    pub(super) fn is_pending(&self) -> bool {
        self.pattern.is_wildcard() || self.found().met.is_empty()
    }

    /// Whether `by` matches everything that this pattern waits for.
    pub(super) fn is_covered(&self, by: &Pattern) -> bool {
        by.covers(&self.pattern, self.script.as_deref())
    }

    fn report(&self) -> PendingPattern {
        let found = self.found();
        PendingPattern {
            pattern: self.pattern.clone(),
            script: self.script.clone(),
            limit: self.limit,
            recorders: self.wanted.beside(None),
            patched: found.patched,
            trouble: found.trouble.clone(),
        }
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The selected callables of a module, unless they exceed the limit.
    pub(super) fn within_limit(
        &self,
        selected: Vec<Selected>,
        arrival: &Arrival,
    ) -> Result<Vec<Selected>> {
        let module = arrival.module();
        let patched = self.found().patched;
        match self.limit {
            Some(limit) if patched + selected.len() > limit => Err(Error::new(format!(
                "{} of `{module}` not patched: the limit is {limit}",
                count(selected.len(), "callable")
            ))
            .hint(format!(
                "`patch --lazy {} --limit 0` removes the limit",
                self.pattern
            ))),
            _ => Ok(selected),
        }
    }

    /// Records what has become of an arrival.
    pub(super) fn record(&self, outcomes: Result<Vec<Outcome>>) -> Finding {
        let mut found = self.found();
        let mut met = Vec::new();
        match outcomes {
            Ok(outcomes) => {
                for outcome in outcomes {
                    if let Change::Refused(error) = outcome.change {
                        found.trouble = Some(error);
                        continue;
                    }
                    found.patched += usize::from(matches!(outcome.change, Change::Patched { .. }));
                    if found.met.insert(outcome.path.clone()) {
                        met.push(outcome.path);
                    }
                }
            }
            Err(error) => found.trouble = Some(error),
        }
        Finding {
            pattern: self.pattern.as_str().to_owned(),
            met,
            patched: found.patched,
            trouble: found.trouble.clone(),
        }
    }
}

impl Worker {
    /// Makes patterns pending.
    ///
    /// # Errors
    /// If imports cannot be watched; then nothing is changed.
    pub(super) fn add_lazy(
        &self,
        patterns: &[Pattern],
        limit: Option<usize>,
        wanted: Wanted,
    ) -> Result<()> {
        self.watch_imports()?;
        let script = self.script();
        let mut waiting = self.lazy.patterns();
        let mut texts = HashSet::new();
        let new = patterns.iter().filter(|it| texts.insert(it.as_str()));
        let new: Vec<_> = new.collect();
        waiting.retain(|lazy| !texts.contains(lazy.pattern.as_str()));
        for pattern in new {
            waiting.push(Arc::new(LazyPattern {
                pattern: pattern.clone(),
                script: script.clone(),
                means_script: pattern.matches_module(SCRIPT, script.as_deref()),
                limit,
                wanted,
                found: Mutex::default(),
            }));
        }
        self.changes.of_patterns();
        Ok(())
    }

    /// Removes the lazy patterns for which `is_meant` holds, and waits until what they have begun
    /// is finished.
    ///
    /// # Errors
    /// If the watches cannot be removed; then nothing is pending any more.
    pub(super) fn remove_lazy(
        &self,
        is_meant: impl Fn(&LazyPattern) -> bool,
    ) -> Result<Vec<(String, Pendency)>> {
        let removed: Vec<_> = {
            let mut waiting = self.lazy.patterns();
            waiting.extract_if(.., |lazy| is_meant(lazy)).collect()
        };
        self.changes.of_patterns();
        drop(self.lazy.in_progress.write());
        if self.lazy.patterns().is_empty() {
            let watch = self.lazy.watch().take();
            if let Some(watch) = watch {
                let removed = self.slice(|gil, _| {
                    SCRIPT_WATCH.remove(gil);
                    watch.remove(gil)
                });
                removed.map_err(|error| {
                    let changed = "nothing waits for imports any more, but they are still watched";
                    Error::new(format!("{error}; {changed}")).hint(VERIFY)
                })?;
            }
        }
        let pending = removed.iter().filter(|lazy| lazy.is_pending());
        Ok(Pendency::NotPending.of(pending.map(|lazy| &lazy.pattern)))
    }

    /// Installs the watches over imports and over the script.
    fn watch_imports(&self) -> Result<()> {
        if self.lazy.watch().is_some() {
            return Ok(());
        }
        let told = |tell: fn(&Self, Gil<'_>, &str)| {
            let worker = self.this.clone();
            Box::new(move |gil: Gil<'_>, name: &str| {
                if let Some(worker) = worker.upgrade() {
                    tell(&worker, gil, name);
                }
            })
        };
        let worker = self.this.clone();
        let awaits_script = move || worker.upgrade().is_some_and(|it| it.lazy.awaits_script());
        let watch = self.slice(|gil, _| {
            for Watchable { path, function, .. } in ImportWatch::functions(gil)? {
                if self.patches.is_in_place(gil, function.id()) {
                    return Err(Error::new(format!(
                        "cannot watch imports while `{path}` is patched"
                    ))
                    .hint(format!("unpatch it first: `unpatch {path}`")));
                }
            }
            let (imported, defined) = (told(Self::imported), told(Self::defined));
            SCRIPT_WATCH.install(gil, self.facts.version, Box::new(awaits_script), defined)?;
            ImportWatch::install(gil, self.facts.version, imported)
        })?;
        *self.lazy.watch() = Some(watch);
        Ok(())
    }
}
