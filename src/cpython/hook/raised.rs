//! The exception that leaves a call, read without running any code of the program.
//!
//! While a frame is unwound, the exception is set, and the head of its traceback belongs to the frame: it
//! knows the line that raised, or called what raised.

#![allow(
    deprecated,
    reason = "the one way to take and set the exception that exists in every version, and that leaves it as it is"
)]

use std::ffi::{CStr, c_int};
use std::fmt::{self, Write};
use std::ptr::null_mut;

use pyo3::ffi;

use super::super::Gil;
use crate::counts::Text;

/// At most so many characters of a text are read, and so many arguments of an exception.
const CHARACTERS: isize = 120;
const ARGUMENTS: isize = 5;

/// An exception that leaves the running call. Its texts are in place: memory may be what is missing.
pub(super) struct Raised {
    /// The name of its type, without the module.
    pub(super) kind: Text<64>,
    /// The line that raised, or called what raised; 0 if it is unknown.
    pub(super) line: u32,
    /// Its arguments, as far as they are plain.
    pub(super) message: Text<160>,
}

impl Raised {
    /// The exception that leaves the innermost call, if one does and that call is of this hook:
    /// `GeneratorExit` only closes it, and an exception of another call is not its own.
    pub(super) fn leaving(gil: Gil<'_>, hook: *mut ffi::PyObject) -> Option<Self> {
        let (mut kind, mut value, mut traceback) = (null_mut(), null_mut(), null_mut());
        // SAFETY: the GIL is held. The exception is taken, which gives us references to its three parts,
        // and set again as it was; in between nothing sets another one, and no reference is released.
        unsafe {
            ffi::PyErr_Fetch(&raw mut kind, &raw mut value, &raw mut traceback);
            if kind.is_null() {
                return None;
            }
            let is_closing = ffi::PyErr_GivenExceptionMatches(kind, ffi::PyExc_GeneratorExit) != 0;
            let line = if is_closing {
                None
            } else {
                line_of(gil, traceback, hook)
            };
            let raised = line.map(|line| Self {
                kind: name_of(kind),
                line,
                message: message_of(kind, value),
            });
            ffi::PyErr_Clear();
            ffi::PyErr_Restore(kind, value, traceback);
            raised
        }
    }
}

/// The line of the running frame, if it is a call of the hook. The head of the traceback belongs to it,
/// unless the exception is one that the frame raises again, or that has lost its traceback.
///
/// # Safety
/// The GIL is held, and the traceback is null or alive.
unsafe fn line_of(
    _: Gil<'_>,
    traceback: *mut ffi::PyObject,
    hook: *mut ffi::PyObject,
) -> Option<u32> {
    // SAFETY: the caller promises it; the running frame, its code and their constants are alive.
    unsafe {
        let frame = ffi::PyEval_GetFrame();
        if frame.is_null() {
            return None;
        }
        let code = ffi::PyFrame_GetCode(frame);
        let head = traceback.cast::<ffi::PyTracebackObject>();
        let is_head = !traceback.is_null()
            && ffi::PyTraceBack_Check(traceback) != 0
            && (*head).tb_frame == frame;
        let line: c_int = if is_head {
            ffi::PyCode_Addr2Line(code, (*head).tb_lasti)
        } else if holds(code.cast(), hook) {
            ffi::PyFrame_GetLineNumber(frame)
        } else {
            ffi::Py_DECREF(code.cast());
            return None;
        };
        ffi::Py_DECREF(code.cast());
        Some(u32::try_from(line).unwrap_or(0))
    }
}

/// Whether a hook is one of the constants of a code object.
///
/// # Safety
/// The GIL is held, both are alive, and no exception is set.
unsafe fn holds(code: *mut ffi::PyObject, hook: *mut ffi::PyObject) -> bool {
    // SAFETY: the caller promises it; a constant is alive as long as the tuple.
    unsafe {
        let constants = ffi::PyObject_GetAttrString(code, c"co_consts".as_ptr());
        if constants.is_null() {
            ffi::PyErr_Clear();
            return false;
        }
        let is_tuple = ffi::PyTuple_CheckExact(constants) != 0;
        let number = if is_tuple {
            ffi::PyTuple_GET_SIZE(constants)
        } else {
            0
        };
        // The hook is the last one that was added.
        let mut places = (0..number).rev();
        let found = places.any(|place| ffi::PyTuple_GET_ITEM(constants, place) == hook);
        ffi::Py_DECREF(constants);
        found
    }
}

/// The name of a class, without its module.
///
/// # Safety
/// It is alive.
unsafe fn name_of<const SIZE: usize>(class: *mut ffi::PyObject) -> Text<SIZE> {
    // SAFETY: the class is alive; its name is a C string.
    let name = unsafe {
        if ffi::PyType_Check(class) == 0 {
            return Text::new("");
        }
        CStr::from_ptr((*class.cast::<ffi::PyTypeObject>()).tp_name)
    };
    let name = name.to_str().unwrap_or_default();
    Text::new(name.rsplit('.').next().unwrap_or_default())
}

/// What `str(exception)` shows, if it is of a class that does not define that itself.
///
/// # Safety
/// The parts of the exception are alive.
unsafe fn message_of(kind: *mut ffi::PyObject, value: *mut ffi::PyObject) -> Text<160> {
    let mut message = Text::new("");
    // SAFETY: the caller promises it. Up to 3.11 the value may be what the exception is called with, which
    // stands for its arguments.
    unsafe {
        let arguments = match value {
            _ if value.is_null() => return message,
            _ if ffi::PyExceptionInstance_Check(value) != 0 => {
                (*value.cast::<ffi::PyBaseExceptionObject>()).args
            }
            _ => value,
        };
        if arguments.is_null() || arguments == ffi::Py_None() {
            return message;
        }
        let is_key = ffi::PyErr_GivenExceptionMatches(kind, ffi::PyExc_KeyError) != 0;
        // A text that is full takes no more, which is no error here.
        let _ = write_arguments(&mut message, arguments, is_key);
    }
    message
}

/// # Safety
/// The arguments are alive.
unsafe fn write_arguments(
    message: &mut Text<160>,
    arguments: *mut ffi::PyObject,
    is_key: bool,
) -> fmt::Result {
    // SAFETY: the caller promises it; an item is alive as long as its tuple.
    unsafe {
        if ffi::PyTuple_CheckExact(arguments) == 0 {
            return write_value(message, arguments, is_key);
        }
        let several = ffi::PyTuple_GET_SIZE(arguments);
        if several < 2 {
            let mut places = 0..several;
            return places.try_for_each(|place| {
                write_value(message, ffi::PyTuple_GET_ITEM(arguments, place), is_key)
            });
        }
        for place in 0..several.min(ARGUMENTS) {
            message.write_str(if place == 0 { "(" } else { ", " })?;
            write_value(message, ffi::PyTuple_GET_ITEM(arguments, place), true)?;
        }
        message.write_str(if several > ARGUMENTS { ", …)" } else { ")" })
    }
}

/// A plain value, or the name of its class.
///
/// # Safety
/// It is alive.
unsafe fn write_value(
    message: &mut Text<160>,
    value: *mut ffi::PyObject,
    is_quoted: bool,
) -> fmt::Result {
    // SAFETY: the caller promises it; each reading function is for its exact class, and runs no Python.
    unsafe {
        if ffi::PyUnicode_CheckExact(value) != 0 {
            let quote = if is_quoted { "'" } else { "" };
            message.write_str(quote)?;
            write_text(message, value)?;
            return message.write_str(quote);
        }
        if ffi::PyLong_CheckExact(value) != 0 {
            let mut overflow = 0;
            let number = ffi::PyLong_AsLongLongAndOverflow(value, &raw mut overflow);
            if overflow == 0 {
                return write!(message, "{number}");
            }
        } else if ffi::PyFloat_CheckExact(value) != 0 {
            return write!(message, "{}", ffi::PyFloat_AsDouble(value));
        } else if value == ffi::Py_None() {
            return message.write_str("None");
        }
        write!(message, "‹{}›", name_of::<64>(ffi::Py_TYPE(value).cast()))
    }
}

/// The beginning of a text.
///
/// # Safety
/// It is alive.
unsafe fn write_text(message: &mut Text<160>, text: *mut ffi::PyObject) -> fmt::Result {
    // SAFETY: the caller promises it, and the places are in it.
    unsafe {
        let length = ffi::PyUnicode_GetLength(text);
        for place in 0..length.min(CHARACTERS) {
            let character = char::from_u32(ffi::PyUnicode_ReadChar(text, place));
            message.write_char(character.unwrap_or(char::REPLACEMENT_CHARACTER))?;
        }
        message.write_str(if length > CHARACTERS { "…" } else { "" })
    }
}
