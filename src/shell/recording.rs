//! `record`: writes down what is done, command by command, so that it can be repeated.
//!
//! The file is opened for each line, so that it is whole at any time.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::Shell;
use crate::commands::{self, Command, quote};
use crate::error::{Error, Result};

/// The file of a recording.
#[derive(Debug)]
pub(super) struct Recording {
    /// As it was typed.
    name: String,
    path: PathBuf,
    /// The number of commands in it.
    commands: usize,
    /// The depth of the sourced file whose commands are kept; 0 for none.
    depth: usize,
}

impl Recording {
    /// Starts a file with some lines: comments and commands.
    fn begin(name: &Path, path: PathBuf, lines: &[String], overwrite: bool) -> io::Result<Self> {
        let mut options = File::options();
        options.write(true).create_new(!overwrite);
        if overwrite {
            options.create(true).truncate(true);
        }
        // A pipe without a reader is an error; opening it does not wait for one.
        options.custom_flags(OFlags::NONBLOCK.bits().cast_signed());
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        options.open(&path)?.write_all(text.as_bytes())?;
        let commands = lines.iter().filter(|line| !line.starts_with('#'));
        Ok(Self {
            name: name.display().to_string(),
            path,
            commands: commands.count(),
            depth: 0,
        })
    }

    /// The file's name, and the number of commands in it.
    pub(super) fn told(&self) -> (String, usize) {
        (self.name.clone(), self.commands)
    }

    fn add(&mut self, line: &str) -> io::Result<()> {
        let mut file = File::options()
            .append(true)
            .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
            .open(&self.path)?;
        file.write_all(format!("{line}\n").as_bytes())?;
        self.commands += 1;
        Ok(())
    }
}

impl Shell {
    /// Starts a recording, which replaces a running one.
    ///
    /// # Errors
    /// If the file exists, or cannot be written.
    pub(super) fn begin_recording(
        &mut self,
        file: &Path,
        lines: &[String],
        overwrite: bool,
    ) -> Result<()> {
        let begun = Recording::begin(file, self.choices.files.find(file), lines, overwrite);
        let recording = begun.map_err(|error| {
            let name = file.display().to_string();
            if error.kind() == io::ErrorKind::AlreadyExists {
                return Error::new(format!("`{name}` exists already"))
                    .hint(format!("`record --force {}` overwrites it", quote(&name)));
            }
            unwritable(&name, &error).hint("name a file that you may write: `record FILE`")
        })?;
        self.choices.recording = Some(Recording {
            depth: self.flow.depth,
            ..recording
        });
        Ok(())
    }

    /// Keeps a command as it was typed, if it `has_worked` and changes something. Of a sourced
    /// file, the command `source` is kept, or the commands that follow in it if the recording was
    /// started there.
    ///
    /// # Errors
    /// If the file cannot be written: reported once, and the recording ends.
    pub(super) fn keep(&mut self, text: &str, words: &[String], has_worked: bool) -> Result<()> {
        let acted = self.flow.acted.take().filter(|_| has_worked);
        let Some(recording) = &mut self.choices.recording else {
            return Ok(());
        };
        if recording.depth != self.flow.depth {
            recording.depth = recording.depth.min(self.flow.depth);
            return Ok(());
        }
        let Some(command) = acted else {
            return Ok(());
        };
        let text = one_line(text.trim(), words);
        let line = written_out(&text, words, command, |name| self.choices.aliases.has(name));
        self.write_down(&line)
    }

    /// Keeps that `fg` has started the program: a script starts it by `run`.
    ///
    /// # Errors
    /// As above.
    pub(super) fn keep_start(&mut self) -> Result<()> {
        match &self.choices.recording {
            Some(recording) if recording.depth == self.flow.depth => self.write_down(commands::RUN),
            _ => Ok(()),
        }
    }

    fn write_down(&mut self, line: &str) -> Result<()> {
        let Some(recording) = &mut self.choices.recording else {
            return Ok(());
        };
        let Err(error) = recording.add(line) else {
            return Ok(());
        };
        let error = unwritable(&recording.name, &error)
            .hint("recording has stopped; `record FILE` starts again");
        self.choices.recording = None;
        Err(error)
    }
}

fn unwritable(name: &str, error: &io::Error) -> Error {
    Error::new(format!("cannot record to `{name}`: {error}"))
}

/// A command that was typed in several lines, in one, as scripts have it.
fn one_line<'a>(text: &'a str, words: &[String]) -> Cow<'a, str> {
    if text.contains('\n') {
        let words: Vec<_> = words.iter().map(|word| quote(word)).collect();
        Cow::Owned(words.join(" "))
    } else {
        Cow::Borrowed(text)
    }
}

/// A command line whose command is written out, as scripts require.
fn written_out(
    text: &str,
    words: &[String],
    command: &Command,
    is_alias: impl Fn(&str) -> bool,
) -> String {
    let first = words.first().map_or("", String::as_str);
    let is_shortened = command.name.starts_with(first) && !command.is_called(first);
    match text.strip_prefix(first) {
        Some(rest) if is_shortened && !is_alias(first) => format!("{}{rest}", command.name),
        _ => text.to_owned(),
    }
}
