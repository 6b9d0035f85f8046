//! One callable that is or was patched: the record that the worker writes and all others read.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::cpython::{
    CodeObject, Counter, Difference, Function, FunctionId, Gil, Kind, Snapshot, Standing,
    SymbolPath, WeakFunction, standing,
};
use crate::error::Result;

/// A callable that is or was patched, and its counter. It outlives `unpatch`, so that the row keeps
/// its last count, but never keeps the function alive, and with it all that its module holds.
pub(super) struct Patch {
    /// The name it was patched by.
    pub(super) path: SymbolPath,
    /// How it is bound and what it gives.
    pub(super) kind: Kind,
    /// The identity of the function, as long as that lives.
    id: FunctionId,
    /// The instrumentation count; its identity is that of the patch.
    pub(super) counter: Counter,
    /// What of it the budget has seen.
    hits_seen: AtomicU64,
    function: WeakFunction,
    /// What the function was before it was patched for the first time.
    before: Snapshot,
    is_instrumented: AtomicBool,
    rewrite: Mutex<Option<Rewrite>>,
}

/// An installed patch.
pub(super) struct Rewrite {
    /// What `__code__` was, and will be again.
    pub(super) original_code: CodeObject,
    /// What `__code__` is while the patch is in place.
    pub(super) patched_code: CodeObject,
    /// Where the injected instructions stand in the patched code, in bytes.
    pub(super) injected: std::ops::Range<usize>,
    /// How many instructions were added.
    pub(super) instructions_added: usize,
    /// How long reading, rewriting and installing took.
    pub(super) time: Duration,
}

/// What stands in `function.__code__` now, as seen from a patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Never patched, or unpatched.
    Original,
    /// The patched code object.
    Patched,
    /// Patched by us, and then the code object or the whole function was replaced by somebody else.
    Replaced,
    /// Patched by us, and then removed from its place by somebody else, or gone.
    Removed,
}

/// What the path of a patch leads to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The function that was patched, as far as can be told.
    Itself,
    /// Another function, or an object that is none.
    Another,
    /// Nothing.
    Nothing,
}

impl Patch {
    fn new(gil: Gil<'_>, path: SymbolPath, kind: Kind, function: &Function) -> Result<Self> {
        Ok(Self {
            path,
            kind,
            id: function.id(),
            counter: Counter::new()?,
            hits_seen: AtomicU64::new(0),
            function: function.downgrade(gil)?,
            before: Snapshot::of(gil, function)?,
            is_instrumented: AtomicBool::new(false),
            rewrite: Mutex::new(None),
        })
    }

    /// The function, as long as it lives.
    pub(super) fn function(&self, gil: Gil<'_>) -> Option<Function> {
        self.function.upgrade(gil)
    }

    /// What is not as it was before the first patch; none if the function is gone.
    ///
    /// # Errors
    /// If Python refuses to tell.
    pub(super) fn differences(&self, gil: Gil<'_>) -> Result<Option<Vec<Difference>>> {
        self.function(gil)
            .map(|function| self.before.differences(gil, &function))
            .transpose()
    }

    /// The same for a function that shall be found at its path: none if nothing is there.
    ///
    /// # Errors
    /// If Python refuses to tell.
    pub(super) fn differences_in_place(&self, gil: Gil<'_>) -> Result<Option<Vec<Difference>>> {
        match self.place(gil) {
            Place::Itself => self.differences(gil),
            Place::Another => Ok(Some(vec![Difference::of_place(gil, &self.path)?])),
            Place::Nothing => Ok(None),
        }
    }

    /// Whether our patched code object is in place, as far as the session did it; needs no GIL.
    #[must_use]
    pub(super) fn is_instrumented(&self) -> bool {
        self.is_instrumented.load(Ordering::Acquire)
    }

    /// Its hits since this was asked last; needs no GIL.
    pub(super) fn new_hits(&self) -> u64 {
        let hits = self.counter.hits();
        hits.saturating_sub(self.hits_seen.swap(hits, Ordering::Relaxed))
    }

    /// The installed rewrite, if any.
    pub(super) fn rewrite(&self) -> MutexGuard<'_, Option<Rewrite>> {
        self.rewrite.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The function and the code object that it had before, if a patch is installed. Nothing is
    /// locked any more when they are used: that can run code of the target.
    pub(super) fn way_back(&self, gil: Gil<'_>) -> Option<(Function, CodeObject)> {
        let rewrite = self.rewrite();
        let original_code = rewrite.as_ref()?.original_code.clone_ref(gil);
        drop(rewrite);
        Some((self.function(gil)?, original_code))
    }

    /// Records that `rewrite` is installed, or that none is any more; gives the one before.
    pub(super) fn record(&self, rewrite: Option<Rewrite>) -> Option<Rewrite> {
        self.is_instrumented
            .store(rewrite.is_some(), Ordering::Release);
        std::mem::replace(&mut *self.rewrite(), rewrite)
    }

    /// What its path leads to now.
    pub(super) fn place(&self, gil: Gil<'_>) -> Place {
        match standing(gil, &self.path) {
            Standing::Unknown => Place::Itself,
            Standing::Function(found) if self.is_of(gil, &found.function) => Place::Itself,
            Standing::Function(_) | Standing::Other => Place::Another,
            Standing::Nothing => Place::Nothing,
        }
    }

    fn is_of(&self, gil: Gil<'_>, function: &Function) -> bool {
        self.function(gil)
            .is_some_and(|own| own.id() == function.id())
    }

    /// What has become of the patched function, and of its place.
    ///
    /// # Errors
    /// If Python refuses to tell.
    pub(super) fn state_in_place(&self, gil: Gil<'_>) -> Result<State> {
        let state = self.state(gil)?;
        Ok(match (state, self.place(gil)) {
            (State::Original, _) | (_, Place::Itself) => state,
            (_, Place::Another) => State::Replaced,
            (_, Place::Nothing) => State::Removed,
        })
    }

    /// What stands in `function.__code__` now.
    ///
    /// # Errors
    /// If Python refuses to give it.
    pub(super) fn state(&self, gil: Gil<'_>) -> Result<State> {
        let code = self.function(gil).map(|function| function.code(gil));
        let code = code.transpose()?;
        Ok(match (self.rewrite().as_ref(), code) {
            (None, _) => State::Original,
            (Some(_), None) => State::Removed,
            (Some(rewrite), Some(code)) if code.is(&rewrite.patched_code) => State::Patched,
            (Some(_), Some(_)) => State::Replaced,
        })
    }
}

/// Every callable that was ever patched.
#[derive(Default)]
pub(super) struct Patches(Mutex<Records>);

/// With trees, since growing a hash table of many thousands would hold the interpreter for all of
/// them at once.
#[derive(Default)]
struct Records {
    /// By number, the oldest first.
    all: BTreeMap<usize, Arc<Patch>>,
    /// The identity of a function that is gone can be that of another one.
    by_function: BTreeMap<FunctionId, Arc<Patch>>,
    /// The newest of each path, with its number: a reloaded module has other functions at the same
    /// paths.
    by_path: BTreeMap<SymbolPath, (usize, Arc<Patch>)>,
    /// Those that were the newest of their paths before.
    superseded: VecDeque<(usize, Arc<Patch>)>,
    /// How many were ever added.
    added: usize,
}

impl Patches {
    fn lock(&self) -> MutexGuard<'_, Records> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record of one function. The identity of a dead function can come back as that of another
    /// one, which has no record.
    pub(super) fn of(&self, gil: Gil<'_>, function: FunctionId) -> Option<Arc<Patch>> {
        let patch = self.lock().by_function.get(&function).cloned()?;
        patch.function(gil).is_some().then_some(patch)
    }

    /// Whether our patched code object is in one function.
    ///
    /// # Errors
    /// If Python refuses to tell.
    pub(super) fn is_in_place(&self, gil: Gil<'_>, function: FunctionId) -> Result<bool> {
        let state = self.of(gil, function).map(|patch| patch.state(gil));
        Ok(state.transpose()? == Some(State::Patched))
    }

    /// Every record, the oldest first.
    pub(super) fn records(&self) -> Vec<Arc<Patch>> {
        self.lock().all.values().cloned().collect()
    }

    /// Every record, by path, and the oldest first.
    #[must_use]
    pub(super) fn all(&self) -> Vec<Arc<Patch>> {
        let mut patches = self.records();
        patches.sort_by(|a, b| a.path.cmp(&b.path));
        patches
    }

    /// The newest record of each path, by path.
    pub(super) fn newest(&self) -> Vec<Arc<Patch>> {
        let records = self.lock();
        let newest = records.by_path.values();
        newest.map(|(_, patch)| Arc::clone(patch)).collect()
    }

    /// The newest record of each function that has one. The function may be gone.
    pub(super) fn by_function(&self) -> BTreeMap<FunctionId, Arc<Patch>> {
        self.lock().by_function.clone()
    }

    /// Whether no other function was patched by the same path later.
    pub(super) fn is_newest(&self, patch: &Arc<Patch>) -> bool {
        let records = self.lock();
        let newest = records.by_path.get(&patch.path);
        newest.is_some_and(|(_, newest)| Arc::ptr_eq(newest, patch))
    }

    /// The paths of what is patched now, sorted.
    pub(super) fn names_in_place(&self) -> Vec<String> {
        let newest = self.newest();
        let patched = newest.iter().filter(|patch| patch.is_instrumented());
        patched.map(|patch| patch.path.to_string()).collect()
    }

    /// The paths of all that was ever patched, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let newest = self.newest();
        newest.iter().map(|patch| patch.path.to_string()).collect()
    }

    /// Adds the record of a function that is about to be patched for the first time.
    ///
    /// # Errors
    /// If the function cannot be read, or there is no memory.
    pub(super) fn add(
        &self,
        gil: Gil<'_>,
        path: &SymbolPath,
        kind: Kind,
        function: &Function,
    ) -> Result<Arc<Patch>> {
        let added = Arc::new(Patch::new(gil, path.clone(), kind, function)?);
        let mut records = self.lock();
        let number = records.added;
        records.added += 1;
        records.all.insert(number, Arc::clone(&added));
        let displaced = records.by_function.insert(added.id, Arc::clone(&added));
        let former = records
            .by_path
            .insert(path.clone(), (number, Arc::clone(&added)));
        records.superseded.extend(former);
        let gone = records.forget_gone(gil);
        drop(records);
        // Nothing is locked any more when they are freed: that can run code of the target.
        drop((displaced, gone));
        Ok(added)
    }
}

impl Records {
    /// Forgets functions that are gone, if others were patched by the same paths later: a module that
    /// is reloaded for ever must not fill the memory. Looks at two of them, one more than were added.
    fn forget_gone(&mut self, gil: Gil<'_>) -> Vec<Arc<Patch>> {
        let mut gone = Vec::new();
        for _ in 0..2 {
            let Some((number, patch)) = self.superseded.pop_front() else {
                break;
            };
            if patch.function(gil).is_some() {
                self.superseded.push_back((number, patch));
                continue;
            }
            gone.extend(self.all.remove(&number));
            if let Entry::Occupied(entry) = self.by_function.entry(patch.id)
                && Arc::ptr_eq(entry.get(), &patch)
            {
                gone.push(entry.remove());
            }
            gone.push(patch);
        }
        gone
    }
}
