//! The Python environment of the program: a virtual environment, or the Python that instrsh was
//! built for.
//!
//! CPython derives all its paths, and thus the packages, from the name of its executable. That need
//! not be the one that instrsh was built for, but its minor version must match, since libpython is
//! already linked.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::{Entry, Program};
use crate::error::{Error, Result};

/// A Python.
#[derive(Debug, Clone, Copy)]
pub struct Python {
    /// The path of its executable.
    pub executable: &'static str,
    /// Its version, like `3.11.7`.
    pub version: &'static str,
}

/// The Python that instrsh was built for.
static BUILT_FOR: OnceLock<Python> = OnceLock::new();

/// Says which Python instrsh was built for. Must be called once, before anything else.
pub fn set_built_for(python: Python) {
    // The first call counts.
    let _ = BUILT_FOR.set(python);
}

/// The Python that instrsh was built for.
#[must_use]
pub fn built_for() -> Python {
    const UNKNOWN: Python = Python {
        executable: "python3",
        version: "",
    };
    BUILT_FOR.get().copied().unwrap_or(UNKNOWN)
}

/// The question for an executable without a description in a file.
const QUESTION: &str = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)";

/// The executable name for the program: `--python`, that of the active virtual environment, or the
/// one that instrsh was built for. The demo needs no packages.
///
/// # Errors
/// If there is none, or its minor version differs.
pub(super) fn executable(program: &Program) -> Result<PathBuf> {
    if let Some(path) = &program.python {
        return if path.is_dir() {
            in_folder(path)
        } else {
            named(path)
        };
    }
    match std::env::var_os("VIRTUAL_ENV").filter(|folder| !folder.is_empty()) {
        Some(folder) if program.entry != Entry::Demo => in_folder(Path::new(&folder)),
        _ => Ok(built_for().executable.into()),
    }
}

/// The executable of a virtual environment.
fn in_folder(folder: &Path) -> Result<PathBuf> {
    let executable = folder.join("bin/python");
    if !executable.exists() {
        let folder = folder.display();
        return Err(Error::usage(format!("`{folder}` has no `bin/python`"))
            .hint("activate an existing virtual environment, or pass `--python PATH`"));
    }
    named(&executable)
}

/// The executable at a path, or the one that the path leads to.
fn named(path: &Path) -> Result<PathBuf> {
    let folder = path.parent().and_then(Path::parent);
    let settings = folder.and_then(|folder| fs::read_to_string(folder.join("pyvenv.cfg")).ok());
    let (version, executable) = match settings.as_deref().and_then(version_in) {
        Some(version) => (version, path.to_owned()),
        None => ask(path)?,
    };
    let ours = minor(built_for().version);
    if version != ours {
        let path = path.display();
        return Err(Error::usage(format!(
            "`{path}` is CPython {version}, but this instrsh was built for {ours}"
        ))
        .hint(format!(
            "`PYO3_PYTHON={path} cargo install --path .` builds it for {version}"
        )));
    }
    std::path::absolute(&executable).map_err(|error| unusable(path, &error.to_string()))
}

/// The minor version in `pyvenv.cfg`: `version = 3.11.7`, or `version_info` of virtualenv.
fn version_in(settings: &str) -> Option<String> {
    let entries = settings.lines().filter_map(|line| line.split_once('='));
    let mut versions =
        entries.filter(|(name, _)| ["version", "version_info"].contains(&name.trim()));
    versions.next().map(|(_, version)| minor(version.trim()))
}

/// `3.11` of `3.11.7`
fn minor(version: &str) -> String {
    version.split('.').take(2).collect::<Vec<_>>().join(".")
}

/// The minor version of an executable and its path: it may be found on the `PATH`, or be a script
/// that starts another one.
fn ask(path: &Path) -> Result<(String, PathBuf)> {
    let output = Command::new(path)
        .args([OsStr::new("-c"), OsStr::new(QUESTION)])
        .output()
        .map_err(|error| unusable(path, &error.to_string()))?;
    let answer = String::from_utf8_lossy(&output.stdout);
    match answer.trim_end().split_once(' ') {
        Some((version, executable)) => Ok((version.to_owned(), executable.into())),
        None => Err(unusable(path, "it does not report its version")),
    }
}

fn unusable(path: &Path, reason: &str) -> Error {
    Error::usage(format!("`{}` cannot be used: {reason}", path.display()))
        .hint("give the path of a Python or of a virtual environment")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_makers_of_environments_tell_their_version() {
        let venv = "home = /usr/bin\nversion = 3.11.7\n";
        let virtualenv = "home = /usr\nversion_info = 3.12.1.final.0\n";
        assert_eq!(version_in(venv).as_deref(), Some("3.11"));
        assert_eq!(version_in(virtualenv).as_deref(), Some("3.12"));
        assert_eq!(version_in("home = /usr"), None);
    }
}
