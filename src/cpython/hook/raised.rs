//! The exception that leaves a call, read without running any code of the program.
//!
//! While a frame is unwound, the exception is set, and the head of its traceback belongs to the frame: it
//! knows the line that raised, or called what raised.

#![allow(
    deprecated,
    reason = "the one way to take and set the exception that exists in every version, and that leaves it as it is"
)]

use std::borrow::Cow;
use std::ffi::{CStr, c_int};
use std::ptr::null_mut;

use pyo3::ffi;

use super::super::Gil;

/// At most so many characters of a text are read, and so many arguments of an exception.
const CHARACTERS: isize = 120;
const ARGUMENTS: isize = 5;

/// An exception that leaves the running call.
pub(super) struct Raised<'py> {
    /// The name of its type, without the module.
    pub(super) kind: Cow<'py, str>,
    /// The line that raised, or called what raised; 0 if it is unknown.
    pub(super) line: u32,
    /// Its arguments, as far as they are plain.
    pub(super) message: String,
}

impl<'py> Raised<'py> {
    /// The exception that leaves the innermost call, if one does: `GeneratorExit` only closes it, and an
    /// exception of another call is not its own.
    ///
    /// # Safety
    /// It is used only while the exception is set.
    pub(super) unsafe fn leaving(gil: Gil<'py>) -> Option<Self> {
        let (mut kind, mut value, mut traceback) = (null_mut(), null_mut(), null_mut());
        // SAFETY: the GIL is held. The exception is taken, which gives us references to its three parts,
        // and set again as it was; in between nothing sets another one, and no reference is released.
        unsafe {
            ffi::PyErr_Fetch(&raw mut kind, &raw mut value, &raw mut traceback);
            if kind.is_null() {
                return None;
            }
            let raised = Self::read(gil, kind, value, traceback);
            ffi::PyErr_Clear();
            ffi::PyErr_Restore(kind, value, traceback);
            raised
        }
    }

    /// # Safety
    /// The three parts of an exception; the last two may be null. Used only while it is set.
    unsafe fn read(
        gil: Gil<'py>,
        kind: *mut ffi::PyObject,
        value: *mut ffi::PyObject,
        traceback: *mut ffi::PyObject,
    ) -> Option<Self> {
        // SAFETY: the parts are alive, and the classes of exceptions live for ever.
        unsafe {
            let is_closing = ffi::PyErr_GivenExceptionMatches(kind, ffi::PyExc_GeneratorExit) != 0;
            if is_closing {
                return None;
            }
            let line = line_of(gil, traceback)?;
            Some(Self {
                kind: name_of(kind),
                line,
                message: message_of(kind, value),
            })
        }
    }
}

/// The line of a traceback whose head belongs to the running frame; none if it belongs to another one.
unsafe fn line_of(_: Gil<'_>, traceback: *mut ffi::PyObject) -> Option<u32> {
    // SAFETY: the GIL is held, the traceback is null or alive, and so are its frame and the running one.
    unsafe {
        if traceback.is_null() || ffi::PyTraceBack_Check(traceback) == 0 {
            return None;
        }
        let head = &*traceback.cast::<ffi::PyTracebackObject>();
        if head.tb_frame != ffi::PyEval_GetFrame() {
            return None;
        }
        let code = ffi::PyFrame_GetCode(head.tb_frame);
        let line: c_int = ffi::PyCode_Addr2Line(code, head.tb_lasti);
        ffi::Py_DECREF(code.cast());
        Some(u32::try_from(line).unwrap_or(0))
    }
}

/// The name of a class, without its module; the class must live as long.
unsafe fn name_of<'class>(class: *mut ffi::PyObject) -> Cow<'class, str> {
    // SAFETY: the class is alive; its name is a C string.
    let name = unsafe {
        if ffi::PyType_Check(class) == 0 {
            return Cow::default();
        }
        CStr::from_ptr((*class.cast::<ffi::PyTypeObject>()).tp_name)
    };
    let bytes = name.to_bytes();
    let module = bytes.iter().rposition(|byte| *byte == b'.');
    String::from_utf8_lossy(&bytes[module.map_or(0, |dot| dot + 1)..])
}

/// What `str(exception)` shows, if it is of a class that does not define that itself.
unsafe fn message_of(kind: *mut ffi::PyObject, value: *mut ffi::PyObject) -> String {
    // SAFETY: the parts of the exception are alive. Up to 3.11 the value may be what the exception is
    // called with, which stands for its arguments.
    unsafe {
        let arguments = match value {
            _ if value.is_null() => return String::new(),
            _ if ffi::PyExceptionInstance_Check(value) != 0 => {
                (*value.cast::<ffi::PyBaseExceptionObject>()).args
            }
            _ => value,
        };
        let is_none = arguments.is_null() || arguments == ffi::Py_None();
        if is_none {
            return String::new();
        }
        let is_key = ffi::PyErr_GivenExceptionMatches(kind, ffi::PyExc_KeyError) != 0;
        if ffi::PyTuple_CheckExact(arguments) == 0 {
            return shown(arguments, is_key);
        }
        let several = ffi::PyTuple_GET_SIZE(arguments);
        if several == 0 {
            return String::new();
        } else if several == 1 {
            return shown(ffi::PyTuple_GET_ITEM(arguments, 0), is_key);
        }
        let read = (0..several.min(ARGUMENTS)).map(|place| ffi::PyTuple_GET_ITEM(arguments, place));
        let mut read: Vec<String> = read.map(|it| shown(it, true)).collect();
        if several > ARGUMENTS {
            read.push("…".to_owned());
        }
        format!("({})", read.join(", "))
    }
}

/// A plain value, or the name of its class.
unsafe fn shown(value: *mut ffi::PyObject, is_quoted: bool) -> String {
    // SAFETY: the value is alive; each reading function is for its exact class, and runs no Python.
    unsafe {
        if ffi::PyUnicode_CheckExact(value) != 0 {
            let text = text_of(value);
            return if is_quoted { format!("'{text}'") } else { text };
        }
        if ffi::PyLong_CheckExact(value) != 0 {
            let mut overflow = 0;
            let number = ffi::PyLong_AsLongLongAndOverflow(value, &raw mut overflow);
            if overflow == 0 {
                return number.to_string();
            }
        } else if ffi::PyFloat_CheckExact(value) != 0 {
            return ffi::PyFloat_AsDouble(value).to_string();
        } else if value == ffi::Py_None() {
            return "None".to_owned();
        }
        format!("‹{}›", name_of(ffi::Py_TYPE(value).cast()))
    }
}

/// The beginning of a text.
unsafe fn text_of(text: *mut ffi::PyObject) -> String {
    // SAFETY: the text is alive, and the places are in it.
    unsafe {
        let length = ffi::PyUnicode_GetLength(text);
        let read = (0..length.min(CHARACTERS)).map(|place| ffi::PyUnicode_ReadChar(text, place));
        let mut read: String = read
            .map(|it| char::from_u32(it).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        if length > CHARACTERS {
            read.push('…');
        }
        read
    }
}
