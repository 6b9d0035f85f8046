//! What an object refers to, as CPython's garbage collector sees it. Reading this runs no code of the
//! program, whatever kind of object it is.

#![expect(
    unsafe_code,
    reason = "the collector's view of an object has no safe name in pyo3"
)]

use std::collections::{HashSet, VecDeque};
use std::ffi::{c_int, c_void};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCode, PyModule, PyType};

use super::Function;

/// The maximum number of objects that a search visits.
const MOST: usize = 300;
/// The maximum number of references that it follows in a row: object, namespace, function, closure,
/// cell, content, and one more.
const DEEPEST: usize = 6;

/// The nearest object that `object` holds, directly or not, and that `is_wanted` accepts. The search
/// does not enter classes, modules and frames, and of a function only its closure. It is bounded, so
/// none can also mean that it ended too early.
pub(super) fn find_held<'py>(
    object: &Bound<'py, PyAny>,
    mut is_wanted: impl FnMut(&Bound<'py, PyAny>) -> PyResult<bool>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let mut seen = HashSet::from([object.as_ptr().addr()]);
    let mut waiting = VecDeque::from([(object.clone(), 0)]);
    while let Some((object, depth)) = waiting.pop_front() {
        for held in held_by(&object, MOST.saturating_sub(seen.len())) {
            if !seen.insert(held.as_ptr().addr()) {
                continue;
            }
            if is_wanted(&held)? {
                return Ok(Some(held));
            }
            if depth < DEEPEST {
                waiting.push_back((held, depth + 1));
            }
        }
    }
    Ok(None)
}

/// What `object` refers to directly, up to a number of objects.
fn held_by<'py>(object: &Bound<'py, PyAny>, most: usize) -> Vec<Bound<'py, PyAny>> {
    if let Some(function) = Function::from_object(object) {
        let closure = function.closure(object.py());
        return closure.into_iter().take(most).collect();
    }
    if is_end(object) {
        return Vec::new();
    }
    let mut visit = Visit {
        gil: object.py(),
        most,
        held: Vec::with_capacity(most),
    };
    // SAFETY: the object is alive, its class is one that the collector knows, and the visitor gets
    // what it expects. No Python code runs meanwhile.
    unsafe {
        if ffi::PyObject_IS_GC(object.as_ptr()) != 0
            && let Some(traverse) = (*ffi::Py_TYPE(object.as_ptr())).tp_traverse
        {
            traverse(object.as_ptr(), visited, (&raw mut visit).cast());
        }
    }
    visit.held
}

/// Whether a search ends at an object: classes and modules lead to the whole program, and frames,
/// generators and coroutines to the code that they run.
fn is_end(object: &Bound<'_, PyAny>) -> bool {
    let running = [
        &raw mut ffi::PyFrame_Type,
        &raw mut ffi::PyGen_Type,
        &raw mut ffi::PyCoro_Type,
        &raw mut ffi::PyAsyncGen_Type,
    ];
    object.is_instance_of::<PyType>()
        || object.is_instance_of::<PyModule>()
        || object.is_instance_of::<PyCode>()
        || running.contains(&object.get_type_ptr())
}

struct Visit<'py> {
    gil: Python<'py>,
    most: usize,
    held: Vec<Bound<'py, PyAny>>,
}

/// Records one more object; a result other than 0 ends the visit.
unsafe extern "C" fn visited(object: *mut ffi::PyObject, visit: *mut c_void) -> c_int {
    // SAFETY: `held_by` passes its own `Visit`, and the collector's protocol a live object.
    let visit = unsafe { &mut *visit.cast::<Visit<'_>>() };
    if visit.held.len() == visit.most {
        return 1;
    }
    // SAFETY: as above; the reference is borrowed, and owned from here.
    let object = unsafe { Bound::from_borrowed_ptr(visit.gil, object) };
    visit.held.push(object);
    0
}
