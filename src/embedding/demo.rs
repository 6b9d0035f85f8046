//! The demo program inside the binary, and how Python imports it from there.

use std::ffi::CString;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

/// `python/instrumenting_app`, packed by `python/pack_demo.py` at build time.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/demo"));

/// The finder and loader: Python code that runs in its own namespace.
const IMPORTER: &str = include_str!("../../python/demo_importer.py");

/// Makes `import instrumenting_app` work, and loads the demo's modules.
pub(super) fn install(py: Python<'_>) -> PyResult<()> {
    let namespace = PyDict::new(py);
    namespace.set_item("__name__", "instrsh.demo_importer")?;
    py.run(&CString::new(IMPORTER)?, Some(&namespace), None)?;
    if let Some(install) = namespace.get_item("install")? {
        install.call1((PyBytes::new(py, PACKED),))?;
    }
    py.import("instrumenting_app.loop").map(drop)
}
