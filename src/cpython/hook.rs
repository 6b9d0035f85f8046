//! The native object that rewritten bytecode runs into: `~hook` counts one hit and gives `None`.
//!
//! It is a constant of the patched code object. `LOAD_CONST hook; UNARY_INVERT; POP_TOP` is the
//! cheapest thing that bytecode can do with it in every supported version: no call, nothing to
//! specialise, no evaluation-breaker check. The slot is a raw C function that holds nothing with a
//! destructor, because a daemon thread may be unwound inside it when the interpreter ends.
//!
//! The hook is an instance of a subclass of `int`, the number 0, because compilers such as numba read
//! the constants of a code object and know what `~` does with a number. It equals nothing but itself.
//!
//! A patch that was undone can leave its hook behind: in calls and generators that began on the patched
//! code, which still count, and in copies of that code that somebody else has made, which must not. So
//! the hook is retired. It becomes an instance of another type, whose slot has the time to look which
//! call it is in; the slot of a hook in place has nothing to decide.

#![expect(
    unsafe_code,
    reason = "the hook is a C type: its slots are raw functions over raw objects"
)]

use std::ffi::{c_int, c_long, c_void};
use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyInt, PyString, PyType};

use super::native_type::make_type;
use super::running_call::running_call;
use super::{CodeObject, Counter, FunctionId, Gil, SymbolPath, unexpected};
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
    /// Set when its patch was undone.
    retired: Option<Box<Retired>>,
}

/// What a hook needs to know when its patch was undone.
struct Retired {
    /// The function that was patched. Only its address: the hook must not keep it alive.
    function: FunctionId,
    /// The patched code object, by its address.
    code: *mut ffi::PyObject,
    foreign_calls: AtomicU64,
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
        made_once(gil, &RETIRED_TYPE, hit_retired as *mut c_void)?;
        let hook_type = made_once(gil, &HOOK_TYPE, hit as *mut c_void)?;
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
            (&raw mut (*layout).retired).write(None);
            Ok(Self(owned.unbind()))
        }
    }

    /// The object as a hook, if it is one.
    pub(super) fn from_object(object: &Bound<'_, PyAny>) -> Option<Self> {
        Self::is(object).then(|| Self(object.clone().unbind()))
    }

    /// Whether an object is a hook.
    pub(super) fn is(object: &Bound<'_, PyAny>) -> bool {
        let gil = object.py();
        let types = [&HOOK_TYPE, &RETIRED_TYPE].into_iter();
        let mut types = types.filter_map(|hook_type| hook_type.get(gil));
        types.any(|hook_type| object.get_type().is(hook_type))
    }

    /// What it counts the calls of.
    #[must_use]
    pub fn path(&self, gil: Gil<'_>) -> SymbolPath {
        self.layout(gil).path.clone()
    }

    /// Lets it count nothing from now on but calls of `function` that began on `code` before: the patch
    /// is undone.
    pub(super) fn retire(&self, gil: Gil<'_>, function: FunctionId, code: &CodeObject) {
        let Some(retired_type) = RETIRED_TYPE.get(gil).map(|it| it.bind(gil)) else {
            return; // Made before the first hook.
        };
        let hook = self.0.as_ptr();
        // SAFETY: this is a hook and the GIL is held, so nobody reads the field meanwhile. Both types have
        // the same layout and the same destructor; an instance owns a reference to its type.
        unsafe {
            (*hook.cast::<Layout>()).retired = Some(Box::new(Retired {
                function,
                code: code.as_object(gil).as_ptr(),
                foreign_calls: AtomicU64::new(0),
            }));
            let former = ffi::Py_TYPE(hook);
            ffi::Py_INCREF(retired_type.as_ptr());
            (*hook).ob_type = retired_type.as_type_ptr();
            ffi::Py_DECREF(former.cast());
        }
    }

    /// How often it ran in copies that somebody else has made, since it was retired.
    #[must_use]
    pub fn foreign_calls(&self, gil: Gil<'_>) -> u64 {
        let retired = self.layout(gil).retired.as_ref();
        retired.map_or(0, |it| it.foreign_calls.load(Ordering::Relaxed))
    }

    fn layout<'py>(&'py self, _: Gil<'py>) -> &'py Layout {
        // SAFETY: this is a hook, as was checked when it was made from an object; it is alive, and only
        // `retire` changes it, which nobody calls while this is borrowed.
        unsafe { &*self.0.as_ptr().cast() }
    }

    /// The hook as a constant of a code object.
    pub(super) fn as_object<'py>(&self, gil: Gil<'py>) -> &Bound<'py, PyAny> {
        self.0.bind(gil)
    }
}

/// The type of hooks in place, and that of hooks whose patches were undone.
static HOOK_TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static RETIRED_TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// A type of hooks, which inverts by the given slot.
fn made_once<'py>(
    gil: Gil<'py>,
    kept: &'static PyOnceLock<Py<PyType>>,
    invert: *mut c_void,
) -> PyResult<&'py Bound<'py, PyType>> {
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
            (ffi::Py_nb_invert, invert),
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
    kept.get_or_try_init(gil, make)
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

/// `~hook` of a retired one: a hit if the call began before the patch was undone.
unsafe extern "C" fn hit_retired(hook: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as in `hit`.
    unsafe {
        let layout = &*hook.cast::<Layout>();
        match &layout.retired {
            Some(retired) if !retired.is_own_call(Python::assume_attached()) => {
                retired.foreign_calls.fetch_add(1, Ordering::Relaxed);
            }
            _ => layout.counter.hit(),
        }
        ffi::Py_NewRef(ffi::Py_None())
    }
}

impl Retired {
    /// Whether the call that runs the hook is one of the patched function that began before the patch was
    /// undone: somebody may also have given that function its patched code back.
    fn is_own_call(&self, gil: Gil<'_>) -> bool {
        let Some(call) = running_call(gil) else {
            return true;
        };
        let is_of_function = call.code == self.code && self.function.is_at(call.function);
        // SAFETY: the call runs this function, and keeps it alive.
        is_of_function
            && unsafe { (*call.function.cast::<ffi::PyFunctionObject>()).func_code } != self.code
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
        std::ptr::drop_in_place(&raw mut (*hook.cast::<Layout>()).retired);
        ffi::PyObject_Free(hook.cast());
        ffi::Py_DECREF(hook_type.cast());
    }
}
