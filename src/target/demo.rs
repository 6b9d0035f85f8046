//! The demo program inside the binary, and how Python imports it from there.

use std::ffi::CString;

use include_dir::{Dir, include_dir};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// `python/instrumenting_app`, as it was when this program was built.
static DEMO: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/python/instrumenting_app");

/// The finder and loader, Python code that runs in a namespace of its own.
const IMPORTER: &str = include_str!("../../python/demo_importer.py");

/// Makes `import instrumenting_app` work, and loads the demo's modules.
pub(super) fn install(py: Python<'_>) -> PyResult<()> {
    let sources = PyDict::new(py);
    add_sources(&DEMO, &sources)?;
    let namespace = PyDict::new(py);
    namespace.set_item("__name__", "instrsh.demo_importer")?;
    py.run(&CString::new(IMPORTER)?, Some(&namespace), None)?;
    if let Some(install) = namespace.get_item("install")? {
        install.call1((sources,))?;
    }
    py.import("instrumenting_app.loop").map(drop)
}

fn add_sources(folder: &Dir<'_>, sources: &Bound<'_, PyDict>) -> PyResult<()> {
    for file in folder.files() {
        if let (Some(text), Some(true)) = (
            file.contents_utf8(),
            file.path().extension().map(|end| end == "py"),
        ) {
            sources.set_item(format!("instrumenting_app/{}", file.path().display()), text)?;
        }
    }
    folder
        .dirs()
        .try_for_each(|folder| add_sources(folder, sources))
}
