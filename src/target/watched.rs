//! Runs a script that is watched: its code object is replaced, so it is needed before it runs.
//!
//! None of this happens for a script that no pattern waits for.

#![expect(unsafe_code, reason = "Python compiles for a file in C only")]

use std::ffi::{CStr, CString, OsStr};

use pyo3::exceptions::PyWarning;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyList, PyModule, PyString, PyTuple};

use super::script::evaluate;
use crate::cpython::{SCRIPT_WATCH, Stage};

const EXEC: &str = "exec";

/// The code object of the script, if it is watched. A file that does not compile is left to the
/// parser of files, which reports errors differently from that of texts.
pub(super) fn compile<'py>(py: Python<'py>, path: &OsStr) -> PyResult<Option<Bound<'py, PyAny>>> {
    if SCRIPT_WATCH.stage() != Stage::Watched {
        return Ok(None);
    }
    let Ok(source) = CString::new(std::fs::read(path)?) else {
        return Ok(None);
    };
    let path = path.into_pyobject(py)?;
    // First without warnings: the parser of files will report the same ones.
    let (filters, every) = (warning_filters(py)?, py.get_type::<PyWarning>());
    filters.insert(0, ("ignore", py.None(), every, py.None(), 0))?;
    let trial = compile_text(&source, &path);
    filters.del_item(0)?;
    Ok(trial.and_then(|_| compile_text(&source, &path)).ok())
}

/// The filters for warnings of the compiler.
fn warning_filters(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let modules = py.import("sys")?.getattr("modules")?;
    let is_loaded = modules.contains("warnings")?;
    let name = if is_loaded { "warnings" } else { "_warnings" };
    Ok(py.import(name)?.getattr("filters")?.cast_into()?)
}

fn compile_text<'py>(source: &CStr, path: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
    let (no_flags, as_python_was_told_to) = (std::ptr::null_mut(), -1);
    // SAFETY: the path is a `str`; the answer is a new reference, or null with an exception.
    unsafe {
        let code = ffi::Py_CompileStringObject(
            source.as_ptr(),
            path.as_ptr(),
            ffi::Py_file_input,
            no_flags,
            as_python_was_told_to,
        );
        Bound::from_owned_ptr_or_err(path.py(), code)
    }
}

/// Runs the code object of the script, as the parser of files or `exec` would.
pub(super) fn run(code: Bound<'_, PyAny>, namespace: &Bound<'_, PyDict>) -> PyResult<()> {
    let sys = code.py().import("sys")?;
    sys.call_method1("audit", ("exec", &code))?;
    evaluate(&SCRIPT_WATCH.code(code), namespace)
}

/// An `exec` that hides the built-in one in the namespace of `runpy`, if one was lent.
pub(super) struct LentExec<'py>(Option<Bound<'py, PyCFunction>>);

/// Lends `runpy` an `exec` for the watched script. It is removed before the script begins, and has
/// no frame, like the built-in one.
pub(super) fn lend_exec<'py>(runpy: &Bound<'py, PyModule>) -> PyResult<LentExec<'py>> {
    if SCRIPT_WATCH.stage() != Stage::Watched {
        return Ok(LentExec(None));
    }
    let lender = runpy.dict().unbind();
    let exec = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
        lender.bind(arguments.py()).del_item(EXEC)?;
        let (code, namespace) = arguments.extract::<(Bound<'_, PyAny>, Bound<'_, PyDict>)>()?;
        run(code, &namespace)
    };
    let exec = PyCFunction::new_closure(runpy.py(), None, None, exec)?;
    runpy.dict().set_item(EXEC, &exec)?;
    Ok(LentExec(Some(exec)))
}

impl LentExec<'_> {
    /// Removes it, if `runpy` found no script to run.
    pub(super) fn take_back(self, runpy: &Bound<'_, PyModule>) -> PyResult<()> {
        let namespace = runpy.dict();
        match (self.0, namespace.get_item(EXEC)?) {
            (Some(lent), Some(found)) if found.is(&lent) => namespace.del_item(EXEC),
            _ => Ok(()),
        }
    }
}
