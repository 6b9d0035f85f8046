//! The hook of a callable whose calls are timed, or whose exceptions are recorded: its slots give tokens.

use std::cell::Cell;
use std::sync::Arc;

use pyo3::ffi;

use super::raised::Raised;
use super::token::Token;
use super::{Layout, Recorder};
use crate::counts::{EndedCall, Recording, TickLength};

/// The instance layout.
#[repr(C)]
pub(super) struct Timed {
    hook: Layout,
    recording: Arc<Recording>,
    /// In ticks: shorter calls are not recorded.
    least: u64,
    reads_clock: bool,
    /// Calls that have begun and not ended.
    open: Cell<u64>,
}

impl Timed {
    /// Sets the fields of a new hook.
    ///
    /// # Safety
    /// The memory is that of a hook with this layout, and the fields are not set yet.
    pub(super) unsafe fn set(hook: *mut Self, recorder: Recorder) {
        let Recorder {
            recording,
            reads_clock,
            least,
        } = recorder;
        // SAFETY: the caller promises it.
        unsafe {
            (&raw mut (*hook).recording).write(recording);
            (*hook).least = TickLength::now().ticks_of(least);
            (*hook).reads_clock = reads_clock;
            (&raw mut (*hook).open).write(Cell::new(0));
        }
    }

    pub(super) fn reads_clock(&self) -> bool {
        self.reads_clock
    }

    /// Whether both record calls of the same callable: a function that is rewritten has another hook.
    ///
    /// # Safety
    /// The other one is alive.
    pub(super) unsafe fn is_of_same(&self, other: *const Self) -> bool {
        // SAFETY: the caller promises it.
        unsafe { Arc::ptr_eq(&self.recording, &(*other).recording) }
    }

    /// One hit.
    pub(super) fn count(&self) {
        self.hook.counter.hit();
    }

    /// Returns how many calls were open before.
    pub(super) fn open_one_more(&self) -> u64 {
        self.open.replace(self.open.get() + 1)
    }

    pub(super) fn open_one_less(&self) {
        self.open.set(self.open.get().saturating_sub(1));
    }

    /// Records a call, and the exception that has ended it.
    pub(super) fn record(&self, call: &EndedCall, raised: Option<&Raised>) {
        let ticks = call
            .time
            .map(|time| u64::try_from(time.duration).unwrap_or(0));
        let timing = &self.recording.timing;
        if ticks.is_some_and(|ticks| ticks < self.least) {
            return timing.skip();
        }
        timing.record(call);
        if let Some(raised) = raised {
            let errors = &self.recording.errors;
            errors.record(&raised.kind, raised.line, &raised.message);
        }
    }
}

/// `~hook`: a call begins.
pub(super) unsafe extern "C" fn begin(hook: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython calls the slot of our type with an instance of it, with the GIL held.
    unsafe { Token::open(hook.cast()) }
}

/// `-hook`: a call begins later.
pub(super) unsafe extern "C" fn idle(hook: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as in `begin`.
    unsafe { Token::idle(hook.cast()) }
}

/// `~hook` of a retired hook: a call that began before the patch was undone, or one of a copy.
pub(super) unsafe extern "C" fn begin_retired(hook: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as in `begin`.
    unsafe {
        if (*hook.cast::<Layout>()).is_own_call() {
            Token::open(hook.cast())
        } else {
            Token::inert()
        }
    }
}

/// `-hook` of a retired hook.
pub(super) unsafe extern "C" fn idle_retired(hook: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as in `begin`.
    unsafe {
        if (*hook.cast::<Layout>()).is_own_call() {
            Token::idle(hook.cast())
        } else {
            Token::inert()
        }
    }
}

pub(super) unsafe extern "C" fn deallocate(hook: *mut ffi::PyObject) {
    // SAFETY: CPython calls this once, with the last reference gone.
    unsafe {
        std::ptr::drop_in_place(&raw mut (*hook.cast::<Timed>()).recording);
        super::deallocate(hook);
    }
}
