//! Runs commands from `-c`, a file, a pipe, or a typed line.
//!
//! A pipe is read line by line, so that its writer can react to the answers.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crossbeam_channel::{Receiver, never, select};
use rustix::fs::OFlags;
use rustix::io::ioctl_fionbio;

use super::line_reader::LineReader;
use super::{line, words};
use crate::commands::Key;
use crate::error::{Error, Result};

/// The name of standard input in errors.
const STDIN: &str = "<stdin>";

/// Commands, and where they come from.
pub(super) struct Script {
    /// Empty if a person has typed it.
    name: String,
    lines: Lines,
    /// The number of the last line; the first has 1.
    number: usize,
    /// The commands of that line that have not run yet.
    begun: VecDeque<String>,
    /// Whether a person expects a prompt before each line.
    has_prompt: bool,
}

/// The source of lines.
enum Lines {
    /// Available.
    Here(Box<dyn BufRead>),
    /// Written to a pipe later.
    LineReader(LineReader),
}

/// A command of a script.
pub(super) struct Command {
    /// `FILE:LINE:`
    pub(super) place: String,
    /// An error if the line is not text.
    text: Result<String>,
}

impl Script {
    /// The commands of `-c`.
    pub(super) fn from_text(text: String) -> Self {
        Self::here("-c", Cursor::new(text.into_bytes()))
    }

    /// The commands that a person typed at the prompt.
    pub(super) fn typed(text: &str) -> Self {
        Self::here("", Cursor::new(text.to_owned().into_bytes()))
    }

    /// The commands on standard input.
    ///
    /// # Errors
    /// If no thread can be started to wait for them.
    pub(super) fn from_pipe(pipe: File) -> Result<Self> {
        Self::awaited(STDIN, pipe)
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

    /// The commands of a file with another name.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(super) fn from_file_named(path: &Path, name: &Path) -> Result<Self> {
        let trouble = |error: io::Error| {
            Error::new(format!("cannot read `{}`: {error}", name.display()))
                .hint("give the path of a command file")
        };
        // A pipe without a writer is waited for later, where Ctrl-C can end the wait.
        let mut options = File::options();
        options.read(true);
        options.custom_flags(OFlags::NONBLOCK.bits().cast_signed());
        let file = options.open(path).map_err(trouble)?;
        ioctl_fionbio(&file, false).map_err(|error| trouble(error.into()))?;
        let kind = file.metadata().map_err(trouble)?.file_type();
        if kind.is_dir() {
            return Err(trouble(io::ErrorKind::IsADirectory.into()));
        }
        let name = name.display().to_string();
        if kind.is_file() {
            Ok(Self::here(&name, BufReader::new(file)))
        } else {
            Self::awaited(&name, file)
        }
    }

    fn here(name: &str, lines: impl BufRead + 'static) -> Self {
        Self::new(name, Lines::Here(Box::new(lines)))
    }

    fn awaited(name: &str, pipe: File) -> Result<Self> {
        let lines = LineReader::start(pipe).map_err(|error| unreadable(&error))?;
        Ok(Self::new(name, Lines::LineReader(lines)))
    }

    fn new(name: &str, lines: Lines) -> Self {
        Self {
            name: name.to_owned(),
            lines,
            number: 0,
            begun: VecDeque::new(),
            has_prompt: false,
        }
    }

    /// Whether a person expects a prompt before each line.
    pub(super) fn has_prompt(&self) -> bool {
        self.has_prompt
    }

    /// Whether a person expects a prompt now.
    pub(super) fn prompts_now(&self) -> bool {
        self.has_prompt && self.begun.is_empty()
    }

    /// Whether the commands come from standard input.
    pub(super) fn is_stdin(&self) -> bool {
        self.name == STDIN
    }

    /// The next command; none at the end. A line without commands gives an empty one.
    ///
    /// # Errors
    /// If a line cannot be read, or Ctrl-C is pressed before it arrives.
    pub(super) fn next_command(&mut self, keys: Receiver<Key>) -> Result<Option<Command>> {
        let mut text = Ok(String::new());
        if self.begun.is_empty() {
            self.number += 1;
            let bytes = self.next_bytes(keys);
            let Some(bytes) = bytes.map_err(|error| error.at(&self.place()))? else {
                return Ok(None);
            };
            match self.as_text(bytes) {
                Ok(line) => {
                    let statements = words::statements(&line).into_iter();
                    self.begun = statements.map(str::to_owned).collect();
                }
                Err(error) => text = Err(error),
            }
        }
        Ok(Some(Command {
            place: self.place(),
            text: self.begun.pop_front().map_or(text, Ok),
        }))
    }

    /// The place of the last line; empty if a person typed it.
    pub(super) fn place(&self) -> String {
        if self.name.is_empty() || self.has_prompt {
            return String::new();
        }
        format!("{}:{}:", self.name, self.number)
    }

    /// The text of a line, with the lines that continue it.
    fn as_text(&mut self, bytes: Vec<u8>) -> Result<String> {
        let mut text = text(bytes)?;
        // A person sees that a line continues; in a script an open quote is a mistake.
        while self.name.is_empty()
            && line::is_open(&text)
            && let Lines::Here(lines) = &mut self.lines
            && let Some(bytes) = read_line(lines).map_err(|error| unreadable(&error))?
        {
            text = text + "\n" + &self::text(bytes)?;
        }
        Ok(match self.number {
            1 => text.trim_start_matches('\u{feff}').to_owned(),
            _ => text,
        })
    }

    fn next_bytes(&mut self, mut keys: Receiver<Key>) -> Result<Option<Vec<u8>>> {
        let line = match &mut self.lines {
            Lines::Here(lines) => match keys.try_recv() {
                Ok(Key::Interrupt) => return Err(Error::interrupted()),
                _ => read_line(lines),
            },
            Lines::LineReader(awaited) => loop {
                select! {
                    recv(awaited.lines()) -> line => break line.ok().transpose(),
                    recv(keys) -> key => match key {
                        Ok(Key::Interrupt) => return Err(Error::interrupted()),
                        Err(_) => keys = never(),
                    },
                }
            },
        };
        line.map_err(|error| unreadable(&error))
    }
}

/// A line without its end.
fn text(bytes: Vec<u8>) -> Result<String> {
    let save = "save the file as text in UTF-8";
    let mut text =
        String::from_utf8(bytes).map_err(|_| Error::usage("the line is not UTF-8").hint(save))?;
    if text.contains('\0') {
        return Err(Error::usage("the line contains a NUL byte").hint(save));
    }
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    Ok(text)
}

/// The next line with its end; none at the end.
fn read_line(lines: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let length = lines.read_until(b'\n', &mut bytes)?;
    Ok((length > 0).then_some(bytes))
}

fn unreadable(error: &io::Error) -> Error {
    Error::new(format!("cannot read the commands: {error}"))
        .hint("`instrsh -f FILE` reads them from a file")
}

impl Command {
    /// The text.
    ///
    /// # Errors
    /// If it is not UTF-8, or contains a NUL byte.
    pub(super) fn text(&self) -> Result<&str> {
        self.text.as_deref().map_err(Clone::clone)
    }
}
