//! The record of one callable that is or was patched: written by the worker, read by everybody.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::counts::{Counter, Meter, Recording};
use crate::cpython::{
    CodeObject, Function, FunctionId, Gil, LocalEvents, Lookup, Recorder, Snapshot, WeakFunction,
    difference_of_place, lookup,
};
use crate::error::Result;
use crate::measures::Recorded;
use crate::protocol::{Difference, Installed, Kind, Place, Recorders, State, SymbolPath};

/// A callable that is or was patched, and its counter. It outlives `unpatch`, so that the row keeps
/// its last count, but it never keeps the function alive, and with it all that its module holds.
pub(super) struct Patch {
    /// The name it was patched by.
    pub(super) path: SymbolPath,
    /// How it is bound, and what it returns.
    pub(super) kind: Kind,
    /// The identity of the function, while it lives.
    pub(super) id: FunctionId,
    /// The hit counter; its identity is that of the patch.
    pub(super) counter: Counter,
    /// Among patches with the same path, an older one has a smaller number.
    pub(super) number: u32,
    function: WeakFunction,
    /// Its times and errors; none until they are recorded for the first time.
    recording: OnceLock<Arc<Recording>>,
    /// The state of the function before its first patch.
    before: Snapshot,
    is_instrumented: AtomicBool,
    rewrite: Mutex<Option<Rewrite>>,
}

/// An installed patch.
pub(super) struct Rewrite {
    /// `__code__` before the patch, and after it.
    pub(super) original_code: CodeObject,
    /// `__code__` while the patch is installed.
    pub(super) patched_code: CodeObject,
    /// What the patched code records.
    pub(super) recorders: Recorders,
    /// The local events that the patched code was given.
    pub(super) local_events: LocalEvents,
    /// The bytes of the injected instructions in the patched code, of which there are less than 2^31.
    pub(super) injected: Box<[Range<u32>]>,
    /// Their number.
    pub(super) instructions_added: usize,
    /// The time that reading, rewriting and installing took.
    pub(super) time: Duration,
}

/// What a further rewrite of a patched function starts from.
pub(super) struct InPlace {
    /// The code object that is rewritten.
    pub(super) original_code: CodeObject,
    /// What is recorded now.
    pub(super) recorders: Recorders,
    /// The local events that the first patched code was given.
    pub(super) local_events: LocalEvents,
}

impl Patch {
    pub(super) fn new(
        gil: Gil<'_>,
        path: SymbolPath,
        kind: Kind,
        number: u32,
        function: &Function,
    ) -> Result<Self> {
        Ok(Self {
            path,
            kind,
            id: function.id(),
            counter: Counter::new()?,
            number,
            function: function.downgrade(gil)?,
            recording: OnceLock::new(),
            before: Snapshot::of(gil, function)?,
            is_instrumented: AtomicBool::new(false),
            rewrite: Mutex::new(None),
        })
    }

    /// The function, while it lives.
    pub(super) fn function(&self, gil: Gil<'_>) -> Option<Function> {
        self.function.upgrade(gil)
    }

    /// What has changed since before the first patch; none if the function is gone.
    ///
    /// # Errors
    /// If Python cannot read it.
    pub(super) fn differences(&self, gil: Gil<'_>) -> Result<Option<Vec<Difference>>> {
        self.function(gil)
            .map(|function| self.before.differences(gil, &function))
            .transpose()
    }

    /// The same for the function at its path; none if nothing is there.
    ///
    /// # Errors
    /// If Python cannot read it.
    pub(super) fn differences_in_place(&self, gil: Gil<'_>) -> Result<Option<Vec<Difference>>> {
        match self.place(gil) {
            Place::Itself => self.differences(gil),
            Place::Another => Ok(Some(vec![difference_of_place(gil, &self.path)?])),
            Place::Nothing => Ok(None),
        }
    }

    /// Whether the session has installed our patched code object; does not need the GIL.
    #[must_use]
    pub(super) fn is_instrumented(&self) -> bool {
        self.is_instrumented.load(Ordering::Acquire)
    }

    /// What it has recorded since the last reset; does not need the GIL.
    pub(super) fn recorded(&self) -> Recorded {
        Recorded::since_reset(&self.meter())
    }

    /// Everything that it counts and records.
    pub(super) fn meter(&self) -> Meter<'static> {
        Meter::new(self.counter, self.recording())
    }

    /// Its times and errors, if they were ever recorded.
    pub(super) fn recording(&self) -> Option<&Recording> {
        self.recording.get().map(Arc::as_ref)
    }

    /// Sets everything to zero, and returns how many hits there were. Does not need the GIL, but allows one
    /// thread at a time.
    pub(super) fn reset(&self) -> u64 {
        // What was never called has nothing to reset, and its memory is not touched.
        if let Some(recording) = self.recording().filter(|_| self.counter.hits_ever() > 0) {
            recording.reset();
        }
        self.counter.reset()
    }

    /// What a hook needs for these recorders.
    ///
    /// # Errors
    /// If the system has no memory.
    pub(super) fn recorder(&self, recorders: Recorders) -> Result<Option<Recorder>> {
        if !recorders.needs_ends() {
            return Ok(None);
        }
        if self.recording.get().is_none() {
            // Only the worker, and threads that patch what they import, get here, with the GIL held.
            let _ = self.recording.set(Arc::new(Recording::new()?));
        }
        Ok(self.recording.get().map(|recording| Recorder {
            recording: Arc::clone(recording),
            reads_clock: recorders.times,
            least: recorders.least(),
        }))
    }

    /// What a further rewrite starts from, if our patched code object is in the function.
    pub(super) fn in_place(&self, gil: Gil<'_>) -> Option<InPlace> {
        let code = self.function(gil)?.code(gil);
        let rewrite = self.rewrite();
        let installed = rewrite.as_ref().filter(|it| code.is(&it.patched_code))?;
        Some(InPlace {
            original_code: installed.original_code.clone_ref(gil),
            recorders: installed.recorders,
            local_events: installed.local_events,
        })
    }

    /// The installed rewrite as the shell knows it, if there is one.
    pub(super) fn installed(&self) -> Option<Installed> {
        let rewrite = self.rewrite();
        let rewrite = rewrite.as_ref()?;
        Some(Installed {
            recorders: rewrite.recorders,
            instructions_added: rewrite.instructions_added,
            rewrite_time: rewrite.time,
        })
    }

    /// What the installed rewrite records, if there is one.
    pub(super) fn recorders(&self) -> Option<Recorders> {
        self.installed().map(|installed| installed.recorders)
    }

    /// The installed rewrite, if any.
    pub(super) fn rewrite(&self) -> MutexGuard<'_, Option<Rewrite>> {
        self.rewrite.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The function, the code object that it had before, and the local events that the patched one was
    /// given, if a patch is installed. No lock is held when they are used: that can run code of the
    /// program.
    pub(super) fn way_back(&self, gil: Gil<'_>) -> Option<(Function, CodeObject, LocalEvents)> {
        let rewrite = self.rewrite();
        let installed = rewrite.as_ref()?;
        let (original_code, events) = (
            installed.original_code.clone_ref(gil),
            installed.local_events,
        );
        drop(rewrite);
        Some((self.function(gil)?, original_code, events))
    }

    /// Records that `rewrite` is installed, or none any more. Returns the previous one, whose hook
    /// counts no further calls.
    pub(super) fn record(&self, gil: Gil<'_>, rewrite: Option<Rewrite>) -> Option<Rewrite> {
        self.is_instrumented
            .store(rewrite.is_some(), Ordering::Release);
        let former = std::mem::replace(&mut *self.rewrite(), rewrite);
        if let Some(former) = &former {
            former.patched_code.retire_hook(gil, self.id);
        }
        former
    }

    /// What its path leads to now.
    pub(super) fn place(&self, gil: Gil<'_>) -> Place {
        match lookup(gil, &self.path) {
            Lookup::Unknown => Place::Itself,
            Lookup::Function(found) if self.is_of(gil, &found.function) => Place::Itself,
            Lookup::Function(_) | Lookup::Other => Place::Another,
            Lookup::Nothing => Place::Nothing,
        }
    }

    fn is_of(&self, gil: Gil<'_>, function: &Function) -> bool {
        self.function(gil)
            .is_some_and(|own| own.id() == function.id())
    }

    /// The state of the patched function and of its path.
    pub(super) fn state_in_place(&self, gil: Gil<'_>) -> State {
        let state = self.state(gil);
        match (state, self.place(gil)) {
            (State::Original, _) | (_, Place::Itself) => state,
            (_, Place::Another) => State::Replaced,
            (_, Place::Nothing) => State::Removed,
        }
    }

    /// The state of `function.__code__`.
    pub(super) fn state(&self, gil: Gil<'_>) -> State {
        let code = self.function(gil).map(|function| function.code(gil));
        match (self.rewrite().as_ref(), code) {
            (Some(rewrite), Some(code)) if code.is(&rewrite.patched_code) => State::Patched,
            (_, Some(code)) if code.hook(gil).is_some() => State::Copied,
            (None, _) => State::Original,
            (Some(_), None) => State::Removed,
            (Some(_), Some(_)) => State::Replaced,
        }
    }
}
