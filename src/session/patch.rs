//! One callable that is or was patched: the record that the worker writes and all others read.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::cpython::{
    CodeObject, Counter, Difference, Function, FunctionId, Gil, Kind, Snapshot, SymbolPath,
    WeakFunction,
};
use crate::error::Result;

/// A callable that is or was patched, and its counter. It outlives `unpatch`, so that the row keeps
/// its last count, but does not keep the function alive then.
pub(super) struct Patch {
    /// The name it was patched by.
    pub(super) path: SymbolPath,
    /// How it is bound and what it gives.
    pub(super) kind: Kind,
    /// The identity of the function, as long as that lives.
    pub(super) id: FunctionId,
    /// The instrumentation count.
    pub(super) counter: Counter,
    function: WeakFunction,
    /// What the function was before it was patched for the first time.
    before: Snapshot,
    is_instrumented: AtomicBool,
    rewrite: Mutex<Option<Rewrite>>,
}

/// An installed patch.
pub(super) struct Rewrite {
    /// The function whose `__code__` is exchanged.
    pub(super) function: Function,
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
    /// Patched by us, and then replaced by somebody else.
    Replaced,
}

impl Patch {
    /// A record of a function that is about to be patched for the first time.
    ///
    /// # Errors
    /// If the function cannot be read, or there is no memory.
    pub(super) fn new(
        gil: Gil<'_>,
        path: SymbolPath,
        kind: Kind,
        function: &Function,
    ) -> Result<Self> {
        Ok(Self {
            path,
            kind,
            id: function.id(),
            counter: Counter::new()?,
            function: function.downgrade(gil)?,
            before: Snapshot::of(gil, function)?,
            is_instrumented: AtomicBool::new(false),
            rewrite: Mutex::new(None),
        })
    }

    /// What is not as it was before the first patch; none if the function is gone.
    ///
    /// # Errors
    /// If Python refuses to tell.
    pub(super) fn differences(&self, gil: Gil<'_>) -> Result<Option<Vec<Difference>>> {
        let function = self.function.upgrade(gil);
        function
            .map(|function| self.before.differences(gil, &function))
            .transpose()
    }

    /// Whether our patched code object is in place, as far as the session did it; needs no GIL.
    #[must_use]
    pub(super) fn is_instrumented(&self) -> bool {
        self.is_instrumented.load(Ordering::Acquire)
    }

    /// The installed rewrite, if any.
    pub(super) fn rewrite(&self) -> MutexGuard<'_, Option<Rewrite>> {
        self.rewrite.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The function and the code object that it had before, if a patch is installed. Nothing is
    /// locked any more when they are used: that can run code of the target.
    pub(super) fn way_back(&self, gil: Gil<'_>) -> Option<(Function, CodeObject)> {
        let rewrite = self.rewrite();
        rewrite.as_ref().map(|rewrite| {
            let function = rewrite.function.clone_ref(gil);
            (function, rewrite.original_code.clone_ref(gil))
        })
    }

    /// Records that `rewrite` is installed, or that none is any more; gives the one before.
    pub(super) fn record(&self, rewrite: Option<Rewrite>) -> Option<Rewrite> {
        self.is_instrumented
            .store(rewrite.is_some(), Ordering::Release);
        std::mem::replace(&mut *self.rewrite(), rewrite)
    }

    /// What stands in `function.__code__` now.
    ///
    /// # Errors
    /// If Python refuses to give it.
    pub(super) fn state(&self, gil: Gil<'_>) -> Result<State> {
        let rewrite = self.rewrite();
        let Some(rewrite) = rewrite.as_ref() else {
            return Ok(State::Original);
        };
        let is_ours = rewrite.function.code(gil)?.is(&rewrite.patched_code);
        Ok(if is_ours {
            State::Patched
        } else {
            State::Replaced
        })
    }
}

/// Every callable that was ever patched, by function. A tree, since growing a hash table of many
/// thousands would hold the interpreter for all of them at once.
#[derive(Default)]
pub(super) struct Patches(Mutex<BTreeMap<FunctionId, Arc<Patch>>>);

impl Patches {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<FunctionId, Arc<Patch>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record of one function. The identity of a dead function can come back as that of another
    /// one, which has no record.
    pub(super) fn of(&self, gil: Gil<'_>, function: FunctionId) -> Option<Arc<Patch>> {
        let patch = self.lock().get(&function).cloned()?;
        patch.function.upgrade(gil).is_some().then_some(patch)
    }

    /// Whether our patched code object is in one function; needs no GIL, since a patched function is
    /// kept alive.
    pub(super) fn is_instrumented(&self, function: FunctionId) -> bool {
        self.lock()
            .get(&function)
            .is_some_and(|patch| patch.is_instrumented())
    }

    /// Every record, by path.
    #[must_use]
    pub(super) fn all(&self) -> Vec<Arc<Patch>> {
        let mut patches: Vec<_> = self.lock().values().cloned().collect();
        patches.sort_by(|a, b| a.path.cmp(&b.path));
        patches
    }

    /// The paths of what is patched now that start with `prefix`, sorted.
    pub(super) fn names_in_place(&self, prefix: &str) -> Vec<String> {
        let patches = self.all();
        let names = patches
            .iter()
            .filter(|patch| patch.is_instrumented())
            .map(|patch| patch.path.to_string());
        names.filter(|name| name.starts_with(prefix)).collect()
    }

    pub(super) fn add(&self, patch: Arc<Patch>) {
        self.lock().insert(patch.id, patch);
    }
}
