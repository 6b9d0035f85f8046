//! What Python reports because the shell leaves, and nobody needs to read.

use pyo3::exceptions::{PyAttributeError, PyKeyboardInterrupt, PySystemExit};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};

use super::loaded::loaded_module;
use super::{Gil, unexpected};
use crate::error::Result;

/// Leaves out of Python's reports what the shell causes when it leaves: the interrupt of a program that waits for
/// its threads, and in an exit handler.
///
/// # Errors
/// If it cannot be done: then it is reported.
pub fn leave_out_interrupts(gil: Gil<'_>) -> Result<()> {
    replace_hook(gil).map_err(|error| unexpected(gil, "cannot leave out interrupts", &error))
}

fn replace_hook(py: Python<'_>) -> PyResult<()> {
    const HOOK: &str = "unraisablehook";
    let sys = loaded_module(py, "sys")?;
    let sys = sys.ok_or_else(|| PyAttributeError::new_err("there is no `sys`"))?;
    let own = sys.getattr(HOOK)?.unbind();
    let hook = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
        let py = arguments.py();
        let raised = arguments.get_item(0)?.getattr("exc_type")?;
        let is_ours = raised.is(py.get_type::<PyKeyboardInterrupt>())
            || raised.is(py.get_type::<PySystemExit>());
        if is_ours {
            return Ok(py.None());
        }
        own.call1(py, arguments)
    };
    sys.setattr(HOOK, PyCFunction::new_closure(py, None, None, hook)?)
}
