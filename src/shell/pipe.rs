//! `COMMAND | SH-COMMAND`: sends the answers of a command to `sh`, in plain text as to a file.
//!
//! The `sh` starts with the first answer, so that a command that fails before that does not start
//! it. At a prompt it gets the terminal, and the program's output is held back meanwhile. A file
//! that is run before a `|` may contain others, so they form a stack, the innermost last.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use rustix::process::Signal;

use super::Shell;
use super::keyboard::Keyboard;
use super::script::Command;
use super::variables::Variables;
use super::words;
use crate::commands::Key;
use crate::error::{Error, Result};
use crate::program::how_it_ended;
use crate::system::{LONGEST_SH_COMMAND, Sh, ShEnd, TerminalOf};

/// Shells report a signal as this plus its number.
const ENDED_BY_SIGNAL: i32 = 128;

/// The command after a `|`.
pub(super) struct Pipe {
    command: String,
    running: Option<Running>,
}

/// A running `sh` that receives answers.
pub(super) struct Running {
    input: Arc<File>,
    ended: Receiver<io::Result<ExitStatus>>,
    /// Receives Ctrl-C, if it has the terminal.
    keys: Option<Receiver<Key>>,
    /// Whether the terminal was given to this one, not to an outer one.
    has_taken_terminal: bool,
}

impl Pipe {
    /// # Errors
    /// If it is not a command line for `sh`.
    fn new(command: &str, is_behind_words: bool) -> Result<Self> {
        const EXAMPLE: &str = "`ls | head -3` shows the first three lines";
        let command = command.trim();
        if command.starts_with('|') {
            return Err(Error::usage("`||` is not supported")
                .hint("`--keep-going` runs the rest of a script after a failure"));
        }
        if command.is_empty() {
            return Err(Error::usage("nothing follows the `|`").hint(EXAMPLE));
        }
        if !is_behind_words {
            return Err(Error::usage("no command stands before the `|`").hint(EXAMPLE));
        }
        if command.len() > LONGEST_SH_COMMAND {
            return Err(
                Error::usage("the command after the `|` is too long for `sh`")
                    .hint("put it into a file: `ls | sh FILE`"),
            );
        }
        Ok(Self {
            command: command.to_owned(),
            running: None,
        })
    }
}

impl Shell {
    /// Runs a command line as it was written, with the command after its `|`. A recording keeps
    /// only the command itself: processing its answer does not change the program.
    pub(super) fn run_command(&mut self, line: &Command) -> Result<()> {
        let line = line.text()?;
        let (command, sh) = words::sides(line);
        let words = words::split(command, Variables::of_shell())?;
        if let Some(sh) = sh {
            self.pipes.push(Pipe::new(sh, !words.is_empty())?);
        }
        let outcome = self.execute(&words);
        // It has also succeeded if the reader did not want all of its answer.
        let has_worked = outcome.as_ref().err().is_none_or(Error::is_silent);
        let kept = self.keep(command, &words, has_worked);
        let outcome = match sh {
            Some(_) => self.end_pipe(outcome),
            None => outcome,
        };
        outcome.and(kept)
    }

    /// Starts the command after each `|` that has not been started: there is an answer for it.
    pub(super) fn begin_pipes(&mut self) -> Result<()> {
        for at in 0..self.pipes.len() {
            if self.pipes[at].running.is_none() {
                let command = self.pipes[at].command.clone();
                let running = self.start_sh(&command)?;
                self.pipes[at].running = Some(running);
            }
        }
        Ok(())
    }

    /// Waits for the command after the innermost `|`, and returns the result of both sides.
    fn end_pipe(&mut self, mut outcome: Result<()>) -> Result<()> {
        if outcome.is_ok() {
            outcome = self.begin_pipes();
        }
        let Some(Pipe { command, running }) = self.pipes.pop() else {
            return outcome;
        };
        let Some(running) = running else {
            return outcome;
        };
        let ended = self.finish_sh(running);
        match outcome {
            // The reader did not want the rest of the answer, or there was a Ctrl-C.
            Err(error) if !error.is_silent() => Err(error),
            _ => ended.and_then(|status| judge(&command, status)),
        }
    }

    /// Starts a `sh` that receives the answers from now on, unless there was a Ctrl-C before, which
    /// would not reach it.
    pub(super) fn start_sh(&mut self, command: &str) -> Result<Running> {
        self.leave_view();
        let has_taken_terminal = self.screen.keyboard.is_some();
        let is_in_front = has_taken_terminal || self.keys_of_pipe().is_some();
        let terminal = if is_in_front {
            TerminalOf::Sh
        } else {
            TerminalOf::All
        };
        if has_taken_terminal && let Err(error) = self.give_terminal_away() {
            self.take_terminal_back();
            return Err(error);
        }
        let (output, errors) = (self.output.answers(), self.output.notices());
        let started = Sh::start(command, output.as_fd(), errors.as_fd(), terminal);
        let running = started.and_then(|sh| Running::new(sh, is_in_front, has_taken_terminal));
        let trouble = |error| Error::system("cannot start `sh`", &error);
        match &running {
            Ok(running) => self.output.send_to(Arc::clone(&running.input)),
            Err(_) if has_taken_terminal => self.take_terminal_back(),
            Err(_) => {}
        }
        running.map_err(trouble)
    }

    /// Closes the input of a `sh`, and waits until it has ended.
    pub(super) fn finish_sh(&mut self, running: Running) -> Result<ExitStatus> {
        self.output.send_back();
        drop(running.input);
        let ended = running.ended.recv();
        if running.has_taken_terminal {
            self.take_terminal_back();
        }
        let gone = || {
            Error::new("the exit status of `sh` is unknown").hint("type the command without `|`")
        };
        ended.ok().and_then(io::Result::ok).ok_or_else(gone)
    }

    /// Receives the keys of a `sh` that uses the terminal.
    pub(super) fn keys_of_pipe(&self) -> Option<Receiver<Key>> {
        let mut running = self.pipes.iter().filter_map(|pipe| pipe.running.as_ref());
        running.next_back().and_then(|running| running.keys.clone())
    }

    /// Gives the keyboard away, and holds back the program's output meanwhile.
    ///
    /// # Errors
    /// If Ctrl-C was pressed.
    fn give_terminal_away(&mut self) -> Result<()> {
        let keys = self.screen.keyboard.as_ref().map(Keyboard::keys);
        self.screen.typed_before = self.give_keyboard_back();
        if let Some(above) = &self.screen.above {
            above.close();
        }
        match keys.iter().flatten().find(|key| *key == Key::Interrupt) {
            Some(_) => Err(Error::interrupted()),
            None => Ok(()),
        }
    }

    fn take_terminal_back(&mut self) {
        // If the terminal is gone, reading the next line fails.
        let _ = self.output.begin_row();
        if let Some(above) = &self.screen.above {
            above.open();
        }
        self.take_keyboard();
    }
}

impl Running {
    /// Writes to it at once.
    ///
    /// # Errors
    /// If it no longer reads.
    pub(super) fn write(&self, text: &[u8]) -> io::Result<()> {
        (&*self.input).write_all(text)
    }

    fn new(sh: Sh, is_in_front: bool, has_taken_terminal: bool) -> io::Result<Self> {
        let Sh { input, end } = sh;
        let (tell, ended) = bounded(1);
        let (sender, keys) = unbounded();
        std::thread::Builder::new()
            .name("instrsh-sh".into())
            .spawn(move || await_end(end, &sender, &tell))?;
        Ok(Self {
            input: Arc::new(input),
            ended,
            keys: is_in_front.then_some(keys),
            has_taken_terminal,
        })
    }
}

/// A Ctrl-C that has ended a `sh` also applies to the command before the `|`.
fn await_end(end: ShEnd, keys: &Sender<Key>, tell: &Sender<io::Result<ExitStatus>>) {
    let status = end.wait();
    if status
        .as_ref()
        .is_ok_and(|status| is_by(*status, Signal::INT))
    {
        // The receiver may be gone.
        let _ = keys.send(Key::Interrupt);
    }
    let _ = tell.send(status);
}

/// Whether a signal ended it, or a command in it whose status it returned.
fn is_by(status: ExitStatus, signal: Signal) -> bool {
    let number = signal.as_raw();
    status.signal() == Some(number) || status.code() == Some(ENDED_BY_SIGNAL + number)
}

/// The result of the command after the `|`.
fn judge(command: &str, status: ExitStatus) -> Result<()> {
    if is_by(status, Signal::INT) {
        return Err(Error::interrupted());
    }
    // A reader of its own output did not want the rest.
    if status.success() || is_by(status, Signal::PIPE) {
        return Ok(());
    }
    let how = how_it_ended(status);
    let hint = match status.code() {
        Some(126 | 127) => "it must be a command that `sh` can run".to_owned(),
        _ => format!("`{command} || true` ignores the exit status"),
    };
    Err(Error::new(format!("`{command}` ended {how}")).hint(hint))
}
