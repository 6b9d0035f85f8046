//! What is known of `__main__` before Python runs the program: so the script is known by its own name while it is
//! held, too, and is not imported a second time.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyList;

use super::demo;
use crate::cpython::{Run, set_script_file};
use crate::error::Result;
use crate::protocol::{DEMO, Main, unsuitable_options};

/// Whether Python runs what the shell expects: one of its options could have swallowed the program's name, as `-c`
/// does.
///
/// # Errors
/// If it does not.
pub(super) fn is_as_expected(run: Run, main: Main) -> Result<()> {
    let is_expected = match main {
        Main::Demo | Main::Module => run == Run::Module,
        Main::Script => matches!(run, Run::File | Run::Module),
        Main::Nothing => true,
    };
    if is_expected {
        return Ok(());
    }
    Err(unsuitable_options())
}

/// Names `__main__`, and makes the demo importable if it is the program.
pub(super) fn prepare(py: Python<'_>, run: Run, main: Main) -> PyResult<()> {
    match main {
        Main::Nothing => Ok(()),
        Main::Demo => {
            // The demo is in the binary, and runs nothing from the current folder.
            let sys = py.import("sys")?;
            if !sys.getattr("flags")?.getattr("safe_path")?.is_truthy()? {
                sys.getattr("path")?.cast_into::<PyList>()?.del_item(0)?;
            }
            demo::install(py)?;
            name_module(py, DEMO);
            Ok(())
        }
        Main::Script if run == Run::Module => {
            name_module(py, "__main__");
            Ok(())
        }
        Main::Script => {
            let script: Vec<PathBuf> = py.import("sys")?.getattr("argv")?.extract()?;
            if let Some(script) = script.into_iter().next() {
                set_script_file(script);
            }
            Ok(())
        }
        Main::Module => {
            let words: Vec<String> = py.import("sys")?.getattr("orig_argv")?.extract()?;
            let arguments = py.import("sys")?.getattr("argv")?.len()?;
            let name = words
                .len()
                .checked_sub(arguments)
                .and_then(|at| words.get(at));
            if let Some(name) = name {
                name_module(py, name);
            }
            Ok(())
        }
    }
}

/// Sets the spec of `__main__` for a module; `runpy` finds the module again, and reports errors.
fn name_module(py: Python<'_>, module: &str) {
    let name = || {
        if let Some(spec) = find_module(py, module)? {
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
