//! The source lines of the target, as `linecache` finds them: in files, or by a module's loader.

use pyo3::intern;
use pyo3::prelude::*;

use super::{Function, Gil, unexpected};
use crate::error::Result;

/// All lines of the file that `function` is defined in, without line ends; none if there is no source.
///
/// # Errors
/// If `linecache` fails, which reads files and may call a loader of the target.
pub fn source_lines(gil: Gil<'_>, function: &Function, filename: &str) -> Result<Vec<String>> {
    let read = || -> PyResult<Vec<String>> {
        let globals = function
            .as_object(gil)
            .getattr(intern!(gil, "__globals__"))?;
        let lines = gil
            .import(intern!(gil, "linecache"))?
            .call_method1(intern!(gil, "getlines"), (filename, globals))?;
        Ok(lines
            .extract::<Vec<String>>()?
            .iter()
            .map(|line| line.trim_end_matches(['\r', '\n']).to_owned())
            .collect())
    };
    read().map_err(|error| unexpected(gil, "cannot read the source", &error))
}
