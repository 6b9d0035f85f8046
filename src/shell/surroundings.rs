//! Where the program's input comes from and its output goes to, the same for each of its lives.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Options;
use crate::error::{Error, Result};
use crate::system::{Input, PseudoTerminal, Streams};

/// See the module.
pub(super) struct Surroundings {
    pub(super) input: Input,
    /// The program's terminal, if there is a prompt.
    pub(super) terminal: Option<Arc<PseudoTerminal>>,
    /// Where stdout and stderr go instead.
    output: Option<PathBuf>,
    /// Where stderr goes instead.
    errors: Option<PathBuf>,
}

impl Surroundings {
    pub(super) fn new(
        options: &Options,
        input: Input,
        terminal: Option<Arc<PseudoTerminal>>,
    ) -> Self {
        Self {
            input,
            terminal,
            output: options.program_output.clone(),
            errors: options.program_stderr.clone(),
        }
    }

    /// The terminal whose output is to be shown, if there is one.
    pub(super) fn shown(&self) -> Option<&PseudoTerminal> {
        self.terminal.as_deref().filter(|_| self.output.is_none())
    }

    /// The streams of a program. Files are truncated before the first one, and written on for others. Without a
    /// terminal, stdout and stderr go to `stderr`.
    ///
    /// # Errors
    /// If a file cannot be opened.
    pub(super) fn streams(&self, is_first: bool, stderr: &File) -> Result<Streams<'_>> {
        let open = |path: &Option<PathBuf>| {
            let file = path.as_deref().map(|path| open(path, is_first));
            file.transpose()
        };
        let copy = |file: &File| {
            let copy = file.try_clone();
            copy.map_err(|error| Error::system("cannot copy a descriptor", &error))
        };
        let output = open(&self.output)?;
        let errors = match open(&self.errors)? {
            Some(errors) => Some(errors),
            None => output.as_ref().map(copy).transpose()?,
        };
        Ok(match &self.terminal {
            Some(terminal) => Streams::Terminal(terminal, output, errors),
            None => Streams::Own {
                input: self.input,
                output: output.map_or_else(|| copy(stderr), Ok)?,
                errors: errors.map_or_else(|| copy(stderr), Ok)?,
            },
        })
    }
}

fn open(path: &Path, is_first: bool) -> Result<File> {
    let file: io::Result<File> = if is_first {
        File::create(path)
    } else {
        File::options().create(true).append(true).open(path)
    };
    file.map_err(|error| {
        Error::usage(format!(
            "cannot write the program's output to `{}`: {error}",
            path.display()
        ))
        .hint("give the path of a file that can be written")
    })
}
