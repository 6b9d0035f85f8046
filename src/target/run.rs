//! Runs the program on Python's main thread, as `python` would, including its exit handlers.
//!
//! `Py_RunMain` is not used: `sys.exit` would end the shell as well, and a finalised interpreter
//! can no longer be inspected.

#![expect(unsafe_code, reason = "the end of an interpreter is asked for in C")]

use std::ffi::OsStr;
use std::time::Duration;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyList;

use super::ending::conclude;
use super::program::{DEMO, Entry, Program};
use super::running_main::as_running_main;
use super::script::{self, name_module, name_script};
use super::watched::lend_exec;
use super::{Ending, demo, exiting, forking};
use crate::cpython::{SCRIPT_WATCH, with_gil};

/// The status of a program whose last output could not be written.
const UNFLUSHED: i32 = 120;

/// Prepares the interpreter for the program: its import path, and the demo if it is the program.
pub(super) fn prepare(py: Python<'_>, program: &Program) -> PyResult<()> {
    // In 3.11 and 3.12 the thread that imports `threading` first is its main thread.
    py.import("threading")?;
    forking::prepare(py)?;
    let sys = py.import("sys")?;
    let application = match &program.entry {
        Entry::Script(script) => script::application(py, script)?,
        Entry::Demo | Entry::Module(_) => None,
    };
    let has_first = !sys.getattr("flags")?.getattr("safe_path")?.is_truthy()?;
    let first = match (&application, &program.entry) {
        (Some(path), _) => Some(path.clone()),
        (None, Entry::Script(script)) => has_first.then(|| script::folder(script)),
        // The demo is in the binary, and runs nothing from the current folder.
        (None, Entry::Demo) => None,
        // Without a current folder, nothing is imported from there.
        (None, Entry::Module(_)) => has_first
            .then(|| std::env::current_dir().ok())
            .flatten()
            .map(Into::into),
    };
    if let Some(first) = first {
        let path = sys.getattr("path")?.cast_into::<PyList>()?;
        path.insert(0, first)?;
    }
    match &program.entry {
        Entry::Demo => {
            demo::install(py)?;
            name_module(py, OsStr::new(DEMO));
        }
        Entry::Script(_) if application.is_some() => name_module(py, OsStr::new("__main__")),
        Entry::Script(script) => name_script(py, script)?,
        Entry::Module(name) => name_module(py, name),
    }
    SCRIPT_WATCH.prepared();
    Ok(())
}

/// Runs the program to its end, with its non-daemon threads and exit handlers.
pub(super) fn run(py: Python<'_>, program: &Program, is_quitting: impl Fn() -> bool) -> Ending {
    let ending = as_running_main(py, || {
        let outcome = main(py, program);
        SCRIPT_WATCH.ended();
        match outcome {
            Ok(()) => Ending::Status(0),
            Err(error) => conclude(py, error, is_quitting()),
        }
    });
    exiting::exit(py, is_quitting);
    if is_flushed(py) {
        ending
    } else {
        Ending::Status(UNFLUSHED)
    }
}

fn main(py: Python<'_>, program: &Program) -> PyResult<()> {
    match &program.entry {
        Entry::Demo => run_module(py, OsStr::new(DEMO), true),
        Entry::Module(name) => run_module(py, name, true),
        Entry::Script(script) if script::application(py, script)?.is_some() => {
            run_module(py, OsStr::new("__main__"), false)
        }
        Entry::Script(script) => script::run(py, script),
    }
}

/// Runs a module, whose path is `sys.argv[0]` if it was named on the command line.
fn run_module(py: Python<'_>, name: &OsStr, is_named: bool) -> PyResult<()> {
    let runpy = py.import("runpy")?;
    let lent = lend_exec(&runpy)?;
    let outcome = runpy.call_method1("_run_module_as_main", (name, is_named));
    lent.take_back(&runpy)?;
    outcome.map(drop)
}

/// Whether all output of the program was written. `Py_Finalize` tries again and reports errors.
fn is_flushed(py: Python<'_>) -> bool {
    let flush = |name: &str| {
        let stream = py.import("sys")?.getattr(name)?;
        let is_closed = |stream: &Bound<'_, PyAny>| stream.getattr("closed")?.is_truthy();
        if stream.is_none() || is_closed(&stream).unwrap_or(false) {
            return Ok(());
        }
        stream.call_method0("flush").map(drop)
    };
    let is_absent = |error: &PyErr| error.is_instance_of::<pyo3::exceptions::PyAttributeError>(py);
    ["stdout", "stderr"]
        .into_iter()
        .fold(true, |is_flushed, name| {
            let outcome: PyResult<()> = flush(name);
            outcome.as_ref().err().is_none_or(is_absent) && is_flushed
        })
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
    // 3.11 and 3.12 check the queue only if something else requests the thread's attention, such as
    // waiting for the GIL. The waiting thread is abandoned if the program holds the GIL.
    let (attached, done) = crossbeam_channel::bounded(1);
    std::thread::spawn(move || with_gil(|_| attached.send(())));
    let _ = done.recv_timeout(patience);
}

/// Ends the interpreter: finalisers run, files are flushed. The GIL must be held and is gone after.
pub(super) fn finalise() {
    // SAFETY: the program thread initialised the interpreter and still holds the GIL by that; the
    // worker that used it from another thread has ended.
    unsafe { ffi::Py_FinalizeEx() };
}

/// Ends a child that the program forked and that ran to the program's end: it has no shell.
pub(super) fn leave_forked_child(ending: &Ending) -> ! {
    finalise();
    // SAFETY: ends the process with the C exit handlers that `python` would run.
    unsafe { libc::exit(ending.status()) }
}
