//! The native object that rewritten bytecode runs into: `~hook` counts one hit and gives `None`.
//!
//! It is a constant of the patched code object. `LOAD_CONST hook; UNARY_INVERT; POP_TOP` is the
//! cheapest thing that bytecode can do with it in every supported version: no call, nothing to
//! specialise, no evaluation-breaker check. The slot is a raw C function that holds nothing with a
//! destructor, because a daemon thread may be unwound inside it when the interpreter ends.
//!
//! The hook is an instance of a subclass of `int`, the number 0, because compilers such as numba read
//! the constants of a code object and know what `~` does with a number. It equals nothing but itself.

#![expect(
    unsafe_code,
    reason = "the hook is a C type: its slots are raw functions over raw objects"
)]

use std::ffi::{c_int, c_long, c_void};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyInt, PyString, PyType};

use super::native_type::make_type;
use super::{Counter, Gil, SymbolPath, unexpected};
use crate::error::Result;

/// The instance layout, as `basicsize` tells it to CPython. An `int` has its digits at the end, and
/// CPython finds them at the same place in each subclass; the fields of the hook stand behind the one
/// digit that the number 0 has.
#[repr(C)]
struct Layout {
    /// The second field tells sign and number of digits.
    number: ffi::PyVarObject,
    digit: u32,
    counter: Counter,
    /// What it counts the calls of.
    path: SymbolPath,
}

/// An owned hook object.
pub struct Hook(Py<PyAny>);

impl Hook {
    /// A hook that counts into `counter`; a disassembler shows it as
    /// `instrumentation_hook("package.module:func")`.
    ///
    /// # Errors
    /// If Python has no memory for it.
    pub fn new(gil: Gil<'_>, path: &SymbolPath, counter: Counter) -> Result<Self> {
        Self::allocate(gil, path, counter)
            .map_err(|error| unexpected(gil, "cannot create a hook", &error))
    }

    fn allocate(gil: Gil<'_>, path: &SymbolPath, counter: Counter) -> PyResult<Self> {
        let hook_type = hook_type(gil)?;
        let zero = 0_i32.into_pyobject(gil)?;
        // SAFETY: the type was made with the size of `Layout`, and the GIL is held; the result is
        // checked before it is used, and all fields are set before anyone else can see the object.
        // Memory comes zeroed, so the digit is 0; every `int` begins with a `PyVarObject`.
        unsafe {
            let hook = ffi::PyType_GenericAlloc(hook_type.as_type_ptr(), 0);
            let owned = Bound::from_owned_ptr_or_err(gil, hook)?;
            let layout = hook.cast::<Layout>();
            (*layout).number.ob_size = (*zero.as_ptr().cast::<ffi::PyVarObject>()).ob_size;
            (&raw mut (*layout).counter).write(counter);
            (&raw mut (*layout).path).write(path.clone());
            Ok(Self(owned.unbind()))
        }
    }

    /// The hook as a constant of a code object.
    pub(super) fn as_object<'py>(&self, gil: Gil<'py>) -> &Bound<'py, PyAny> {
        self.0.bind(gil)
    }
}

/// The type, made once in a process.
fn hook_type(gil: Gil<'_>) -> PyResult<&Bound<'_, PyType>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let make = || {
        // A type refers to its methods for as long as it lives: for ever.
        let methods = Box::leak(Box::new([
            ffi::PyMethodDef {
                ml_name: c"__reduce__".as_ptr(),
                ml_meth: ffi::PyMethodDefPointer {
                    PyCFunction: reduce,
                },
                ml_flags: ffi::METH_NOARGS,
                ml_doc: std::ptr::null(),
            },
            ffi::PyMethodDef::zeroed(),
        ]));
        // SAFETY: both types live for ever. The hash of an `object` is that of its address, and the
        // representation of an `int` its digits, which compilers write down.
        let (hash, digits) = unsafe {
            (
                ffi::PyType_GetSlot(&raw mut ffi::PyBaseObject_Type, ffi::Py_tp_hash),
                ffi::PyType_GetSlot(&raw mut ffi::PyLong_Type, ffi::Py_tp_repr),
            )
        };
        let slots = [
            (ffi::Py_nb_invert, hit as *mut c_void),
            (ffi::Py_tp_repr, repr as *mut _),
            (ffi::Py_tp_str, digits),
            (ffi::Py_tp_hash, hash),
            (ffi::Py_tp_richcompare, compare as *mut _),
            (ffi::Py_tp_methods, methods.as_mut_ptr().cast()),
            (ffi::Py_tp_dealloc, deallocate as *mut _),
        ];
        let base = gil.get_type::<PyInt>();
        // SAFETY: each slot has the signature that its number asks for, and works on a `Layout`.
        unsafe { make_type::<Layout>(gil, c"instrsh.instrumentation_hook", Some(&base), &slots) }
    };
    TYPE.get_or_try_init(gil, make)
        .map(|hook_type| hook_type.bind(gil))
}

/// `~hook`: one hit.
unsafe extern "C" fn hit(hook: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython calls the slot of our type with an instance of it, with the GIL held.
    unsafe {
        (*hook.cast::<Layout>()).counter.hit();
        ffi::Py_NewRef(ffi::Py_None())
    }
}

/// `repr(hook)`: the call it stands for.
unsafe extern "C" fn repr(hook: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as in `hit`; `path` is set for the whole life of the object.
    let (gil, path) = unsafe { (Python::assume_attached(), &(*hook.cast::<Layout>()).path) };
    let call = format!("instrumentation_hook({:?})", path.as_str());
    PyString::new(gil, &call).into_ptr()
}

/// `hook == other`: only if it is the same object, so that no constant of the program is taken for it.
unsafe extern "C" fn compare(
    hook: *mut ffi::PyObject,
    other: *mut ffi::PyObject,
    operation: c_int,
) -> *mut ffi::PyObject {
    let is_wanted = match operation {
        ffi::Py_EQ => hook == other,
        ffi::Py_NE => hook != other,
        // SAFETY: a new reference to a constant that lives for ever, with the GIL held.
        _ => return unsafe { ffi::Py_NewRef(ffi::Py_NotImplemented()) },
    };
    // SAFETY: CPython calls the slot with the GIL held.
    unsafe { ffi::PyBool_FromLong(c_long::from(is_wanted)) }
}

/// `hook.__reduce__()`: in another process the hook is the number 0, which the rewritten bytecode
/// inverts as well. So a function that is pickled by value, as `cloudpickle` does it, runs there.
unsafe extern "C" fn reduce(
    _hook: *mut ffi::PyObject,
    _no_argument: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls methods with the GIL held; the format takes one object.
    unsafe { ffi::Py_BuildValue(c"(O())".as_ptr(), &raw mut ffi::PyLong_Type) }
}

unsafe extern "C" fn deallocate(hook: *mut ffi::PyObject) {
    // SAFETY: CPython calls this once, with the last reference gone. An instance of a heap type
    // owns a reference to its type, which is given back after the memory.
    unsafe {
        let hook_type = ffi::Py_TYPE(hook);
        std::ptr::drop_in_place(&raw mut (*hook.cast::<Layout>()).path);
        ffi::PyObject_Free(hook.cast());
        ffi::Py_DECREF(hook_type.cast());
    }
}
