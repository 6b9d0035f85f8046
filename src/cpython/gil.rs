//! Holding the GIL.

#![expect(
    unsafe_code,
    reason = "the collector is switched in C, without an import"
)]

use pyo3::ffi;
use pyo3::prelude::*;

use super::memory_reserve::make_room_for_thread_state;
use super::running_version;
use crate::bytecode::Version;

/// Proof that this thread holds the GIL.
pub type Gil<'py> = Python<'py>;

/// Runs `work` on a thread whose uses of the GIL do not disturb a fork.
///
/// [`with_gil`] creates a thread state and deletes it, under a lock other than the GIL. Up to 3.12, a
/// child that the program forks at that moment would wait for that lock for ever, so the thread keeps
/// one state throughout. Since 3.13 a fork takes that lock, and no state is kept between two uses:
/// `faulthandler` would show it, and tools that read the stacks of all threads from outside fail at one
/// without frames.
pub fn beside_forks<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if running_version().is_ok_and(Version::forks_between_thread_states) {
        return work();
    }
    with_gil(|gil| without_gil(gil, work))
}

/// Runs `work` with the GIL held; waits until the program releases it.
pub fn with_gil<T>(work: impl FnOnce(Gil<'_>) -> T) -> T {
    make_room_for_thread_state();
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
