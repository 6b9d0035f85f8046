//! Runs the program on Python's main thread, as `python` would, up to its exit handlers.
//!
//! `Py_RunMain` is not used on purpose: `sys.exit` would take the shell with it, and a finalised
//! interpreter can no longer be looked into.

#![expect(unsafe_code, reason = "the end of an interpreter is asked for in C")]

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use pyo3::exceptions::{PyKeyboardInterrupt, PySystemExit};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyList;

use super::program::{DEMO, Entry, Program};
use super::script::{name_module, name_script};
use super::{Ending, demo};

/// Makes the interpreter ready for the program: its import path, and the demo if it is that.
pub(super) fn prepare(py: Python<'_>, program: &Program) -> PyResult<()> {
    // In 3.11 and 3.12 the thread that imports `threading` first is its main thread.
    py.import("threading")?;
    let sys = py.import("sys")?;
    if !sys.getattr("flags")?.getattr("safe_path")?.is_truthy()? {
        let first = match &program.entry {
            Entry::Script(script) => script_folder(script),
            Entry::Demo | Entry::Module(_) => std::env::current_dir()?.into_os_string(),
        };
        sys.getattr("path")?
            .cast_into::<PyList>()?
            .insert(0, first)?;
    }
    match &program.entry {
        Entry::Demo => {
            demo::install(py)?;
            name_module(py, OsStr::new(DEMO));
        }
        Entry::Script(script) => name_script(py, script)?,
        Entry::Module(name) => name_module(py, name),
    }
    Ok(())
}

/// The folder that the script stands in, with symbolic links followed.
fn script_folder(script: &OsStr) -> std::ffi::OsString {
    let path = std::fs::canonicalize(script).unwrap_or_else(|_| script.into());
    path.parent()
        .unwrap_or(Path::new(""))
        .as_os_str()
        .to_owned()
}

/// Runs the program to its end, with its non-daemon threads and exit handlers.
pub(super) fn run(py: Python<'_>, program: &Program, is_quitting: impl Fn() -> bool) -> Ending {
    let ending = match main(py, program) {
        Ok(()) => Ending::Status(0),
        Err(error) => conclude(py, &error, is_quitting()),
    };
    // What `Py_Finalize` does first; done here so that the interpreter stays usable afterwards.
    for (module, function) in [("threading", "_shutdown"), ("atexit", "_run_exitfuncs")] {
        let outcome = py
            .import(module)
            .and_then(|module| module.call_method0(function));
        // Who leaves the shell interrupts a program that waits for its threads.
        if let Err(error) = outcome
            && !(is_quitting() && error.is_instance_of::<PyKeyboardInterrupt>(py))
        {
            error.write_unraisable(py, None);
        }
    }
    flush(py);
    ending
}

fn main(py: Python<'_>, program: &Program) -> PyResult<()> {
    match &program.entry {
        Entry::Demo => run_module(py, OsStr::new(DEMO)),
        Entry::Module(name) => run_module(py, name),
        Entry::Script(script) => run_script(py, script),
    }
}

fn run_module(py: Python<'_>, name: &OsStr) -> PyResult<()> {
    py.import("runpy")?
        .call_method1("_run_module_as_main", (name, true))
        .map(drop)
}

fn run_script(py: Python<'_>, script: &OsStr) -> PyResult<()> {
    let path = std::path::absolute(script)?.into_os_string();
    let bytes = std::fs::read(&path)?;
    let builtins = py.import("builtins")?;
    let code = builtins.call_method1("compile", (bytes.as_slice(), path, "exec", 0, true))?;
    builtins
        .call_method1("exec", (code, py.import("__main__")?.dict()))
        .map(drop)
}

/// What an exception that left the program means: said on the target's stderr, as `python` does.
fn conclude(py: Python<'_>, error: &PyErr, is_quitting: bool) -> Ending {
    if error.is_instance_of::<PySystemExit>(py) {
        return Ending::Status(exit_status(py, error));
    }
    let is_interrupt = error.is_instance_of::<PyKeyboardInterrupt>(py);
    if is_interrupt && is_quitting {
        return Ending::Status(130);
    }
    match show(py, error) {
        Err(exit) if exit.is_instance_of::<PySystemExit>(py) => {
            Ending::Status(exit_status(py, &exit))
        }
        Err(failure) => {
            eprint(py, "Error in sys.excepthook:\n");
            failure.display(py);
            eprint(py, "\nOriginal exception was:\n");
            error.display(py);
            Ending::Status(1)
        }
        Ok(()) => Ending::Status(if is_interrupt { 130 } else { 1 }),
    }
}

/// Gives an exception to `sys.excepthook`. `PyErr_Print` would do the same, but end the process if
/// the hook exits.
fn show(py: Python<'_>, error: &PyErr) -> PyResult<()> {
    let sys = py.import("sys")?;
    let (kind, value, traceback) = (error.get_type(py), error.value(py), error.traceback(py));
    // Up to 3.11 the value's own traceback is an older one; the hook would show that.
    value.setattr("__traceback__", &traceback)?;
    sys.setattr("last_type", &kind)?;
    sys.setattr("last_value", value)?;
    sys.setattr("last_traceback", &traceback)?;
    sys.setattr("last_exc", value)?;
    sys.getattr("excepthook")?
        .call1((kind, value, traceback))
        .map(drop)
}

/// Writes to the target's own stderr.
fn eprint(py: Python<'_>, text: &str) {
    if let Ok(stderr) = py.import("sys").and_then(|sys| sys.getattr("stderr"))
        && let Err(error) = stderr.call_method1("write", (text,))
    {
        error.write_unraisable(py, None);
    }
}

/// The status that a `SystemExit` asks for.
fn exit_status(py: Python<'_>, error: &PyErr) -> i32 {
    let Ok(code) = error.value(py).getattr("code") else {
        return 1;
    };
    if code.is_none() {
        return 0;
    }
    if let Ok(status) = code.extract::<i32>() {
        return status;
    }
    eprint(py, &format!("{code}\n"));
    1
}

fn flush(py: Python<'_>) {
    let Ok(sys) = py.import("sys") else { return };
    for stream in ["stdout", "stderr"] {
        if let Ok(stream) = sys.getattr(stream)
            && !stream.is_none()
            && let Err(error) = stream.call_method0("flush")
        {
            error.write_unraisable(py, None);
        }
    }
}

/// Raises `SystemExit` in Python's main thread, at its next evaluation-breaker check.
pub(super) fn raise_system_exit(patience: Duration) {
    extern "C" fn raise(_: *mut std::ffi::c_void) -> std::ffi::c_int {
        // SAFETY: CPython calls this on its main thread with the GIL held; -1 says that an
        // exception is set.
        unsafe { ffi::PyErr_SetNone(ffi::PyExc_SystemExit) };
        -1
    }
    // SAFETY: may be called from any thread, without the GIL. A full queue is reported and left.
    unsafe { ffi::Py_AddPendingCall(Some(raise), std::ptr::null_mut()) };
    // 3.11 and 3.12 look at the queue only when something else asks the thread for attention;
    // waiting for the GIL does. The thread that waits is given up if the target keeps it.
    let (attached, done) = crossbeam_channel::bounded(1);
    std::thread::spawn(move || Python::attach(|_| attached.send(())));
    let _ = done.recv_timeout(patience);
}

/// Ends the interpreter: finalisers run, files are flushed. The GIL must be held and is gone after.
pub(super) fn finalise() {
    // SAFETY: the target thread initialised the interpreter and still holds the GIL by that; the
    // worker that used it from another thread has ended.
    unsafe { ffi::Py_FinalizeEx() };
}

/// Ends a child that the program forked and that ran to the program's end: it has no shell.
pub(super) fn leave_forked_child(ending: Ending) -> ! {
    let Ending::Status(status) = ending;
    finalise();
    // SAFETY: ends the process with the C exit handlers that `python` would run.
    unsafe { libc::exit(status) }
}
