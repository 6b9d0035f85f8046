//! Runs commands that nobody types: from `-c`, a file, or a pipe.
//!
//! A pipe is read line by line, so that whoever writes it can act upon the answers.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor};
use std::path::Path;

use crossbeam_channel::{Receiver, bounded, never, select};

use super::words;
use crate::commands::Key;
use crate::error::{Error, Result};

/// The name of standard input in front of errors.
const STDIN: &str = "<stdin>";

/// Commands and where they come from.
pub(super) struct Script {
    name: String,
    lines: Lines,
    number: usize,
    /// Whether a person waits for a prompt before each line.
    has_prompt: bool,
}

/// Where the next line is.
enum Lines {
    /// There already.
    Here(Box<dyn BufRead>),
    /// To come, when whoever is at the other end of the pipe writes it.
    Awaited(Receiver<io::Result<Vec<u8>>>),
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
        Self::new(
            "-c".into(),
            Lines::Here(Box::new(Cursor::new(text.into_bytes()))),
        )
    }

    /// The commands that arrive on standard input.
    ///
    /// # Errors
    /// If no thread can be started to wait for them.
    pub(super) fn from_pipe(pipe: File) -> Result<Self> {
        let (sender, lines) = bounded(1);
        let mut pipe = BufReader::new(pipe);
        let read = move || {
            while let Some(line) = read_line(&mut pipe).transpose() {
                if sender.send(line).is_err() {
                    break;
                }
            }
        };
        std::thread::Builder::new()
            .name("instrsh-stdin".into())
            .spawn(read)
            .map_err(|error| Error::new(format!("cannot read the commands: {error}")))?;
        Ok(Self::new(STDIN.into(), Lines::Awaited(lines)))
    }

    /// The commands of a person at a terminal without line editing.
    ///
    /// # Errors
    /// If no thread can be started to wait for them.
    pub(super) fn from_terminal(terminal: File) -> Result<Self> {
        Ok(Self {
            has_prompt: true,
            ..Self::from_pipe(terminal)?
        })
    }

    /// The commands of a file.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(super) fn from_file(path: &Path) -> Result<Self> {
        Self::from_file_named(path, path)
    }

    /// The commands of a file that was named otherwise.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(super) fn from_file_named(path: &Path, name: &Path) -> Result<Self> {
        let trouble = |error: io::Error| {
            Error::new(format!("cannot read `{}`: {error}", name.display()))
                .hint("give the path of a command file")
        };
        let file = File::open(path).map_err(trouble)?;
        if file.metadata().map_err(trouble)?.is_dir() {
            return Err(trouble(io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self::new(
            name.display().to_string(),
            Lines::Here(Box::new(BufReader::new(file))),
        ))
    }

    fn new(name: String, lines: Lines) -> Self {
        Self {
            name,
            lines,
            number: 0,
            has_prompt: false,
        }
    }

    /// Whether a person waits for a prompt before each line.
    pub(super) fn has_prompt(&self) -> bool {
        self.has_prompt
    }

    /// Whether the commands come from standard input.
    pub(super) fn is_stdin(&self) -> bool {
        self.name == STDIN
    }

    /// The next line; none at the end.
    ///
    /// # Errors
    /// If it cannot be read, is not UTF-8, or Ctrl-C is pressed before it comes.
    pub(super) fn next_line(&mut self, keys: Receiver<Key>) -> Result<Option<Line>> {
        self.number += 1;
        let place = format!("{}:{}:", self.name, self.number);
        let Some(bytes) = self.next_bytes(keys).map_err(|error| error.at(&place))? else {
            return Ok(None);
        };
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

    fn next_bytes(&mut self, mut keys: Receiver<Key>) -> Result<Option<Vec<u8>>> {
        let line = match &mut self.lines {
            Lines::Here(lines) => match keys.try_recv() {
                Ok(Key::Interrupt) => return Err(Error::interrupted()),
                _ => read_line(lines),
            },
            Lines::Awaited(lines) => loop {
                select! {
                    recv(lines) -> line => break line.ok().transpose(),
                    recv(keys) -> key => match key {
                        Ok(Key::Interrupt) => return Err(Error::interrupted()),
                        Ok(Key::Quit | Key::Other) => {}
                        Err(_) => keys = never(),
                    },
                }
            },
        };
        line.map_err(|error| Error::new(format!("cannot read the commands: {error}")))
    }
}

/// The next line with its end; none at the end.
fn read_line(lines: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let length = lines.read_until(b'\n', &mut bytes)?;
    Ok((length > 0).then_some(bytes))
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
