//! coverage.py, installed once into the build folder, for the Python that this build is for.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use libtest_mimic::Failed;

/// A version for CPython 3.11 to 3.13.
const REQUIREMENT: &str = "coverage==7.6.12";

/// Whether coverage.py is there: if not, nothing says that its results are the same.
pub(crate) fn is_there() -> Result<(), Failed> {
    install().as_ref().map(drop).map_err(Into::into)
}

/// Where it is installed, if it is.
pub(crate) fn folder() -> Option<&'static Path> {
    install().as_deref().ok()
}

fn install() -> &'static Result<PathBuf, String> {
    static INSTALLED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let version = instrsh::target::python_version();
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{REQUIREMENT}-for-{version}"));
        if folder.exists() {
            return Ok(folder);
        }
        // Into a folder beside it first: what is there under its own name is whole.
        let parts =
            tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).map_err(|error| error.to_string())?;
        let (environment, packages) = (parts.path().join("venv"), parts.path().join("packages"));
        run(Command::new(env!("INSTRSH_PYTHON"))
            .args(["-m", "venv"])
            .arg(&environment))?;
        run(Command::new(environment.join("bin/pip"))
            .args([
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--target",
            ])
            .arg(&packages)
            .arg(REQUIREMENT))?;
        std::fs::rename(packages, &folder).map_err(|error| error.to_string())?;
        Ok(folder)
    })
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "coverage.py is not compared: {command:?} failed\n{errors}"
    ))
}
