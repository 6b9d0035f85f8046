//! Holding the GIL.

#![expect(
    unsafe_code,
    reason = "the collector is switched in C, without an import"
)]

use pyo3::ffi;
use pyo3::prelude::*;

/// Proof that this thread holds the GIL.
pub type Gil<'py> = Python<'py>;

/// Runs `work` on a thread that has a Python thread state throughout, whether it holds the GIL or
/// not. Otherwise [`with_gil`] creates a new thread state each time, under a lock other than the
/// GIL: a child that 3.11 forks at that moment would wait for that lock for ever.
pub fn with_thread_state<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    with_gil(|gil| without_gil(gil, work))
}

/// Runs `work` with the GIL held; waits until the program releases it.
pub fn with_gil<T>(work: impl FnOnce(Gil<'_>) -> T) -> T {
    Python::attach(work)
}

/// The same without the cyclic garbage collector: allocations in `work` would trigger it, and a
/// collection of the program's whole heap takes much longer than a slice. `work` should not release
/// the GIL.
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

/// Runs `work` without the GIL.
pub fn without_gil<T: Send>(gil: Gil<'_>, work: impl FnOnce() -> T + Send) -> T {
    gil.detach(work)
}
