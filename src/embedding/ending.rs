//! How the program ends: the exit status that Python will give it, known before the interpreter is finalised.
//!
//! Python itself reports the exception and ends the process. Here it is only looked at; an interrupt by a shell
//! that is leaving is not reported.

use std::sync::{Mutex, OnceLock, PoisonError};

use pyo3::exceptions::{PyAttributeError, PyKeyboardInterrupt, PySystemExit};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyInt, PyModule, PyTuple};

use crate::agent::LIFE;
use crate::bytecode::Version;
use crate::cpython::{loaded_module, running_version};
use crate::protocol::Ending;

/// The status of a process that was ended by an interrupt, as in shells.
const INTERRUPTED: i32 = 130;
/// The status of a program whose last output could not be written.
const UNFLUSHED: i32 = 120;

/// The function in the place of `sys.excepthook`, which is called at most once.
static CALLED: OnceLock<Py<PyAny>> = OnceLock::new();
/// How `__main__` has ended.
static ENDING: Mutex<Option<Ending>> = Mutex::new(None);

/// Takes note of how `__main__` ends; what becomes of its exception.
pub(super) fn main_ended(py: Python<'_>, outcome: PyResult<()>) -> PyResult<()> {
    let Err(error) = outcome else {
        note(Ending::Status(0));
        return Ok(());
    };
    if error.is_instance_of::<PySystemExit>(py) {
        let is_ours = LIFE.is_quitting();
        note(Ending::Status(exit_status(py, &error)));
        return if is_ours { Ok(()) } else { Err(error) };
    }
    let is_interrupt = is_interrupt(py, &error);
    if is_interrupt && LIFE.is_quitting() {
        note(Ending::Status(INTERRUPTED));
        return Ok(());
    }
    note(raised(py, &error, is_interrupt));
    // Without the hook, the exception is reported all the same.
    let _ = watch_excepthook(py);
    Err(error)
}

/// How the program has ended: called after its exit handlers.
pub(super) fn ending(py: Python<'_>) -> Ending {
    if !is_flushed(py) {
        return Ending::Status(UNFLUSHED);
    }
    let ending = noted().take();
    ending.unwrap_or_else(|| without_main(py))
}

/// The module, without an import, which could run an `__import__` of the program.
fn sys(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    let sys = loaded_module(py, "sys")?;
    sys.ok_or_else(|| PyAttributeError::new_err("there is no `sys`"))
}

fn note(ending: Ending) {
    *noted() = Some(ending);
}

fn noted() -> std::sync::MutexGuard<'static, Option<Ending>> {
    ENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn raised(py: Python<'_>, error: &PyErr, is_interrupt: bool) -> Ending {
    let name = error.get_type(py).qualname();
    Ending::Raised {
        status: if is_interrupt { INTERRUPTED } else { 1 },
        exception: name.map_or_else(|_| "an exception".into(), |name| name.to_string()),
    }
}

/// The ending of a program that never got as far as `__main__`: Python could not compile or find it, and has
/// reported that, if by an exception.
fn without_main(py: Python<'_>) -> Ending {
    let last = || {
        let sys = sys(py)?;
        PyResult::Ok(PyErr::from_value(sys.getattr("last_value")?))
    };
    last().map_or(Ending::Status(1), |error| {
        raised(py, &error, is_interrupt(py, &error))
    })
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

/// The status of a `SystemExit`: a number, 0 for none, or 1 for a message. The system keeps its last 8 bits.
fn exit_status(py: Python<'_>, error: &PyErr) -> i32 {
    let code = error.value(py).getattr("code");
    let code = code.unwrap_or_else(|_| error.value(py).clone().into_any());
    if code.is_none() {
        return 0;
    }
    code.cast::<PyInt>().map_or(1, |number| {
        // A number that is too large is an error, and -1.
        let number = number.extract::<i64>().unwrap_or(-1);
        i32::from(number.to_le_bytes()[0])
    })
}

/// Puts a function in the place of the program's own `sys.excepthook`, if it has one, that is gone as soon as
/// it is called: the hook may exit, or be interrupted, and the program ends with another status then.
fn watch_excepthook(py: Python<'_>) -> PyResult<()> {
    const HOOK: &str = "excepthook";
    let sys = sys(py)?;
    let own = sys.getattr(HOOK)?;
    if own.is(sys.getattr("__excepthook__")?) {
        return Ok(());
    }
    let (own, place) = (own.unbind(), sys.clone().unbind());
    let hook = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
        let py = arguments.py();
        place.setattr(py, HOOK, &own)?;
        own.call1(py, arguments).inspect_err(|failure| {
            if failure.is_instance_of::<PySystemExit>(py) {
                note(Ending::Status(exit_status(py, failure)));
            } else if is_ended_by_any_interrupt() && is_interrupt(py, failure) {
                note(Ending::Status(INTERRUPTED));
            }
        })
    };
    let hook = PyCFunction::new_closure(py, None, None, hook)?;
    sys.setattr(HOOK, &hook)?;
    // Up to 3.11 Python holds no reference to the hook that it calls.
    let _ = CALLED.set(hook.into_any().unbind());
    Ok(())
}

/// Whether all output of the program was written. `Py_Finalize` tries again and reports errors.
fn is_flushed(py: Python<'_>) -> bool {
    let flush = |name: &str| {
        let stream = sys(py)?.getattr(name)?;
        let is_closed = |stream: &Bound<'_, PyAny>| stream.getattr("closed")?.is_truthy();
        if stream.is_none() || is_closed(&stream).unwrap_or(false) {
            return Ok(());
        }
        stream.call_method0("flush").map(drop)
    };
    let is_absent = |error: &PyErr| error.is_instance_of::<PyAttributeError>(py);
    ["stdout", "stderr"]
        .into_iter()
        .fold(true, |is_flushed, name| {
            let outcome: PyResult<()> = flush(name);
            outcome.as_ref().err().is_none_or(is_absent) && is_flushed
        })
}
