//! The native object that receives what is imported or defined: the import machinery passes a
//! loaded module, `del watcher[module]`, and the script the name of what it defines, `del
//! watcher.name`.
//!
//! It is a constant of a watching code object, as the hook is one of a patched code object.

#![expect(
    unsafe_code,
    reason = "the watcher is a C type: its slots are raw functions over raw objects"
)]

use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyFloat, PyInt, PyList, PyModule, PyString, PyTuple, PyType};

use super::Gil;
use super::native_type::make_type;

/// Called with the name of a module that was imported, or of what the script has defined, in the
/// thread that did it.
pub type Told = Box<dyn Fn(Gil<'_>, &str) + Send + Sync>;

/// The instance layout; CPython gets its size as `basicsize`.
#[repr(C)]
struct Layout {
    object: ffi::PyObject,
    /// Owned.
    told: *mut Told,
    /// The process in which the watcher was created. In a forked child there is nothing to call, and
    /// a lock of this process may stay held.
    process: u32,
}

/// A watcher that calls `told`.
pub(super) fn new_watcher(gil: Gil<'_>, told: Told) -> PyResult<Bound<'_, PyAny>> {
    let watcher_type = watcher_type(gil)?;
    // SAFETY: the type was made with the size of `Layout`, and the GIL is held; the result is
    // checked before it is used, and all fields are set before anyone else can see the object.
    unsafe {
        let watcher = ffi::PyType_GenericAlloc(watcher_type.as_type_ptr(), 0);
        let owned = Bound::from_owned_ptr_or_err(gil, watcher)?;
        let layout = watcher.cast::<Layout>();
        (&raw mut (*layout).told).write(Box::into_raw(Box::new(told)));
        (&raw mut (*layout).process).write(std::process::id());
        Ok(owned)
    }
}

/// The type, created once per process.
fn watcher_type(gil: Gil<'_>) -> PyResult<&Bound<'_, PyType>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let make = || {
        let slots = [
            (ffi::Py_mp_ass_subscript, handed as *mut c_void),
            (ffi::Py_tp_setattro, named as *mut _),
            (ffi::Py_tp_dealloc, deallocate as *mut _),
        ];
        // SAFETY: each slot has the signature that its number asks for, and works on a `Layout`.
        unsafe { make_type::<Layout>(gil, c"instrsh.watcher", None, &slots) }
    };
    TYPE.get_or_try_init(gil, make)
        .map(|watcher_type| watcher_type.bind(gil))
}

/// `del watcher[object]`, where the object is a module, its spec, or the manager of its lock.
unsafe extern "C" fn handed(
    watcher: *mut ffi::PyObject,
    object: *mut ffi::PyObject,
    _no_value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: CPython calls the slot of our type with an instance of it and a live object.
    unsafe { tell(watcher, object, |object| name_of(object).ok()) }
}

/// `del watcher.name`
unsafe extern "C" fn named(
    watcher: *mut ffi::PyObject,
    name: *mut ffi::PyObject,
    _no_value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: as in `handed`.
    unsafe {
        tell(watcher, name, |name| {
            if is_data(name) {
                None
            } else {
                name.extract().ok()
            }
        })
    }
}

/// Reports the name that `name_of` finds in an object. It never makes the program's operation fail.
///
/// # Safety
/// `watcher` is an instance of the watcher type, which the running code object keeps alive;
/// `object` is a live object; the GIL is held.
unsafe fn tell(
    watcher: *mut ffi::PyObject,
    object: *mut ffi::PyObject,
    name_of: impl FnOnce(&Bound<'_, PyAny>) -> Option<String>,
) -> c_int {
    // SAFETY: so the caller promises.
    let (told, process) = unsafe {
        let layout = watcher.cast::<Layout>();
        (&*(*layout).told, (*layout).process)
    };
    let tell = || {
        Python::try_attach(|gil| {
            // SAFETY: the object is alive, and borrowed for the time of the call.
            let object = unsafe { Bound::from_borrowed_ptr(gil, object) };
            if let Some(name) = name_of(&object)
                && process == std::process::id()
            {
                told(gil, &name);
            }
        })
    };
    // A panic must not unwind into C; its message was printed.
    let _ = catch_unwind(AssertUnwindSafe(tell));
    0
}

/// The name of a loaded module, or of a spec or a lock manager.
fn name_of(object: &Bound<'_, PyAny>) -> PyResult<String> {
    let gil = object.py();
    match object.cast::<PyModule>() {
        // Past the `__getattribute__` of a module that loads itself on use.
        Ok(module) => module.dict().as_any().get_item(intern!(gil, "__name__")),
        Err(_) => match object.getattr_opt(intern!(gil, "name"))? {
            Some(name) => Ok(name),
            None => object.getattr(intern!(gil, "_name")),
        },
    }?
    .extract()
}

/// Whether the running module has plain data under a name. That is mostly so in the loops of a
/// script, and is checked in a tenth of the time.
fn is_data(name: &Bound<'_, PyAny>) -> bool {
    let gil = name.py();
    // SAFETY: the GIL is held; the reference is borrowed from the running frame, and owned from here.
    let globals = unsafe { Bound::from_borrowed_ptr_or_opt(gil, ffi::PyEval_GetGlobals()) };
    let held = globals.and_then(|globals| globals.cast::<PyDict>().ok()?.get_item(name).ok()?);
    held.is_some_and(|held| {
        held.is_none()
            || held.is_exact_instance_of::<PyInt>()
            || held.is_exact_instance_of::<PyFloat>()
            || held.is_exact_instance_of::<PyString>()
            || held.is_exact_instance_of::<PyBytes>()
            || held.is_exact_instance_of::<PyList>()
            || held.is_exact_instance_of::<PyTuple>()
            || held.is_exact_instance_of::<PyDict>()
    })
}

unsafe extern "C" fn deallocate(watcher: *mut ffi::PyObject) {
    // SAFETY: CPython calls this once, with the last reference gone. An instance of a heap type
    // owns a reference to its type, which is given back after the memory.
    unsafe {
        let watcher_type = ffi::Py_TYPE(watcher);
        drop(Box::from_raw((*watcher.cast::<Layout>()).told));
        ffi::PyObject_Free(watcher.cast());
        ffi::Py_DECREF(watcher_type.cast());
    }
}
