//! Tells `__main__` which script it will be, before the program starts, so that the script is known
//! by its own name while it is held, too, and nobody imports it a second time by that.

use std::ffi::OsStr;

use pyo3::prelude::*;

/// For `instrsh SCRIPT`.
pub(super) fn name_script(py: Python<'_>, script: &OsStr) -> PyResult<()> {
    let path = std::path::absolute(script)?.into_os_string();
    let namespace = py.import("__main__")?.dict();
    let loader = py
        .import("importlib.machinery")?
        .getattr("SourceFileLoader")?;
    namespace.set_item("__file__", &path)?;
    namespace.set_item("__cached__", py.None())?;
    namespace.set_item("__loader__", loader.call1(("__main__", path))?)
}

/// For `instrsh -m MODULE`; `runpy` finds the module once more, and tells what is wrong with it.
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

/// The specification of the module, or of the `__main__` inside if it is a package. Nothing is
/// imported for it, as `importlib.util.find_spec` would import the packages around.
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

/// What the first finder that knows the module says; `path` is that of the package around.
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
