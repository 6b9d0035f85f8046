//! Lazy patterns: they also mean what is imported later, and patch it when its module has finished
//! importing.
//!
//! The thread that imports a module patches it, before its import statement ends, so that no later
//! call is missed. It works as the worker thread does, in slices, and waits for nobody: the worker
//! may be waiting for that very import.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::patching::{Change, Outcome};
use super::pattern::Pattern;
use super::pending::Progress;
use super::rows::Scope;
use super::selection::Selected;
use super::worker::Worker;
use crate::cpython::{FunctionId, Gil, ImportWatch, is_imported, without_gil};
use crate::error::{Error, Result, count};

/// The lazy patterns of a session, and the watch over imports that they need.
///
/// No lock is held while a thread waits for the interpreter, but for `in_progress`, which no thread
/// waits for that holds the interpreter.
#[derive(Default)]
pub(super) struct Lazy {
    patterns: Mutex<Vec<Arc<LazyPattern>>>,
    /// In place while there are patterns.
    watch: Mutex<Option<ImportWatch>>,
    /// Read by the threads that patch what they have imported.
    in_progress: RwLock<()>,
}

/// A pattern that waits for imports.
struct LazyPattern {
    pattern: Pattern,
    /// It patches no more callables than this.
    limit: Option<usize>,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    patched: usize,
    /// Whether something that it means is patched, by whatever pattern.
    is_met: bool,
    trouble: Option<Error>,
}

/// A lazy pattern that waits for imports, and what it has met with so far.
pub struct PendingPattern {
    /// As it was typed.
    pub pattern: String,
    /// How many callables it has patched when they were imported.
    pub patched: usize,
    /// Why the last one that could not be patched was left alone.
    pub trouble: Option<Error>,
}

/// What became of a lazy pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pendency {
    /// It waits for imports from now on.
    Pending,
    /// A dry run: it would wait for imports.
    WouldBePending,
    /// It waits no longer.
    NotPending,
}

impl Pendency {
    /// What is told of patterns of which it is so.
    pub(super) fn of<'a>(
        self,
        patterns: impl IntoIterator<Item = &'a Pattern>,
    ) -> Vec<(String, Self)> {
        let tell = |pattern: &Pattern| (pattern.as_str().to_owned(), self);
        patterns.into_iter().map(tell).collect()
    }
}

impl Lazy {
    fn patterns(&self) -> MutexGuard<'_, Vec<Arc<LazyPattern>>> {
        self.patterns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self) -> MutexGuard<'_, Option<ImportWatch>> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The patterns that can mean callables of a module; the script is none that is imported.
    fn meaning(&self, module: &str) -> Vec<Arc<LazyPattern>> {
        let patterns = self.patterns();
        let meaning = patterns
            .iter()
            .filter(|lazy| lazy.pattern.matches_module(module, None));
        meaning.cloned().collect()
    }

    /// Whether imports are watched in this function.
    pub(super) fn watches(&self, function: FunctionId) -> bool {
        self.watch()
            .as_ref()
            .is_some_and(|watch| watch.is_in(function))
    }

    /// Whether something that `pattern` means can come by an import.
    pub(super) fn is_pending(&self, pattern: &Pattern) -> bool {
        self.patterns()
            .iter()
            .any(|lazy| pattern.covers(&lazy.pattern))
    }

    /// What of a scope waits for imports: a single callable does not any more, once it is patched.
    pub(super) fn pending(&self, scope: &Scope) -> Vec<PendingPattern> {
        let pending = |lazy: &Arc<LazyPattern>| {
            let found = lazy.found();
            (lazy.pattern.is_wildcard() || !found.is_met).then(|| PendingPattern {
                pattern: lazy.pattern.as_str().to_owned(),
                patched: found.patched,
                trouble: found.trouble.clone(),
            })
        };
        let patterns = self.patterns();
        let in_scope = patterns.iter().filter(|lazy| scope.covers(&lazy.pattern));
        in_scope.filter_map(pending).collect()
    }
}

impl LazyPattern {
    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was selected in a module, unless that is more than may be patched.
    fn within_limit(&self, selected: Vec<Selected>, module: &str) -> Result<Vec<Selected>> {
        let patched = self.found().patched;
        match self.limit {
            Some(limit) if patched + selected.len() > limit => Err(Error::new(format!(
                "{} of `{module}` left alone, as the limit is {limit}",
                count(selected.len(), "callable")
            ))
            .hint(format!(
                "`patch --lazy {} --limit 0` lifts it",
                self.pattern
            ))),
            _ => Ok(selected),
        }
    }

    fn record(&self, outcomes: Result<Vec<Outcome>>) {
        let mut found = self.found();
        match outcomes {
            Ok(outcomes) => {
                for outcome in outcomes {
                    if let Change::Refused(error) = outcome.change {
                        found.trouble = Some(error);
                        continue;
                    }
                    found.is_met = true;
                    found.patched += usize::from(matches!(outcome.change, Change::Patched { .. }));
                }
            }
            Err(error) => found.trouble = Some(error),
        }
    }
}

impl Worker {
    /// Lets patterns wait for imports.
    ///
    /// # Errors
    /// If imports cannot be watched; nothing is changed then.
    pub(super) fn add_lazy(&self, patterns: &[Pattern], limit: Option<usize>) -> Result<()> {
        self.watch_imports()?;
        let mut waiting = self.lazy.patterns();
        for pattern in patterns {
            waiting.retain(|lazy| lazy.pattern.as_str() != pattern.as_str());
            waiting.push(Arc::new(LazyPattern {
                pattern: pattern.clone(),
                limit,
                found: Mutex::default(),
            }));
        }
        Ok(())
    }

    /// Takes back the lazy patterns that `is_meant` means, and tells so; what they have begun is
    /// finished then.
    ///
    /// # Errors
    /// If the watch over imports cannot be ended.
    pub(super) fn remove_lazy(
        &self,
        is_meant: impl Fn(&Pattern) -> bool,
    ) -> Result<Vec<(String, Pendency)>> {
        let removed: Vec<_> = {
            let mut waiting = self.lazy.patterns();
            waiting
                .extract_if(.., |lazy| is_meant(&lazy.pattern))
                .collect()
        };
        drop(self.lazy.in_progress.write());
        if self.lazy.patterns().is_empty() {
            let watch = self.lazy.watch().take();
            if let Some(watch) = watch {
                self.slice(|gil, _| watch.remove(gil))?;
            }
        }
        let patterns = removed.iter().map(|lazy| &lazy.pattern);
        Ok(Pendency::NotPending.of(patterns))
    }

    fn watch_imports(&self) -> Result<()> {
        if self.lazy.watch().is_some() {
            return Ok(());
        }
        let worker = self.this.clone();
        let imported = move |gil: Gil<'_>, module: &str| {
            if let Some(worker) = worker.upgrade() {
                worker.imported(gil, module);
            }
        };
        let watch = self.slice(|gil, _| {
            for (path, function) in ImportWatch::functions(gil)? {
                if self.patches.is_in_place(gil, function.id())? {
                    return Err(Error::new(format!(
                        "imports are watched in `{path}`, which is patched"
                    ))
                    .hint(format!("unpatch it first: `unpatch {path}`")));
                }
            }
            ImportWatch::install(gil, self.version, Box::new(imported))
        })?;
        *self.lazy.watch() = Some(watch);
        Ok(())
    }

    /// Patches what lazy patterns mean in a module that this thread has imported.
    fn imported(&self, gil: Gil<'_>, module: &str) {
        thread_local! {
            /// What this thread is to patch, while it is patching: code of the target that it runs,
            /// a module's `__getattr__` or the `__del__` of what it frees, may import more.
            static IMPORTED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
        }
        if self.lazy.meaning(module).is_empty() {
            return;
        }
        let is_patching = IMPORTED.with_borrow_mut(|imported| {
            let is_patching = imported.is_some();
            imported.get_or_insert_default().push(module.to_owned());
            is_patching
        });
        if is_patching {
            return;
        }
        let next = || IMPORTED.with_borrow_mut(|imported| imported.as_mut()?.pop());
        without_gil(gil, || {
            while let Some(module) = next() {
                self.patch_meant(&module);
            }
        });
        IMPORTED.take();
    }

    /// Patches what lazy patterns mean in a loaded module.
    fn patch_meant(&self, module: &str) {
        let in_progress = self.lazy.in_progress.read();
        // Those that were taken back before are not meant any more.
        for lazy in self.lazy.meaning(module) {
            lazy.record(self.patch_imported(module, &lazy));
        }
        drop(in_progress);
    }

    fn patch_imported(&self, module: &str, lazy: &LazyPattern) -> Result<Vec<Outcome>> {
        // Loaded by hand, it may have no place where it can be found; and a module that takes part in
        // a circle of imports has not finished yet.
        if !self.slice(|gil, _| is_imported(gil, module)) {
            return Ok(Vec::new());
        }
        let progress = Progress::default();
        let selected = self.select_in(&progress, module, &lazy.pattern)?;
        self.patch_each(&progress, lazy.within_limit(selected, module)?)
    }
}
