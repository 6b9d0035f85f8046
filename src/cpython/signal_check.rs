//! Learns when Python has checked for signals, so that an interrupt does not get lost.
//!
//! Python's signal handler only sets a flag. The thread checks it from time to time between two
//! instructions, or when a signal interrupts a system call. A signal that arrives after the last
//! check and before the call is noticed by neither, and a blocking call sleeps on; this happens
//! under `python` as well.
//!
//! So a pending call is queued as well, which CPython makes when it checks.

#![expect(unsafe_code, reason = "pending calls are queued in C")]

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::ffi;

use super::Gil;

/// Whether [`look`] is queued: only once, since there are 32 places.
static IS_QUEUED: AtomicBool = AtomicBool::new(false);

/// From now on [`has_checked`] is false until the next check. Must be called before the signal is
/// sent, and the GIL held until then: in 3.11 and 3.12 another thread that queues a call hides the
/// flag of a signal until the thread takes the GIL.
pub fn await_check(_: Gil<'_>) {
    if !IS_QUEUED.swap(true, Ordering::AcqRel) {
        // SAFETY: takes any function of this signature, at any time.
        let refused = unsafe { ffi::Py_AddPendingCall(Some(look), std::ptr::null_mut()) } != 0;
        if refused {
            IS_QUEUED.store(false, Ordering::Release);
        }
    }
}

/// Raises `SystemExit` in Python's main thread, at its next check. In 3.11 and 3.12 that comes only if something
/// asks for the thread's attention, such as waiting for the GIL.
pub fn raise_exit() {
    // SAFETY: may be called from any thread, without the GIL. If the queue is full, nothing is raised.
    unsafe { ffi::Py_AddPendingCall(Some(raise), std::ptr::null_mut()) };
}

/// Called by CPython on its main thread, with the GIL held; -1 says that an exception is set.
extern "C" fn raise(_: *mut c_void) -> c_int {
    // SAFETY: as above.
    unsafe { ffi::PyErr_SetNone(ffi::PyExc_SystemExit) };
    -1
}

/// Whether Python has checked for signals since, as far as is known.
#[must_use]
pub fn has_checked() -> bool {
    !IS_QUEUED.load(Ordering::Acquire)
}

/// Called by CPython after it has checked for signals.
extern "C" fn look(_: *mut c_void) -> c_int {
    IS_QUEUED.store(false, Ordering::Release);
    0
}
