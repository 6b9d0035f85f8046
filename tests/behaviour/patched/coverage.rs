//! coverage.py, whose results must not change.

use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

use libtest_mimic::Failed;

use crate::common::packages::Environment;

/// Whether coverage.py is available: if not, its results are not compared.
pub(crate) fn is_there() -> Result<(), Failed> {
    match environment() {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("coverage.py is not compared: {error}").into()),
    }
}

/// The folder that it is imported from; an empty path if it could not be installed.
pub(crate) fn folder() -> PathBuf {
    environment()
        .as_ref()
        .map(Environment::packages)
        .unwrap_or_default()
}

/// Its environment; a failed installation is not repeated.
fn environment() -> &'static io::Result<Environment> {
    static INSTALLED: OnceLock<io::Result<Environment>> = OnceLock::new();
    INSTALLED.get_or_init(|| Environment::of("coverage"))
}
