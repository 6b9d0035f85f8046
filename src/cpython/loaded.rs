//! What the interpreter has loaded, read without an import statement, which could run a
//! `builtins.__import__` of the program.

#![expect(
    unsafe_code,
    reason = "the stable ABI gives `sys.modules` and `sys` by borrowed references"
)]

use std::ffi::CStr;
use std::path::PathBuf;
use std::sync::OnceLock;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule, PyType};

use super::Gil;
use crate::protocol::SCRIPT;

/// `sys.modules`
pub(super) fn sys_modules(gil: Gil<'_>) -> PyResult<Bound<'_, PyDict>> {
    // SAFETY: the GIL is held; the reference is borrowed from the interpreter, and owned from here.
    let modules = unsafe { Bound::from_borrowed_ptr_or_err(gil, ffi::PyImport_GetModuleDict())? };
    Ok(modules.cast_into()?)
}

/// An attribute of `sys`.
pub(super) fn sys_attribute<'py>(gil: Gil<'py>, name: &CStr) -> Option<Bound<'py, PyAny>> {
    // SAFETY: the GIL is held and the name ends with a zero; the reference is borrowed from the
    // namespace of `sys`, and owned from here.
    unsafe { Bound::from_borrowed_ptr_or_opt(gil, ffi::PySys_GetObject(name.as_ptr())) }
}

/// The result of importing `name`, if it is loaded: a module, or what a module has replaced itself
/// with.
pub(super) fn loaded_object<'py>(gil: Gil<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let object = sys_modules(gil)?.get_item(name)?;
    Ok(object.filter(|object| !object.is_none()))
}

/// The module `name`, if it is loaded.
///
/// # Errors
/// If `sys.modules` cannot be read.
pub fn loaded_module<'py>(gil: Gil<'py>, name: &str) -> PyResult<Option<Bound<'py, PyModule>>> {
    let object = loaded_object(gil, name)?;
    Ok(object.and_then(|object| object.cast_into().ok()))
}

/// A type of the standard library; none if its module is not completely loaded.
pub(super) fn loaded_type<'py>(
    gil: Gil<'py>,
    module: &str,
    name: &str,
) -> PyResult<Option<Bound<'py, PyType>>> {
    let Some(module) = loaded_module(gil, module)? else {
        return Ok(None);
    };
    let found = module.getattr_opt(name)?;
    Ok(found.map(Bound::cast_into).transpose()?)
}

unsafe extern "C" {
    static mut PyMethod_Type: ffi::PyTypeObject;
}

/// The type of bound methods.
pub(super) fn method_type(gil: Gil<'_>) -> Bound<'_, PyType> {
    // SAFETY: the GIL is held; the type is static, and the reference is owned from here.
    unsafe {
        let method = (&raw mut PyMethod_Type).cast::<ffi::PyObject>();
        Bound::from_borrowed_ptr(gil, method).cast_into_unchecked()
    }
}

/// The file that Python runs. `__main__` has it only while it runs.
static SCRIPT_FILE: OnceLock<PathBuf> = OnceLock::new();

/// Says which file Python is going to run.
pub fn set_script_file(file: PathBuf) {
    // There is one script.
    let _ = SCRIPT_FILE.set(file);
}

/// The name under which the script could be imported, if no module of that name is loaded: the stem
/// of its file, or the argument of `-m`.
#[must_use]
pub fn script_name(gil: Gil<'_>) -> Option<String> {
    let script = loaded_module(gil, SCRIPT).ok()??.dict();
    let name = match script.get_item(intern!(gil, "__spec__")).ok()? {
        Some(spec) if !spec.is_none() => spec.getattr(intern!(gil, "name")).ok()?.extract().ok()?,
        _ => {
            let file = script.get_item(intern!(gil, "__file__")).ok()?;
            let file = file.and_then(|file| file.extract().ok());
            let file: PathBuf = file.or_else(|| SCRIPT_FILE.get().cloned())?;
            file.file_stem()?.to_str()?.to_owned()
        }
    };
    loaded_module(gil, &name).ok()?.is_none().then_some(name)
}
