//! Makes compiled code notice that an `__init__` has another code object.
//!
//! Since 3.15 the JIT compiles a call of a class together with the body of its `__init__`. What it
//! compiled checks that the class is as it was, but not that the function still has the same code
//! object: it would go on to run the former one, and use its constants when they are gone. So the
//! class is marked as modified, as if the function had been assigned to it again. (A class that is
//! modified a thousand times is no longer specialised, so this is left out without a JIT.)

#![expect(unsafe_code, reason = "a class is marked as modified in C only")]

use std::collections::HashSet;
use std::sync::OnceLock;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyAnyMethods, PyList, PyType};

use super::look::own_attribute;
use super::{Gil, running_version};
use crate::bytecode::Version;

/// Whether the JIT of this interpreter compiles an `__init__` in this way.
static IS_COMPILED: OnceLock<bool> = OnceLock::new();

/// Asks whether the JIT is on, which does not change while the interpreter runs.
///
/// # Errors
/// If `sys._jit` is not as CPython documents it.
pub(super) fn learn_jit(gil: Gil<'_>) -> PyResult<()> {
    let is_compiled = running_version().is_ok_and(Version::compiles_init_unchecked) && {
        let jit = gil.import("sys")?.getattr("_jit")?;
        jit.call_method0("is_enabled")?.is_truthy()?
    };
    // If another thread was first, it has learned the same.
    let _ = IS_COMPILED.set(is_compiled);
    Ok(())
}

/// The classes to be marked when `function` gets another code object: those of which it is the
/// `__init__`, if that is compiled.
///
/// # Errors
/// If Python has no memory for it.
pub(super) fn constructed_by<'py>(
    function: &Bound<'py, PyAny>,
) -> PyResult<Vec<Bound<'py, PyType>>> {
    if !IS_COMPILED.get().is_some_and(|it| *it) {
        return Ok(Vec::new());
    }
    let gil = function.py();
    let (name, type_type) = (intern!(gil, "__init__"), gil.get_type::<PyType>());
    let subclasses = type_type.getattr(intern!(gil, "__subclasses__"))?;
    let (mut seen, mut constructed) = (HashSet::new(), Vec::new());
    let mut waiting = vec![gil.get_type::<PyAny>()];
    while let Some(class) = waiting.pop() {
        for subclass in subclasses.call1((&class,))?.cast_into::<PyList>()? {
            let subclass = subclass.cast_into::<PyType>()?;
            if seen.insert(subclass.as_ptr()) {
                waiting.push(subclass);
            }
        }
        if own_attribute(&class, name)?.is_some_and(|it| it.is(function)) {
            constructed.push(class);
        }
    }
    Ok(constructed)
}

/// Marks classes as modified.
pub(super) fn mark_as_modified(classes: &[Bound<'_, PyType>]) {
    for class in classes {
        // SAFETY: the class is alive and the GIL is held.
        unsafe { ffi::PyType_Modified(class.as_type_ptr()) };
    }
}
