//! Marks the program's thread as the one that runs `__main__`, as `python` does.
//!
//! Others find the main thread of an interpreter by that: `sys.remote_exec` and `python -m pdb -p` from
//! another process (since 3.14), and modules that ask whether an interpreter is running (since 3.12).
//! CPython exports the two functions, but keeps them private, so they are looked up by name.

#![expect(unsafe_code, reason = "the functions are private to CPython")]

use std::ffi::{CStr, c_int, c_void};

use pyo3::ffi;
use pyo3::prelude::*;

type Set = unsafe extern "C" fn(*mut ffi::PyInterpreterState) -> c_int;
type Unset = unsafe extern "C" fn(*mut ffi::PyInterpreterState);

/// Calls `main` while the calling thread is marked. Up to 3.11 there is no mark.
///
/// # Errors
/// What `main` raises, or if another thread is marked.
pub(super) fn as_running_main(py: Python<'_>, main: impl FnOnce() -> PyResult<()>) -> PyResult<()> {
    let found = (
        symbol(c"_PyInterpreterState_SetRunningMain"),
        symbol(c"_PyInterpreterState_SetNotRunningMain"),
    );
    let (Some(set), Some(unset)) = found else {
        return main();
    };
    // SAFETY: these are the signatures in `pycore_pystate.h` of each version that has the functions.
    // The GIL is held, by a thread of this interpreter.
    unsafe {
        let interpreter = ffi::PyInterpreterState_Get();
        let set: Set = std::mem::transmute(set);
        if set(interpreter) != 0 {
            return Err(PyErr::fetch(py));
        }
        let outcome = main();
        let unset: Unset = std::mem::transmute(unset);
        unset(interpreter);
        outcome
    }
}

fn symbol(name: &CStr) -> Option<*mut c_void> {
    // SAFETY: looks a name up among the libraries that are loaded.
    let symbol = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    (!symbol.is_null()).then_some(symbol)
}
