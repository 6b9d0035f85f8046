//! Keeps calls of a function fast after its code object was exchanged, where CPython would not.
//!
//! CPython specialises a call for the version of the function that it sees. Up to 3.12 a function
//! whose version was cleared gets a new one at the next call. In 3.13 it never does, and each call
//! stays about 5 ns slower, even after the original code object is back. There
//! `_PyFunction_SetVersion` gives a function the version of its new code object, as creating the
//! function would have done.
//!
//! The symbol and both fields are private to CPython. So the symbol is looked up by name, and the
//! fields are checked once against a fresh function. If either check fails, nothing is done: calls
//! are then slower, and nothing else changes.

#![expect(unsafe_code, reason = "the version of a function is seen in C only")]

use std::ffi::c_void;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use super::Gil;

/// The beginning of `struct PyCodeObject` in 3.13.
#[repr(C)]
struct CodePrefix {
    head: ffi::PyVarObject,
    objects: [*mut ffi::PyObject; 3],
    numbers: [i32; 11],
    co_version: u32,
}

/// `PyFunctionObject` in 3.13.
#[repr(C)]
struct FunctionLayout {
    head: ffi::PyObject,
    objects: [*mut ffi::PyObject; 14],
    vectorcall: *const c_void,
    func_version: u32,
}

/// What is needed to set the version of a function.
#[derive(Clone, Copy)]
struct Versions {
    set: unsafe extern "C" fn(*mut ffi::PyObject, u32),
    /// The default vectorcall of functions.
    stock_vectorcall: *const c_void,
}

// SAFETY: both are addresses of functions, which no thread changes.
unsafe impl Send for Versions {}
// SAFETY: as above.
unsafe impl Sync for Versions {}

/// Whether calls of `function` can be specialised now. In 3.13, replacing its code object ends
/// that; [`restore`] brings it back.
pub(super) fn is_specialisable(function: &Bound<'_, PyAny>) -> bool {
    Versions::get(function.py()).is_some_and(|versions| {
        // SAFETY: `function` is a function, as all callers have checked, and the layout was checked
        // against one of this interpreter.
        let layout = unsafe { &*function.as_ptr().cast::<FunctionLayout>() };
        layout.func_version != 0 && layout.vectorcall == versions.stock_vectorcall
    })
}

/// Sets the version of a function to that of its code object. It must have been specialisable
/// before its code object was replaced: a function with changed defaults, for example, is not.
pub(super) fn restore(function: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) {
    if let Some(versions) = Versions::get(function.py()) {
        // SAFETY: as above; `code` is the code object of `function`, its layout was checked against
        // another one, and the version of a code object is not used by any other.
        unsafe {
            let version = (*code.as_ptr().cast::<CodePrefix>()).co_version;
            if version != 0 {
                (versions.set)(function.as_ptr(), version);
            }
        }
    }
}

impl Versions {
    fn get(gil: Gil<'_>) -> Option<Self> {
        static VERSIONS: PyOnceLock<Option<Versions>> = PyOnceLock::new();
        *VERSIONS.get_or_init(gil, || Self::find(gil))
    }

    fn find(gil: Gil<'_>) -> Option<Self> {
        // SAFETY: the name is a C string.
        let symbol = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"_PyFunction_SetVersion".as_ptr()) };
        if symbol.is_null() {
            return None;
        }
        // A freshly created function has the version of its code object.
        let fresh = gil.eval(c"lambda: None", None, None).ok()?;
        let code = fresh.getattr("__code__").ok()?;
        // SAFETY: both objects are larger than what is read of them in every version that has the
        // symbol; what is read counts only if both places hold the same number.
        let (layout, co_version) = unsafe {
            (
                &*fresh.as_ptr().cast::<FunctionLayout>(),
                (*code.as_ptr().cast::<CodePrefix>()).co_version,
            )
        };
        if co_version == 0 || layout.func_version != co_version {
            return None;
        }
        // SAFETY: this is the signature of the symbol since 3.12.
        let set = unsafe {
            std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut ffi::PyObject, u32)>(
                symbol,
            )
        };
        Some(Self {
            set,
            stock_vectorcall: layout.vectorcall,
        })
    }
}
