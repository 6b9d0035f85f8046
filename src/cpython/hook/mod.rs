//! The native object that patched bytecode inverts: `~hook` counts one hit. It returns `None`, or, if calls
//! are timed, a [`token`] that stays in the frame until the call ends.
//!
//! It is a constant of the patched code object. `LOAD_CONST hook; UNARY_INVERT; POP_TOP` is the
//! cheapest thing that bytecode can do with it in every supported version: no call, nothing to
//! specialise, no evaluation-breaker check. The slot is a raw C function that holds nothing with a
//! destructor, because a daemon thread may be unwound inside it when the interpreter ends.
//!
//! The hook is an instance of a subclass of `int`, the number 0, because compilers such as numba read
//! the constants of a code object and know what `~` does with a number. It is equal only to itself.
//!
//! After a patch is undone, its hook can still run: in calls and generators that began on the patched
//! code, which must still count, and in copies that other code has made of it, which must not. So the
//! hook is retired: it becomes an instance of another type, whose slot checks which call it runs in.
//! The slot of an active hook checks nothing.

#![expect(
    unsafe_code,
    reason = "the hook is a C type: its slots are raw functions over raw objects"
)]

use std::ffi::{c_int, c_long};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;

mod hook_type;
mod open_calls;
mod raised;
mod timed;
mod token;

use std::sync::Arc;

use self::hook_type::HookType;
use self::timed::Timed;
use self::token::Token;
use super::running_call::running_call;
use super::{CodeObject, FunctionId, Gil, unexpected};
use crate::counts::{Counter, Recording, start_clock};
use crate::error::Result;
use crate::protocol::SymbolPath;

/// The instance layout; CPython gets its size as `basicsize`. The digits of an `int` come last, and
/// CPython reads them at the same offset in every subclass, so the fields of the hook follow the one
/// digit of the number 0.
#[repr(C)]
struct Layout {
    /// Its second field holds the sign and the number of digits.
    number: ffi::PyVarObject,
    digit: u32,
    counter: Counter,
    /// What it counts the calls of.
    path: SymbolPath,
    /// Set once its patch is undone.
    retired: Option<Box<Retired>>,
}

/// What a hook needs once its patch is undone.
struct Retired {
    /// The address of the patched function: the hook must not keep it alive.
    function: FunctionId,
    /// The address of the patched code object.
    code: *mut ffi::PyObject,
    foreign_calls: AtomicU64,
}

/// An owned hook object.
pub struct Hook(Py<PyAny>);

/// What a hook records beyond hits.
#[derive(Debug, Clone)]
pub struct Recorder {
    /// Where to.
    pub recording: Arc<Recording>,
    /// Whether calls are timed; otherwise only how they end is recorded.
    pub reads_clock: bool,
    /// Calls that take less are not recorded; needs the clock.
    pub least: Duration,
}

impl Hook {
    /// A hook that counts into `counter`, and records more if there is a recorder; a disassembler shows it
    /// as `instrumentation_hook("package.module:func")`.
    ///
    /// # Errors
    /// If Python has no memory for it.
    pub fn new(
        gil: Gil<'_>,
        path: &SymbolPath,
        counter: Counter,
        recorder: Option<Recorder>,
    ) -> Result<Self> {
        Self::allocate(gil, path, counter, recorder)
            .map_err(|error| unexpected(gil, "cannot create a hook", &error))
    }

    fn allocate(
        gil: Gil<'_>,
        path: &SymbolPath,
        counter: Counter,
        recorder: Option<Recorder>,
    ) -> PyResult<Self> {
        let [active, retired] = HookType::of(recorder.is_some());
        retired.made(gil)?;
        let hook_type = active.made(gil)?;
        if recorder.is_some() {
            Token::get_ready(gil)?;
        }
        let zero = 0_i32.into_pyobject(gil)?;
        // SAFETY: the type was made with the size of `Layout`, or of `Timed` if there is a recorder, and the
        // GIL is held; the result is checked before it is used, and all fields are set before anyone else
        // can see the object. Memory comes zeroed, so the digit is 0; every `int` begins with a
        // `PyVarObject`.
        unsafe {
            let hook = ffi::PyType_GenericAlloc(hook_type.as_type_ptr(), 0);
            let owned = Bound::from_owned_ptr_or_err(gil, hook)?;
            let layout = hook.cast::<Layout>();
            (*layout).number.ob_size = (*zero.as_ptr().cast::<ffi::PyVarObject>()).ob_size;
            (&raw mut (*layout).counter).write(counter);
            (&raw mut (*layout).path).write(path.clone());
            (&raw mut (*layout).retired).write(None);
            if let Some(recorder) = recorder {
                Timed::set(hook.cast(), recorder);
            }
            Ok(Self(owned.unbind()))
        }
    }

    /// The object as a hook, if it is one.
    pub(super) fn from_object(object: &Bound<'_, PyAny>) -> Option<Self> {
        Self::is(object).then(|| Self(object.clone().unbind()))
    }

    /// Whether an object is a hook.
    pub(super) fn is(object: &Bound<'_, PyAny>) -> bool {
        HookType::of_object(object).is_some()
    }

    /// What it counts the calls of.
    #[must_use]
    pub fn path(&self, gil: Gil<'_>) -> SymbolPath {
        self.layout(gil).path.clone()
    }

    /// Called when the patch is undone: from now on the hook counts only calls of `function` that have
    /// already begun on `code`.
    pub(super) fn retire(&self, gil: Gil<'_>, function: FunctionId, code: &CodeObject) {
        let current = HookType::of_object(self.as_object(gil));
        let is_timed = current.is_some_and(HookType::is_timed);
        let [_, retired] = HookType::of(is_timed);
        let Ok(retired_type) = retired.made(gil) else {
            return; // Made before the first hook.
        };
        let hook = self.0.as_ptr();
        // SAFETY: this is a hook and the GIL is held, so no other thread reads the field. Both types
        // have the same layout and the same destructor; an instance owns a reference to its type.
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

    /// How often it has run in copies made by other code since it was retired.
    #[must_use]
    pub fn foreign_calls(&self, gil: Gil<'_>) -> u64 {
        let retired = self.layout(gil).retired.as_ref();
        retired.map_or(0, |it| it.foreign_calls.load(Ordering::Relaxed))
    }

    fn layout<'py>(&'py self, _: Gil<'py>) -> &'py Layout {
        // SAFETY: this is a hook, as was checked when it was made from an object; it is alive, and only
        // `retire` changes it, which is never called while this is borrowed.
        unsafe { &*self.0.as_ptr().cast() }
    }

    /// The hook as a constant of a code object.
    pub(super) fn as_object<'py>(&self, gil: Gil<'py>) -> &Bound<'py, PyAny> {
        self.0.bind(gil)
    }
}

/// Chooses the clock, and finds out how the interpreter keeps its stacks.
pub(super) fn get_ready(gil: Gil<'_>) {
    start_clock();
    open_calls::learn_stacks(gil);
}

/// `~hook`: one hit.
unsafe extern "C" fn hit(hook: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython calls the slot of our type with an instance of it, with the GIL held.
    unsafe {
        (*hook.cast::<Layout>()).counter.hit();
        ffi::Py_NewRef(ffi::Py_None())
    }
}

/// `~hook` of a retired hook: one hit if the call began before the patch was undone.
unsafe extern "C" fn hit_retired(hook: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as in `hit`.
    unsafe {
        let layout = &*hook.cast::<Layout>();
        if layout.is_own_call() {
            layout.counter.hit();
        }
        ffi::Py_NewRef(ffi::Py_None())
    }
}

impl Layout {
    /// Whether the running call is one of the hook's callable; counts those that are not.
    ///
    /// # Safety
    /// The GIL is held.
    unsafe fn is_own_call(&self) -> bool {
        // SAFETY: the caller promises it.
        let gil = unsafe { Python::assume_attached() };
        let foreign = self.retired.as_ref().filter(|it| !it.is_own_call(gil));
        foreign.is_none_or(|retired| {
            retired.foreign_calls.fetch_add(1, Ordering::Relaxed);
            false
        })
    }
}

impl Retired {
    /// Whether the hook runs in a call of the patched function that began before the patch was undone.
    /// Later calls can run it, too, if other code has put the patched code back into the function.
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
/// inverts as well. So a function that is pickled by value, as by `cloudpickle`, runs there.
unsafe extern "C" fn reduce(
    _hook: *mut ffi::PyObject,
    _no_argument: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls methods with the GIL held; the format takes one object.
    unsafe { ffi::Py_BuildValue(c"(O())".as_ptr(), &raw mut ffi::PyLong_Type) }
}

unsafe extern "C" fn deallocate(hook: *mut ffi::PyObject) {
    // SAFETY: CPython calls this once, with the last reference gone. An instance of a heap type
    // owns a reference to its type, which is released after the memory.
    unsafe {
        let hook_type = ffi::Py_TYPE(hook);
        std::ptr::drop_in_place(&raw mut (*hook.cast::<Layout>()).path);
        std::ptr::drop_in_place(&raw mut (*hook.cast::<Layout>()).retired);
        ffi::PyObject_Free(hook.cast());
        ffi::Py_DECREF(hook_type.cast());
    }
}
