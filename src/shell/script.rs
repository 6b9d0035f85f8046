//! Runs commands that nobody types: from `-c`, a file, or a pipe.
//!
//! A pipe is read line by line, so that whoever writes it can act upon the answers.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor};
use std::path::Path;

use super::words;
use crate::error::{Error, Result};

/// The name of standard input in front of errors.
const STDIN: &str = "<stdin>";

/// Commands and where they come from.
pub(super) struct Script {
    name: String,
    lines: Box<dyn BufRead>,
    number: usize,
    /// Whether a person waits for a prompt before each line.
    has_prompt: bool,
}

/// A line of a script.
pub(super) struct Line {
    /// `FILE:LINE:`
    pub(super) place: String,
    pub(super) text: String,
}

impl Script {
    /// The commands of `-c`.
    pub(super) fn from_text(text: String) -> Self {
        Self::new("-c", Box::new(Cursor::new(text.into_bytes())))
    }

    /// The commands that arrive on standard input.
    pub(super) fn from_pipe(pipe: File) -> Self {
        Self::new(STDIN, Box::new(BufReader::new(pipe)))
    }

    /// The commands of a person at a terminal without line editing.
    pub(super) fn from_terminal(terminal: File) -> Self {
        Self {
            has_prompt: true,
            ..Self::from_pipe(terminal)
        }
    }

    /// The commands of a file.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(super) fn from_file(path: &Path) -> Result<Self> {
        let trouble = |error: std::io::Error| {
            Error::new(format!("cannot read `{}`: {error}", path.display()))
                .hint("give the path of a command file")
        };
        let file = File::open(path).map_err(trouble)?;
        if file.metadata().map_err(trouble)?.is_dir() {
            return Err(trouble(std::io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self::new(
            &path.display().to_string(),
            Box::new(BufReader::new(file)),
        ))
    }

    fn new(name: &str, lines: Box<dyn BufRead>) -> Self {
        Self {
            name: name.to_owned(),
            lines,
            number: 0,
            has_prompt: false,
        }
    }

    /// The next line; none at the end.
    ///
    /// # Errors
    /// If it cannot be read, or is not UTF-8.
    pub(super) fn next_line(&mut self) -> Result<Option<Line>> {
        self.number += 1;
        let place = format!("{}:{}:", self.name, self.number);
        let mut bytes = Vec::new();
        match self.lines.read_until(b'\n', &mut bytes) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) => {
                return Err(Error::new(format!("cannot read the commands: {error}")).at(&place));
            }
        }
        let text = String::from_utf8(bytes).map_err(|_| {
            Error::usage("the line is not UTF-8")
                .hint("save the file as UTF-8")
                .at(&place)
        })?;
        let text = text.trim_end_matches(['\r', '\n']);
        let text = if self.number == 1 {
            text.trim_start_matches('\u{feff}')
        } else {
            text
        };
        Ok(Some(Line {
            place,
            text: text.to_owned(),
        }))
    }

    /// Whether a person waits for a prompt before each line.
    pub(super) fn has_prompt(&self) -> bool {
        self.has_prompt
    }

    /// Whether the commands come from standard input.
    pub(super) fn is_stdin(&self) -> bool {
        self.name == STDIN
    }
}

impl Line {
    /// A line of a person, who knows where it stands.
    pub(super) fn typed(text: &str) -> Self {
        Self {
            place: String::new(),
            text: text.to_owned(),
        }
    }

    /// The commands of the line, each as words.
    pub(super) fn commands(&self) -> impl Iterator<Item = Result<Vec<String>>> {
        words::statements(&self.text).into_iter().map(words::split)
    }
}
