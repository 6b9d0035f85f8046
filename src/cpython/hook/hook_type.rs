//! The types of hooks: that of active ones, and that of retired ones, each also for timed calls.

use std::ffi::c_void;
use std::ptr::null_mut;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyInt, PyType};

use super::super::Gil;
use super::super::native_type::make_type;
use super::timed::{self, Timed};
use super::{Layout, compare, deallocate, hit, hit_retired, reduce, repr};

/// The types of hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HookType {
    Active,
    Retired,
    ActiveTimed,
    RetiredTimed,
}

static TYPES: [PyOnceLock<Py<PyType>>; 4] = [const { PyOnceLock::new() }; 4];

impl HookType {
    const ALL: [Self; 4] = [
        Self::Active,
        Self::Retired,
        Self::ActiveTimed,
        Self::RetiredTimed,
    ];

    /// The type of hooks while their patch is in place, and afterwards.
    pub(super) fn of(is_timed: bool) -> [Self; 2] {
        if is_timed {
            [Self::ActiveTimed, Self::RetiredTimed]
        } else {
            [Self::Active, Self::Retired]
        }
    }

    pub(super) fn of_object(object: &Bound<'_, PyAny>) -> Option<Self> {
        let (gil, object_type) = (object.py(), object.get_type());
        let is_it = |it: &Self| {
            TYPES[*it as usize]
                .get(gil)
                .is_some_and(|it| object_type.is(it))
        };
        Self::ALL.into_iter().find(is_it)
    }

    pub(super) fn is_timed(self) -> bool {
        matches!(self, Self::ActiveTimed | Self::RetiredTimed)
    }

    /// The type, which is made once.
    pub(super) fn made(self, gil: Gil<'_>) -> PyResult<&Bound<'_, PyType>> {
        let made = TYPES[self as usize].get_or_try_init(gil, || self.make(gil));
        made.map(|hook_type| hook_type.bind(gil))
    }

    fn make(self, gil: Gil<'_>) -> PyResult<Py<PyType>> {
        let begin: *mut c_void = match self {
            Self::Active => hit as *mut _,
            Self::Retired => hit_retired as *mut _,
            Self::ActiveTimed => timed::begin as *mut _,
            Self::RetiredTimed => timed::begin_retired as *mut _,
        };
        let (idle, free): (*mut c_void, *mut c_void) = match self {
            Self::Active | Self::Retired => (null_mut(), deallocate as *mut _),
            Self::ActiveTimed => (timed::idle as *mut _, timed::deallocate as *mut _),
            Self::RetiredTimed => (timed::idle_retired as *mut _, timed::deallocate as *mut _),
        };
        // A type refers to its methods as long as it lives, and this one is never freed.
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
        // SAFETY: both types are never freed. An `object` is hashed by its address, and an `int` is
        // represented by its digits, which compilers write into their output.
        let (hash, digits) = unsafe {
            (
                ffi::PyType_GetSlot(&raw mut ffi::PyBaseObject_Type, ffi::Py_tp_hash),
                ffi::PyType_GetSlot(&raw mut ffi::PyLong_Type, ffi::Py_tp_repr),
            )
        };
        let slots = [
            (ffi::Py_nb_invert, begin),
            (ffi::Py_tp_repr, repr as *mut _),
            (ffi::Py_tp_str, digits),
            (ffi::Py_tp_hash, hash),
            (ffi::Py_tp_richcompare, compare as *mut _),
            (ffi::Py_tp_methods, methods.as_mut_ptr().cast()),
            (ffi::Py_tp_dealloc, free),
            (ffi::Py_nb_negative, idle),
        ];
        let slots = &slots[..if self.is_timed() { 8 } else { 7 }];
        let (base, name) = (gil.get_type::<PyInt>(), c"instrsh.instrumentation_hook");
        // SAFETY: each slot has the signature that its number asks for, and works on the layout.
        unsafe {
            if self.is_timed() {
                make_type::<Timed>(gil, name, Some(&base), slots)
            } else {
                make_type::<Layout>(gil, name, Some(&base), slots)
            }
        }
    }
}
