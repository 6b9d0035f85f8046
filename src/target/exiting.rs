//! What `Py_Finalize` does first: waits for the program's threads and calls its exit functions. Done
//! before, so that the interpreter stays usable afterwards.

#![expect(unsafe_code, reason = "exceptions are reported in C")]

use std::ffi::{c_char, c_void};

use pyo3::exceptions::{PyKeyboardInterrupt, PySystemExit};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyModule, PyTuple};

use crate::bytecode::Version;
use crate::cpython::{private_symbol, running_version};

/// Waits for the non-daemon threads.
const SHUT_DOWN: &str = "_shutdown";
const HOOK: &str = "unraisablehook";

/// Waits for the program's non-daemon threads, and calls its exit functions.
pub(super) fn exit(py: Python<'_>, is_quitting: impl Fn() -> bool) {
    // Leaving the shell interrupts a program that waits for its threads, or ends it.
    let is_ours = |error: &PyErr| {
        is_quitting()
            && (error.is_instance_of::<PyKeyboardInterrupt>(py)
                || error.is_instance_of::<PySystemExit>(py))
    };
    let threading = py.import("threading");
    let waited = threading
        .as_ref()
        .map_or(Ok(()), |it| it.call_method0(SHUT_DOWN).map(drop));
    let has_given_up = waited.is_err();
    if let (Ok(threading), Err(error)) = (&threading, waited)
        && !is_ours(&error)
    {
        report(py, threading, error);
    }
    if let Ok(atexit) = py.import("atexit")
        && let Err(error) = atexit.call_method0("_run_exitfuncs")
        && !is_ours(&error)
    {
        error.write_unraisable(py, Some(&atexit));
    }
    let insists = running_version().is_ok_and(Version::insists_on_threads);
    if has_given_up
        && insists
        && let Ok(threading) = threading
        && let Err(error) = wait_no_more(&threading)
    {
        error.write_unraisable(py, Some(&threading));
    }
}

/// Reports what ended the wait for threads in the words of this CPython, which has some since 3.13.
fn report(py: Python<'_>, threading: &Bound<'_, PyModule>, error: PyErr) {
    let Some(symbol) = private_symbol(c"PyErr_FormatUnraisable") else {
        return error.write_unraisable(py, Some(threading));
    };
    // SAFETY: this is the signature of the function in each version that has it.
    let format = unsafe {
        std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*const c_char, ...)>(symbol)
    };
    error.restore(py);
    // SAFETY: the GIL is held and an exception is set; the format has no arguments.
    unsafe { format(c"Exception ignored on threading shutdown".as_ptr()) };
}

/// Keeps `Py_Finalize` from waiting again for threads that nobody waits for any more: there an exception
/// of ours ends the wait, and its report is left out.
fn wait_no_more(threading: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = threading.py();
    let sys = py.import("sys")?.unbind();
    let give_up = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
        let py = arguments.py();
        let sys = sys.bind(py);
        let ours = PySystemExit::new_err(());
        sys.setattr(HOOK, silent_for(&ours, sys)?)?;
        Err::<(), _>(ours)
    };
    let give_up = PyCFunction::new_closure(py, None, None, give_up)?;
    threading.setattr(SHUT_DOWN, give_up)
}

/// A hook that leaves out the report of one exception and is gone with it. It passes others to the
/// former hook.
fn silent_for<'py>(ours: &PyErr, sys: &Bound<'py, PyModule>) -> PyResult<Bound<'py, PyCFunction>> {
    let py = sys.py();
    let (ours, former) = (
        ours.clone_ref(py).into_value(py),
        sys.getattr(HOOK)?.unbind(),
    );
    let sys = sys.clone().unbind();
    let hook = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
        let py = arguments.py();
        let reported = arguments.get_item(0)?.getattr("exc_value")?;
        if reported.is(&ours) {
            return sys.setattr(py, HOOK, &former);
        }
        former.call1(py, arguments).map(drop)
    };
    PyCFunction::new_closure(py, None, None, hook)
}
