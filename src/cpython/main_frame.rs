//! The frame of `__main__`: when it begins and how it ends, although Python itself runs the program.
//!
//! CPython lets frames be evaluated by another function (PEP 523). One is set until it meets the first frame
//! whose globals are those of `__main__`; then CPython's own is back, and evaluates that frame and all others.
//! A script that is watched runs another code object in the place of its own: see [`SCRIPT_WATCH`]. Its own is
//! made to do nothing then, and evaluated as well, so that CPython disposes of the frame.

#![expect(
    unsafe_code,
    reason = "the function that evaluates frames is set in C, and private to CPython"
)]

use std::ffi::{c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use super::loaded::loaded_module;
use super::running_call::{FrameWords, frame_words};
use super::{SCRIPT_WATCH, private_symbol, unexpected};
use crate::error::Result;
use crate::protocol::SCRIPT;

/// What becomes of the end of the program: nothing, or an exception.
pub(super) type Ended = fn(Python<'_>, PyResult<()>) -> PyResult<()>;

type Evaluate =
    unsafe extern "C" fn(*mut ffi::PyThreadState, *const FrameWords, c_int) -> *mut ffi::PyObject;
type Set = unsafe extern "C" fn(*mut ffi::PyInterpreterState, Evaluate);
type Get = unsafe extern "C" fn(*mut ffi::PyInterpreterState) -> Evaluate;

/// What is needed to meet the frame.
struct Meeting {
    set: Set,
    /// CPython's own function.
    default: Evaluate,
    ended: Ended,
    /// The bytes of a module that does nothing.
    nothing: Vec<u8>,
    /// The address of the main thread's state.
    thread: usize,
}

static MEETING: OnceLock<Meeting> = OnceLock::new();
/// The namespace of `__main__`, while it has not begun.
static NAMESPACE: AtomicUsize = AtomicUsize::new(0);

/// Tells [`SCRIPT_WATCH`] when `__main__` begins and ends, and calls `ended` with how. Must be called once,
/// by the main thread, before Python runs the program.
///
/// # Errors
/// If this CPython does not allow it.
pub fn meet_main(gil: Python<'_>, ended: Ended) -> Result<()> {
    let meet = || -> PyResult<bool> {
        let functions = (
            private_symbol(c"_PyInterpreterState_SetEvalFrameFunc"),
            private_symbol(c"_PyInterpreterState_GetEvalFrameFunc"),
        );
        let (Some(set), Some(get)) = functions else {
            return Ok(false);
        };
        let Some(main) = loaded_module(gil, SCRIPT)? else {
            return Ok(false);
        };
        let nothing = nothing(gil)?;
        // SAFETY: these are the signatures of the functions in every version; the GIL is held.
        let (set, default, interpreter, thread) = unsafe {
            let set = std::mem::transmute::<*mut c_void, Set>(set);
            let get = std::mem::transmute::<*mut c_void, Get>(get);
            let interpreter = ffi::PyInterpreterState_Get();
            (set, get(interpreter), interpreter, ffi::PyThreadState_Get())
        };
        let meeting = Meeting {
            set,
            default,
            ended,
            nothing,
            thread: thread.addr(),
        };
        if MEETING.set(meeting).is_err() {
            return Ok(false);
        }
        NAMESPACE.store(main.dict().as_ptr().addr(), Ordering::Release);
        // SAFETY: as above, and the function does what CPython's own does.
        unsafe { set(interpreter, evaluate) };
        Ok(true)
    };
    // Without it the program runs all the same.
    meet()
        .map(drop)
        .map_err(|error| unexpected(gil, "cannot see how the program begins", &error))
}

/// The bytes of a module without statements.
fn nothing(gil: Python<'_>) -> PyResult<Vec<u8>> {
    let compile = gil.import("builtins")?.getattr("compile")?;
    let code = compile.call1(("", "", "exec"))?.getattr("co_code")?;
    Ok(code.cast_into::<PyBytes>()?.as_bytes().to_vec())
}

/// # Safety
/// Called by CPython with a frame that is ready to be evaluated, and the GIL held.
unsafe extern "C" fn evaluate(
    thread: *mut ffi::PyThreadState,
    frame: *const FrameWords,
    throw: c_int,
) -> *mut ffi::PyObject {
    let Some(meeting) = MEETING.get() else {
        return std::ptr::null_mut();
    };
    // SAFETY: the caller holds the GIL.
    let gil = unsafe { Python::assume_attached() };
    let namespace = NAMESPACE.load(Ordering::Acquire);
    // SAFETY: the frame lives while it is evaluated.
    let words = unsafe { frame_words(gil, frame) };
    let is_main = |globals: &Bound<'_, PyDict>| {
        thread.addr() == meeting.thread && globals.as_ptr().addr() == namespace
    };
    let Some((code, globals)) = words.filter(|(_, globals)| is_main(globals)) else {
        // SAFETY: passes on what the caller vouches for.
        return unsafe { (meeting.default)(thread, frame, throw) };
    };
    NAMESPACE.store(0, Ordering::Release);
    // SAFETY: the GIL is held; this was the function before.
    unsafe { (meeting.set)(ffi::PyInterpreterState_Get(), meeting.default) };
    let watched = SCRIPT_WATCH.noticing(&code);
    let watched = watched.filter(|_| hollow_out(&code, &meeting.nothing));
    let outcome = watched.as_ref().map(|noticing| run(noticing, &globals));
    // SAFETY: passes on what the caller vouches for; no exception is set. The answer is a new reference, or
    // null with an exception.
    let own = unsafe {
        let result = (meeting.default)(thread, frame, throw);
        Bound::from_owned_ptr_or_err(gil, result)
    };
    let outcome = outcome.unwrap_or_else(|| own.map(drop));
    SCRIPT_WATCH.ended();
    match (meeting.ended)(gil, outcome) {
        Ok(()) => gil.None().into_ptr(),
        Err(error) => {
            error.restore(gil);
            std::ptr::null_mut()
        }
    }
}

/// Runs a code object without a frame around it.
fn run(code: &Bound<'_, PyAny>, globals: &Bound<'_, PyDict>) -> PyResult<()> {
    let namespace = globals.as_ptr();
    // SAFETY: this is a code object, and the namespace is a dictionary; the answer is a new reference, or null
    // with an exception.
    unsafe {
        let result = ffi::PyEval_EvalCode(code.as_ptr(), namespace, namespace);
        Bound::from_owned_ptr_or_err(code.py(), result).map(drop)
    }
}

/// Makes a code object, which nobody has run and nobody else will, do nothing: its bytes become those of
/// modules that do so. False if it is shorter than one.
fn hollow_out(code: &Bound<'_, PyAny>, nothing: &[u8]) -> bool {
    let has_constant = code.getattr("co_consts").and_then(|it| it.len());
    let length = code.getattr("co_code").and_then(|it| it.len()).unwrap_or(0);
    if !has_constant.is_ok_and(|count| count > 0) || length < nothing.len() || nothing.is_empty() {
        return false;
    }
    // SAFETY: the bytes of a code object follow its other fields, which are as long as its type says; there are
    // `length` of them. It has a first constant, which is all that the new bytes refer to.
    unsafe {
        let start = (*code.get_type_ptr()).tp_basicsize.cast_unsigned();
        let bytes = code.as_ptr().cast::<u8>().add(start);
        for (index, byte) in nothing.iter().cycle().take(length).enumerate() {
            bytes.add(index).write(*byte);
        }
    }
    true
}
