//! The audit hook (PEP 578): learns when Python is about to run the program, and, if wanted, when the
//! program asks for input, as `input()` and `breakpoint()` do.
//!
//! A hook sees every event of the process, and costs some hundred nanoseconds at each. CPython cannot
//! remove one, so it is unlinked here from the interpreter's list, unless input is watched. It may run in
//! a forked child.

#![expect(
    unsafe_code,
    reason = "audit hooks are made in C; pyo3 does not declare them"
)]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;

use super::loaded::sys_attribute;
use super::private_symbol;

/// What Python is about to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// A file.
    File,
    /// A module; a folder or an archive is one, too.
    Module,
    /// The text after `-c`.
    Text,
    /// What a person or a pipe gives.
    Input,
}

/// Who is called.
pub struct Audience {
    /// Called once, when Python is ready to run the program. An error keeps it from doing so.
    pub starting: fn(Python<'_>, Run) -> PyResult<()>,
    /// Called when the program asks for input.
    pub asked: Option<fn()>,
}

type AuditHook = unsafe extern "C" fn(*const c_char, *mut ffi::PyObject, *mut c_void) -> c_int;

unsafe extern "C" {
    fn PySys_AddAuditHook(hook: AuditHook, data: *mut c_void) -> c_int;
}

/// An entry of the interpreter's list of hooks.
#[repr(C)]
struct Entry {
    next: *mut Entry,
    hook: *mut c_void,
    data: *mut c_void,
}

/// The list begins within so many words of the interpreter's state: at word 82 in 3.11, 1303 in 3.13, 1330
/// in 3.14.
const SEARCHED: usize = 4096;

static AUDIENCE: OnceLock<Audience> = OnceLock::new();
static HAS_STARTED: AtomicBool = AtomicBool::new(false);

/// Calls the audience from now on. Must be called once, before Python is initialised.
///
/// # Errors
/// If there is no memory.
pub fn listen(audience: Audience) -> std::io::Result<()> {
    let audience = AUDIENCE.get_or_init(|| audience);
    // SAFETY: before Python is initialised any thread may add a hook.
    match unsafe { PySys_AddAuditHook(audit, cookie(audience)) } {
        0 => Ok(()),
        _ => Err(std::io::ErrorKind::OutOfMemory.into()),
    }
}

/// By which the entry of our hook is known.
fn cookie(audience: &'static Audience) -> *mut c_void {
    std::ptr::from_ref(audience).cast_mut().cast()
}

/// # Safety
/// Called by CPython, with the name of an event and the GIL held.
unsafe extern "C" fn audit(event: *const c_char, _: *mut ffi::PyObject, _: *mut c_void) -> c_int {
    let Some(audience) = AUDIENCE.get() else {
        return 0;
    };
    // SAFETY: the name of an event ends with a zero.
    let event = unsafe { CStr::from_ptr(event) }.to_bytes();
    if event == b"builtins.input" {
        // SAFETY: `input` is called with the GIL held, like every Python function.
        let gil = unsafe { Python::assume_attached() };
        if let Some(asked) = audience.asked
            && reads_a_file(gil)
        {
            asked();
        }
        return 0;
    }
    let run = match event {
        b"cpython.run_file" => Run::File,
        b"cpython.run_module" => Run::Module,
        b"cpython.run_command" => Run::Text,
        b"cpython.run_stdin" | b"cpython.run_interactivehook" => Run::Input,
        _ => return 0,
    };
    // What is done here is audited as well.
    if HAS_STARTED.swap(true, Ordering::Relaxed) {
        return 0;
    }
    // SAFETY: Python is about to run the program on this thread, which holds the GIL.
    let gil = unsafe { Python::assume_attached() };
    if audience.asked.is_none() {
        unlink(cookie(audience));
    }
    match (audience.starting)(gil, run) {
        Ok(()) => 0,
        Err(error) => {
            error.restore(gil);
            -1
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

/// Takes our hook out of the interpreter's list, where it must be found exactly once. The list is changed
/// as CPython does: with the GIL held, and so that who walks it finds the rest. The entry is not freed.
fn unlink(cookie: *mut c_void) {
    let Some(state) = private_symbol(c"_PyRuntime") else {
        return;
    };
    let words = state.cast::<AtomicPtr<Entry>>();
    let mut found = Vec::new();
    for index in 0..SEARCHED {
        // SAFETY: the state is larger in every version, and lives as long as the process.
        let word = unsafe { &*words.add(index) };
        let entry = word.load(Ordering::Acquire);
        if let Some(Entry { next, hook, data }) = read(entry)
            && hook == audit as AuditHook as *mut c_void
            && data == cookie
        {
            found.push((word, next));
        }
    }
    if let [(word, next)] = found[..] {
        word.store(next, Ordering::Release);
    }
}

/// What stands at an address, if it is one of memory.
fn read(address: *mut Entry) -> Option<Entry> {
    let is_possible = (0x1000..1 << 47).contains(&address.addr()) && address.is_aligned();
    if !is_possible {
        return None;
    }
    let mut entry = std::mem::MaybeUninit::<Entry>::uninit();
    let length = size_of::<Entry>();
    let here = libc::iovec {
        iov_base: entry.as_mut_ptr().cast(),
        iov_len: length,
    };
    let there = libc::iovec {
        iov_base: address.cast(),
        iov_len: length,
    };
    // SAFETY: the kernel reads what can be read, and writes it where there is room for it; any words are a
    // valid entry.
    unsafe {
        let copied =
            libc::process_vm_readv(libc::getpid(), &raw const here, 1, &raw const there, 1, 0);
        (copied.cast_unsigned() == length).then(|| entry.assume_init())
    }
}
