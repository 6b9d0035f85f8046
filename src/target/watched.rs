//! Running a script that is watched: its code object is exchanged, so it must be at hand before it runs.
//!
//! Nothing here is done for a script that nobody waits for.

#![expect(unsafe_code, reason = "Python compiles for a file in C only")]

use std::ffi::{CStr, CString, OsStr};

use pyo3::exceptions::PyWarning;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyList, PyModule, PyString, PyTuple};

use super::script::evaluate;
use crate::cpython::{SCRIPT_WATCH, Stage};

const EXEC: &str = "exec";

/// The code object of the script, if it is watched. A file that does not compile is left to who parses
/// files: that tells its errors in another way than those of a text.
pub(super) fn compile<'py>(py: Python<'py>, path: &OsStr) -> PyResult<Option<Bound<'py, PyAny>>> {
    if SCRIPT_WATCH.stage() != Stage::Watched {
        return Ok(None);
    }
    let Ok(source) = CString::new(std::fs::read(path)?) else {
        return Ok(None);
    };
    let path = path.into_pyobject(py)?;
    // First without a word: who parses the file has the same warnings to tell.
    let (filters, every) = (warning_filters(py)?, py.get_type::<PyWarning>());
    filters.insert(0, ("ignore", py.None(), every, py.None(), 0))?;
    let trial = compile_text(&source, &path);
    filters.del_item(0)?;
    Ok(trial.and_then(|_| compile_text(&source, &path)).ok())
}

/// The filters that warnings of the compiler go through.
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

/// Runs the code object of the script, as who parses files would, or `exec`.
pub(super) fn run(code: Bound<'_, PyAny>, namespace: &Bound<'_, PyDict>) -> PyResult<()> {
    let sys = code.py().import("sys")?;
    sys.call_method1("audit", ("exec", &code))?;
    evaluate(&SCRIPT_WATCH.code(code), namespace)
}

/// An `exec` that stands before the built-in one in the namespace of `runpy`, if one was lent.
pub(super) struct LentExec<'py>(Option<Bound<'py, PyCFunction>>);

/// Lends `runpy` an `exec` for the script that is watched. It goes before the script begins, and has
/// no frame, as the built-in one has none.
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
    /// Takes it back, if `runpy` found no script to run by it.
    pub(super) fn take_back(self, runpy: &Bound<'_, PyModule>) -> PyResult<()> {
        let namespace = runpy.dict();
        match (self.0, namespace.get_item(EXEC)?) {
            (Some(lent), Some(found)) if found.is(&lent) => namespace.del_item(EXEC),
            _ => Ok(()),
        }
    }
}
