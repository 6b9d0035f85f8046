//! The script: its location, its form, and how it runs.
//!
//! `__main__` receives the attributes of the script before the program starts, so that the script
//! is known by its own name while it is held, too, and is not imported a second time.

#![expect(unsafe_code, reason = "Python's parser reads files in C only")]

use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::watched;
use crate::cpython::SCRIPT_WATCH;

/// The path of a script as Python reports it: absolute, but otherwise as given.
fn absolute(script: &OsStr) -> PyResult<OsString> {
    if Path::new(script).is_absolute() {
        // It may be in any folder, and the current one may be gone.
        return Ok(script.to_owned());
    }
    let folder = std::env::current_dir()?;
    Ok(match script.as_bytes() {
        b"" | b"." => folder.into(),
        bytes => {
            let bytes = bytes.strip_prefix(b"./").unwrap_or(bytes);
            folder.join(OsStr::from_bytes(bytes)).into()
        }
    })
}

/// The folder of the script, with symbolic links resolved.
pub(super) fn folder(script: &OsStr) -> OsString {
    let path = std::fs::canonicalize(script).unwrap_or_else(|_| script.into());
    path.parent()
        .unwrap_or(Path::new(""))
        .as_os_str()
        .to_owned()
}

/// The path of a folder or archive that contains `__main__`: anything that can be imported from.
pub(super) fn application(py: Python<'_>, script: &OsStr) -> PyResult<Option<OsString>> {
    let path = absolute(script)?;
    let name = path.as_os_str().into_pyobject(py)?;
    // SAFETY: the name is an object; the answer is a new reference, or null with an exception.
    let importer = unsafe {
        let importer = ffi::PyImport_GetImporter(name.as_ptr());
        Bound::from_owned_ptr_or_err(py, importer)?
    };
    Ok((!importer.is_none()).then_some(path))
}

/// Sets the attributes of `__main__` for a script.
pub(super) fn name_script(py: Python<'_>, script: &OsStr) -> PyResult<()> {
    let path = absolute(script)?;
    let namespace = py.import("__main__")?.dict();
    let loader = py
        .import("importlib.machinery")?
        .getattr(loader_name(&path))?;
    namespace.set_item("__file__", &path)?;
    // Modules have it up to 3.14. Of a script nothing is cached.
    if py.import("threading")?.hasattr("__cached__")? {
        namespace.set_item("__cached__", py.None())?;
    }
    namespace.set_item("__loader__", loader.call1(("__main__", path))?)
}

/// By the name alone, as in Python.
fn loader_name(path: &OsStr) -> &'static str {
    if path.as_bytes().ends_with(b".pyc") {
        "SourcelessFileLoader"
    } else {
        "SourceFileLoader"
    }
}

/// Runs a script, and flushes its output before its end is reported.
pub(super) fn run(py: Python<'_>, script: &OsStr) -> PyResult<()> {
    let outcome = execute(py, script);
    for name in ["stderr", "stdout"] {
        // An error of a closed or full stream shows at the end.
        let stream = py.import("sys").and_then(|sys| sys.getattr(name));
        let _ = stream.and_then(|stream| stream.call_method0("flush"));
    }
    outcome
}

/// Not by `compile` and `exec`: errors in a file are reported differently from those in a text.
fn execute(py: Python<'_>, script: &OsStr) -> PyResult<()> {
    let path = absolute(script)?;
    let namespace = py.import("__main__")?.dict();
    if loader_name(&path) == "SourcelessFileLoader" {
        let loader = namespace.as_any().get_item("__loader__")?;
        let code = loader.call_method1("get_code", ("__main__",))?;
        return evaluate(&SCRIPT_WATCH.code(code), &namespace);
    }
    if let Some(code) = watched::compile(py, &path)? {
        return watched::run(code, &namespace);
    }
    let path = CString::new(path.into_vec())?;
    // SAFETY: the strings are NUL-terminated, the namespace is a dictionary, and a file that was
    // opened is closed by Python. The answer is a new reference, or null with an exception.
    unsafe {
        let file = libc::fopen(path.as_ptr(), c"rb".as_ptr());
        if file.is_null() {
            return Err(std::io::Error::last_os_error().into());
        }
        let (globals, closes) = (namespace.as_ptr(), 1);
        let result = ffi::PyRun_FileExFlags(
            file.cast(),
            path.as_ptr(),
            ffi::Py_file_input,
            globals,
            globals,
            closes,
            std::ptr::null_mut(),
        );
        Bound::from_owned_ptr_or_err(py, result).map(drop)
    }
}

/// Runs a code object without a frame around it.
pub(super) fn evaluate(code: &Bound<'_, PyAny>, namespace: &Bound<'_, PyDict>) -> PyResult<()> {
    let globals = namespace.as_ptr();
    // SAFETY: a loader gives a code object; the answer is a new reference, or null with an exception.
    unsafe {
        let result = ffi::PyEval_EvalCode(code.as_ptr(), globals, globals);
        Bound::from_owned_ptr_or_err(code.py(), result).map(drop)
    }
}

/// Sets the attributes of `__main__` for a module; `runpy` finds the module again, and reports
/// errors.
pub(super) fn name_module(py: Python<'_>, module: &OsStr) {
    let name = || {
        if let Some(spec) = find_module(py, module.to_str().unwrap_or_default())? {
            py.import("__main__")?.dict().set_item("__spec__", spec)?;
        }
        PyResult::Ok(())
    };
    // A module that cannot be found without running code of the program is known when it runs.
    let _ = name();
}

/// The spec of the module, or of `__main__` inside a package. It imports nothing, unlike
/// `importlib.util.find_spec`, which imports the parent packages.
fn find_module<'py>(py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let (mut path, mut found) = (py.None().into_bound(py), None);
    let ends = name.match_indices('.').map(|(end, _)| end);
    for end in ends.chain([name.len()]) {
        let Some(spec) = find(&name[..end], &path)? else {
            return Ok(None);
        };
        path = spec.getattr("submodule_search_locations")?;
        found = Some(spec);
    }
    if path.is_none() {
        return Ok(found);
    }
    find(&format!("{name}.__main__"), &path)
}

/// The result of the first finder that knows the module; `path` is that of the parent package.
fn find<'py>(name: &str, path: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let finders = path.py().import("sys")?.getattr("meta_path")?;
    for finder in finders.try_iter()? {
        let spec = finder?.call_method1("find_spec", (name, path))?;
        if !spec.is_none() {
            return Ok(Some(spec));
        }
    }
    Ok(None)
}
