//! Marks the program's thread as the one that runs `__main__`, as `python` does.
//!
//! `sys.remote_exec` and `python -m pdb -p` find the main thread by that from another process, since
//! 3.14; before, `_xxsubinterpreters` asked for it. CPython exports the two functions, but keeps them
//! private, so they are looked up by name.

#![expect(unsafe_code, reason = "the functions are private to CPython")]

use std::ffi::{c_int, c_void};

use pyo3::ffi;
use pyo3::prelude::*;

use crate::cpython::private_symbol;

type Set = unsafe extern "C" fn(*mut ffi::PyInterpreterState) -> c_int;
type Unset = unsafe extern "C" fn(*mut ffi::PyInterpreterState);

/// Calls `main` while the calling thread is marked. Up to 3.11 there is no mark.
pub(super) fn as_running_main<T>(py: Python<'_>, main: impl FnOnce() -> T) -> T {
    let found = (
        private_symbol(c"_PyInterpreterState_SetRunningMain"),
        private_symbol(c"_PyInterpreterState_SetNotRunningMain"),
    );
    let (Some(set), Some(unset)) = found else {
        return main();
    };
    // SAFETY: this is the signature in `pycore_pystate.h` of each version that has the function.
    let set = unsafe { std::mem::transmute::<*mut c_void, Set>(set) };
    // SAFETY: as above.
    let unset = unsafe { std::mem::transmute::<*mut c_void, Unset>(unset) };
    // SAFETY: the GIL is held, by a thread of this interpreter.
    let (interpreter, is_marked) = unsafe {
        let interpreter = ffi::PyInterpreterState_Get();
        (interpreter, set(interpreter) == 0)
    };
    if !is_marked {
        PyErr::fetch(py).write_unraisable(py, None);
        return main();
    }
    let outcome = main();
    // SAFETY: the GIL is held again, by the same thread, which is marked.
    unsafe { unset(interpreter) };
    outcome
}
