//! The program to run: the demo, a script, or a module, with its arguments; and the command line of Python for it.

use std::ffi::OsString;
use std::path::PathBuf;

use super::environment;
use crate::error::Result;
use crate::protocol::{DEMO, Main};

/// The program, as a Python command line would name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// What Python runs.
    pub entry: Entry,
    /// `sys.argv[1:]`
    pub arguments: Vec<OsString>,
    /// Options of CPython, as they would come before the program: `-O`, `-Xdev`.
    pub python_options: Vec<OsString>,
    /// The Python or virtual environment whose packages it uses; the active one if none.
    pub python: Option<PathBuf>,
}

/// What Python runs first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// The demo in the binary.
    Demo,
    /// `python SCRIPT.py`
    Script(OsString),
    /// `python -m MODULE`
    Module(OsString),
    /// Nothing at all: Python itself is looked at.
    Nothing,
}

impl Program {
    /// A script and its arguments; the demo if there are no words.
    #[must_use]
    pub fn script(words: Vec<OsString>) -> Self {
        Self::new(words, Entry::Script)
    }

    /// A module and its arguments; the demo can be named as well.
    #[must_use]
    pub fn module(words: Vec<OsString>) -> Self {
        Self::new(words, |name| {
            if name == DEMO {
                Entry::Demo
            } else {
                Entry::Module(name)
            }
        })
    }

    fn new(words: Vec<OsString>, entry: impl FnOnce(OsString) -> Entry) -> Self {
        let mut words = words.into_iter();
        Self {
            entry: words.next().map_or(Entry::Demo, entry),
            arguments: words.collect(),
            python_options: Vec::new(),
            python: None,
        }
    }

    /// The same program with a Python, if given, and options for CPython.
    #[must_use]
    pub fn run_by(self, python: Option<PathBuf>, python_options: Vec<OsString>) -> Self {
        Self {
            python_options,
            python,
            ..self
        }
    }

    /// Python itself, without the packages of an environment.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            entry: Entry::Nothing,
            arguments: Vec::new(),
            python_options: Vec::new(),
            python: None,
        }
    }

    /// The command line of Python: the path of its executable, and its arguments.
    ///
    /// # Errors
    /// If there is no such environment.
    pub(super) fn words(&self) -> Result<Vec<OsString>> {
        let executable = environment::executable(self)?;
        let entry = match &self.entry {
            Entry::Demo => vec!["-m".into(), DEMO.into()],
            Entry::Module(name) => vec!["-m".into(), name.clone()],
            Entry::Script(path) => vec![path.clone()],
            Entry::Nothing => vec!["-c".into(), OsString::new()],
        };
        let options = self.python_options.iter().cloned();
        let arguments = self.arguments.iter().cloned();
        let words = std::iter::once(executable.into());
        Ok(words.chain(options).chain(entry).chain(arguments).collect())
    }

    /// What Python is to find in it.
    pub(super) fn main(&self) -> Main {
        match self.entry {
            Entry::Demo => Main::Demo,
            Entry::Module(_) => Main::Module,
            Entry::Script(_) => Main::Script,
            Entry::Nothing => Main::Nothing,
        }
    }

    /// The name that the shell shows.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.entry {
            Entry::Demo => DEMO.to_owned(),
            Entry::Nothing => String::new(),
            Entry::Module(name) | Entry::Script(name) => name.to_string_lossy().into_owned(),
        }
    }
}
