//! Notices when the program asks for input, as `input()` and `breakpoint()` do.
//!
//! CPython reports this to audit hooks (PEP 578). A hook cannot be removed, sees every event of the
//! process, and may run in a forked child, so this one only compares a name for most events.

#![expect(
    unsafe_code,
    reason = "audit hooks are made in C; pyo3 does not declare them"
)]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};
use pyo3::ffi;
use pyo3::prelude::*;

use super::loaded::sys_attribute;

/// The watch over the program's input.
pub static INPUT_WATCH: InputWatch = InputWatch {
    tell: OnceLock::new(),
    is_awaited: AtomicBool::new(false),
};

/// See [`INPUT_WATCH`].
pub struct InputWatch {
    /// The id of the watched process, and where its requests are reported.
    tell: OnceLock<(u32, Sender<()>)>,
    is_awaited: AtomicBool,
}

type AuditHook = unsafe extern "C" fn(*const c_char, *mut ffi::PyObject, *mut c_void) -> c_int;

unsafe extern "C" {
    fn PySys_AddAuditHook(hook: AuditHook, data: *mut c_void) -> c_int;
}

impl InputWatch {
    /// Reports from now on that the program asks for input, once until [`InputWatch::again`]. Must be
    /// called before Python is initialised.
    pub fn install(&self) -> Receiver<()> {
        let (tell, told) = bounded(1);
        if self.tell.set((std::process::id(), tell)).is_ok() {
            // SAFETY: before Python is initialised any thread may add a hook. This fails only if there
            // is no memory; then nothing is reported.
            unsafe { PySys_AddAuditHook(audit, ptr::null_mut()) };
            self.again();
        }
        told
    }

    /// Reports the next request again: the program's input is empty.
    pub fn again(&self) {
        self.is_awaited.store(true, Ordering::Relaxed);
    }

    /// Reports nothing until [`InputWatch::again`]: the program has the terminal.
    pub fn pause(&self) {
        self.is_awaited.store(false, Ordering::Relaxed);
    }

    fn asked(&self) {
        if let Some((process, tell)) = self.tell.get()
            && *process == std::process::id()
            && self.is_awaited.swap(false, Ordering::Relaxed)
        {
            // If it is full, an earlier report is still waiting.
            let _ = tell.try_send(());
        }
    }
}

/// Whether `sys.stdin` is a file, and not what the program has put in its place.
fn reads_a_file(gil: Python<'_>) -> bool {
    let stdin = sys_attribute(gil, c"stdin");
    stdin.is_some_and(|stdin| {
        // SAFETY: the object and its type live; the name of a type ends with a zero.
        let name = unsafe { CStr::from_ptr((*stdin.get_type_ptr()).tp_name) };
        name == c"_io.TextIOWrapper"
    })
}

/// # Safety
/// Called by CPython, with the name of an event.
unsafe extern "C" fn audit(event: *const c_char, _: *mut ffi::PyObject, _: *mut c_void) -> c_int {
    // SAFETY: the name of an event ends with a zero.
    let event = unsafe { CStr::from_ptr(event) };
    if event == c"builtins.input" {
        // SAFETY: `input` is called with the GIL held, like every Python function.
        let gil = unsafe { Python::assume_attached() };
        if reads_a_file(gil) {
            INPUT_WATCH.asked();
        }
    }
    0
}
