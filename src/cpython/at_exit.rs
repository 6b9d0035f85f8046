//! The last of the program's exit handlers: registered before any other, it runs after all.
//!
//! A program may drop all handlers (`atexit._clear()`); then this one is registered again.

#![expect(unsafe_code, reason = "CPython is asked in C to do something later")]

use std::ffi::{c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};

use super::loaded::{loaded_module, sys_modules};

/// What runs last, and in which process.
static LAST: OnceLock<Last> = OnceLock::new();
struct Last {
    process: u32,
    run: fn(Python<'_>),
}

/// Whether it has begun to run.
static HAS_RUN: AtomicBool = AtomicBool::new(false);

/// Makes Python call `last` when the program has ended, with its threads and its exit handlers, and before the
/// interpreter is finalised. Must be called once; a forked child does not call it.
///
/// # Errors
/// If Python has no memory for it.
pub fn run_last(gil: Python<'_>, last: fn(Python<'_>)) -> PyResult<()> {
    LAST.get_or_init(|| Last {
        process: std::process::id(),
        run: last,
    });
    register(gil)
}

fn register(gil: Python<'_>) -> PyResult<()> {
    let was_loaded = loaded_module(gil, "atexit")?.is_some();
    let dropped = Dropped;
    let handler = PyCFunction::new_closure(
        gil,
        None,
        None,
        move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
            let _kept = &dropped;
            if let Some(last) = here()
                && !HAS_RUN.swap(true, Ordering::Relaxed)
            {
                (last.run)(arguments.py());
            }
        },
    )?;
    gil.import("atexit")?.call_method1("register", (handler,))?;
    if !was_loaded {
        sys_modules(gil)?.del_item("atexit")?;
    }
    Ok(())
}

/// What runs last in this process.
fn here() -> Option<&'static Last> {
    LAST.get().filter(|last| last.process == std::process::id())
}

/// Goes with the handler: when Python has dropped that, it is registered again.
struct Dropped;

impl Drop for Dropped {
    fn drop(&mut self) {
        if here().is_some() && !HAS_RUN.load(Ordering::Relaxed) {
            // SAFETY: may be called at any time. If the queue is full, the end of the program is known
            // by the end of its process.
            unsafe { ffi::Py_AddPendingCall(Some(again), std::ptr::null_mut()) };
        }
    }
}

/// Called by CPython on its main thread, with the GIL held.
extern "C" fn again(_: *mut c_void) -> c_int {
    Python::attach(|gil| {
        if let Err(error) = register(gil) {
            error.write_unraisable(gil, None);
        }
    });
    0
}
