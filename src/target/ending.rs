//! The end of the program by an exception: prints it to the program's stderr, as `python` does, and
//! determines the exit status.

#![expect(unsafe_code, reason = "CPython says some of it in C only")]

use std::ffi::CStr;

use pyo3::exceptions::{PyKeyboardInterrupt, PySystemExit};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyInt;

use super::Ending;
use crate::bytecode::Version;
use crate::cpython::running_version;

/// The status of a process that was ended by an interrupt, as in shells.
const INTERRUPTED: i32 = 130;

/// Ends the program with an exception; an interrupt by a shell that is leaving is not printed.
pub(super) fn conclude(py: Python<'_>, error: PyErr, is_quitting: bool) -> Ending {
    if error.is_instance_of::<PySystemExit>(py) {
        return Ending::Status(exit_status(py, &error));
    }
    let is_interrupt = is_interrupt(py, &error);
    if is_interrupt && is_quitting {
        return Ending::Status(INTERRUPTED);
    }
    let name = error.get_type(py).qualname();
    let raised = Ending::Raised {
        status: if is_interrupt { INTERRUPTED } else { 1 },
        exception: name.map_or_else(|_| "an exception".into(), |name| name.to_string()),
    };
    show(py, error).map_or(raised, Ending::Status)
}

/// Whether an exception ends the program in the way of an interrupt: up to 3.13, one of a subclass is
/// an ordinary exception.
fn is_interrupt(py: Python<'_>, error: &PyErr) -> bool {
    error.get_type(py).is(py.get_type::<PyKeyboardInterrupt>())
        || (is_ended_by_any_interrupt() && error.is_instance_of::<PyKeyboardInterrupt>(py))
}

fn is_ended_by_any_interrupt() -> bool {
    running_version().is_ok_and(Version::is_ended_by_any_interrupt)
}

/// Passes an exception to `sys.excepthook`; returns the status if the hook exits, or is interrupted
/// since 3.14.
fn show(py: Python<'_>, error: PyErr) -> Option<i32> {
    let own_hook = own_hook(py).unwrap_or_default();
    let Some(hook) = own_hook else {
        error.restore(py);
        // SAFETY: an exception is set, and no `SystemExit`, at which this would end the process.
        unsafe { ffi::PyErr_PrintEx(1) };
        return None;
    };
    let failure = call_hook(py, &hook, &error).err()?;
    if failure.is_instance_of::<PySystemExit>(py) {
        return Some(exit_status(py, &failure));
    }
    write(c"Error in sys.excepthook:\n");
    failure.display(py);
    write(c"\nOriginal exception was:\n");
    error.display(py);
    (is_ended_by_any_interrupt() && is_interrupt(py, &failure)).then_some(INTERRUPTED)
}

/// The program's own `sys.excepthook`, if it has replaced Python's.
fn own_hook(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    let sys = py.import("sys")?;
    let hook = sys.getattr("excepthook")?;
    Ok((!hook.is(sys.getattr("__excepthook__")?)).then_some(hook))
}

/// `PyErr_Print` would do the same, but end the process if the hook exits.
fn call_hook(py: Python<'_>, hook: &Bound<'_, PyAny>, error: &PyErr) -> PyResult<()> {
    let sys = py.import("sys")?;
    let (kind, value, traceback) = (error.get_type(py), error.value(py), error.traceback(py));
    // Up to 3.11 the value's own traceback is an older one, which the hook would show.
    value.setattr("__traceback__", &traceback)?;
    sys.setattr("last_type", &kind)?;
    sys.setattr("last_value", value)?;
    sys.setattr("last_traceback", &traceback)?;
    // Both are new in 3.12. Before, the exception would never be cleared from there.
    if sys.hasattr("monitoring")? {
        sys.setattr("last_exc", value)?;
    }
    hook.call1((kind, value, traceback)).map(drop)
}

/// The status of a `SystemExit`: a number, 0 for none, or 1 for a message, which is printed. The
/// system keeps its last 8 bits.
fn exit_status(py: Python<'_>, error: &PyErr) -> i32 {
    let code = error.value(py).getattr("code");
    let code = code.unwrap_or_else(|_| error.value(py).clone().into_any());
    if code.is_none() {
        return 0;
    }
    if let Ok(number) = code.cast::<PyInt>() {
        // A number that is too large is an error, and -1.
        let number = number.extract::<i64>().unwrap_or(-1);
        return i32::from(number.to_le_bytes()[0]);
    }
    // SAFETY: `%S` takes an object. What has no text is an empty word; no exception is left.
    unsafe { ffi::PySys_FormatStderr(c"%S".as_ptr(), code.as_ptr()) };
    write(c"\n");
    1
}

/// Writes to `sys.stderr`, or to the stderr of C if there is none.
fn write(text: &CStr) {
    // SAFETY: the text is NUL-terminated; an exception of the stream is not passed on.
    unsafe { ffi::PySys_WriteStderr(c"%s".as_ptr(), text.as_ptr()) };
}
