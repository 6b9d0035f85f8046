//! A suite of third-party tests: a module of CPython's own, or of a package from the package index.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A suite, and how it is started.
#[derive(Clone)]
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) origin: Origin,
}

/// Where a suite comes from.
#[derive(Clone)]
pub(crate) enum Origin {
    /// A test module of the standard library, run by regrtest.
    CPython,
    /// A package, run by pytest in the folder of its sources.
    Package { sources: PathBuf, path: OsString },
}

/// The suites to run.
pub(crate) enum Wanted<'a> {
    Selection,
    All,
    Named(Vec<&'a str>),
}

impl<'a> Wanted<'a> {
    /// The suites that the variable `EXPLORE` names; the selection if it is not set.
    pub(crate) fn new(words: Option<&'a str>) -> Self {
        match words {
            None => Self::Selection,
            Some("all") => Self::All,
            Some(names) => Self::Named(names.split_whitespace().collect()),
        }
    }

    /// The number of named suites.
    pub(crate) fn named(&self) -> usize {
        match self {
            Self::Named(names) => names.len(),
            Self::Selection | Self::All => 0,
        }
    }

    /// Whether a suite is wanted; it may be part of the selection.
    pub(crate) fn wants(&self, name: &str, is_selected: bool) -> bool {
        match self {
            Self::Selection => is_selected,
            Self::All => true,
            Self::Named(names) => names.contains(&name),
        }
    }
}

impl Suite {
    /// What `python` is given: the module that runs the tests, and its arguments.
    pub(crate) fn program(&self, results: &Path, temporary: &Path) -> Vec<OsString> {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let mut program = match self.origin {
            Origin::CPython => words(&["-m", "test", "--randseed=1", "--fail-env-changed"]),
            Origin::Package { .. } => words(&["-m", "pytest", "-p", "no:cacheprovider"]),
        };
        program.extend(["--junit-xml".into(), results.into()]);
        if let Origin::CPython = self.origin {
            program.extend(["--tempdir".into(), temporary.into(), (&self.name).into()]);
        }
        program
    }

    /// Sets the folder and environment of the command: nothing of the user's own.
    pub(crate) fn prepare(&self, command: &mut Command, temporary: &Path) {
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", temporary)
            .env("TMPDIR", temporary)
            .env("LANG", "C.UTF-8");
        match &self.origin {
            Origin::CPython => command.current_dir(temporary),
            Origin::Package { sources, path } => command
                .current_dir(sources)
                .env("PYTHONPATH", path)
                .env("PYTHONDONTWRITEBYTECODE", "1"),
        };
    }
}
