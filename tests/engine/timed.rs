//! Functions with the token of `Probe::Time` behave as before, to themselves and to those who look at
//! them: see `timed/check.py`, which runs crafted functions.
//!
//! The token is an object of a class in Python, which complains about calls in the wrong order.

use instrsh::bytecode::{CodeParts, Probe, inject};
use instrsh::cpython::running_version;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCFunction, PyDict, PyTuple};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engine/timed");

#[test]
fn timed_functions_behave_as_before() {
    let _alone = crate::alone();
    Python::initialize();
    let complaints = Python::attach(complaints).expect("the cases run");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn complaints(py: Python<'_>) -> PyResult<Vec<String>> {
    let path = py.import("sys")?.getattr("path")?;
    path.call_method1("insert", (0, FOLDER))?;
    let rewrite = PyCFunction::new_closure(py, None, None, |arguments, _| {
        let (code, hook) = arguments.extract()?;
        timed(&code, hook).map(Bound::unbind)
    })?;
    let run = py.import("check")?.getattr("run")?;
    run.call1((rewrite,))?.extract()
}

/// The code object with `hook` as one more constant, and the token.
fn timed<'py>(code: &Bound<'py, PyAny>, hook: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = code.py();
    let parts = CodeParts {
        code: code.getattr("co_code")?.extract()?,
        line_table: code.getattr("co_linetable")?.extract()?,
        exception_table: code.getattr("co_exceptiontable")?.extract()?,
        first_line: code.getattr("co_firstlineno")?.extract()?,
        stack_size: code.getattr("co_stacksize")?.extract()?,
    };
    let mut constants: Vec<Bound<'py, PyAny>> = code.getattr("co_consts")?.extract()?;
    let version = running_version().expect("the build script refuses other versions");
    let constant = u32::try_from(constants.len())?;
    let injected = inject(version, &parts, Probe::Time, constant);
    let parts = injected.map_err(|error| PyValueError::new_err(error.to_string()))?;
    let parts = parts.parts;
    constants.push(hook);
    let changes = PyDict::new(py);
    changes.set_item("co_code", PyBytes::new(py, &parts.code))?;
    changes.set_item("co_linetable", PyBytes::new(py, &parts.line_table))?;
    changes.set_item(
        "co_exceptiontable",
        PyBytes::new(py, &parts.exception_table),
    )?;
    changes.set_item("co_stacksize", parts.stack_size)?;
    changes.set_item("co_consts", PyTuple::new(py, constants)?)?;
    code.call_method("replace", (), Some(&changes))
}
