//! Holding the interpreter.

#![expect(
    unsafe_code,
    reason = "the collector is switched in C, without an import"
)]

use pyo3::ffi;
use pyo3::prelude::*;

/// Proof that this thread holds the interpreter.
pub type Gil<'py> = Python<'py>;

/// Runs `work` on a thread that Python knows until it is done, whether it holds the interpreter or
/// not. To a thread that Python does not know, [`with_gil`] gives a new thread state each time,
/// under a lock that is not the GIL: a child that 3.11 forks in that moment waits for it for ever.
pub fn with_thread_state<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    with_gil(|gil| without_gil(gil, work))
}

/// Runs `work` with the interpreter held; waits until the target lets go of it.
pub fn with_gil<T>(work: impl FnOnce(Gil<'_>) -> T) -> T {
    Python::attach(work)
}

/// The same for a moment in which the cyclic garbage collector must not run: what is allocated here
/// would set it off, and a collection of the target's whole heap takes far longer than a slice.
/// `work` should not let go of the interpreter.
pub fn with_gil_uncollected<T>(work: impl FnOnce(Gil<'_>) -> T) -> T {
    with_gil(|gil| {
        // SAFETY: the GIL is held.
        let was_enabled = unsafe { ffi::PyGC_Disable() } == 1;
        let result = work(gil);
        if was_enabled {
            // SAFETY: as above.
            unsafe { ffi::PyGC_Enable() };
        }
        result
    })
}

/// Runs `work` without the interpreter, which others may use meanwhile.
pub fn without_gil<T: Send>(gil: Gil<'_>, work: impl FnOnce() -> T + Send) -> T {
    gil.detach(work)
}
