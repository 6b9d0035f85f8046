//! What a command works with: the session, and the host that runs the command.

use std::path::Path;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, never, select};

use super::{Aliases, Command, Setting, Settings};
use crate::error::{Error, Result};
use crate::measures::Sort;
use crate::program::{History, Pending, Session};
use crate::protocol::{Reply, Steps};
use crate::view::{Answer, WatchFrame};

/// How often progress is shown while a command waits.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);
/// How long the worker may wait for the interpreter.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long cancelled work may take to stop; many busy threads may run first.
const CANCEL_PATIENCE: Duration = Duration::from_secs(3);

/// Everything a command may use.
pub struct Context<'a> {
    /// The connection with the agent beside the program.
    pub session: &'a Session,
    /// The host that runs the command.
    pub host: &'a mut dyn Host,
}

/// What a command may ask of its host, the shell.
pub trait Host {
    /// Notes which command the next answers belong to, and whether they are JSON.
    fn begin(&mut self, command: &'static str, is_for_json: bool);

    /// Whether answers are given as JSON.
    fn answers_in_json(&self) -> bool;

    /// Shows an answer at once, before the command ends.
    ///
    /// # Errors
    /// If it cannot be written.
    fn show(&mut self, answer: &Answer) -> Result<()>;

    /// Shows a notice beside the answers.
    fn remark(&mut self, text: &str);

    /// Shows the progress of a long task.
    fn show_progress(&mut self, done: usize, total: usize);

    /// Keys and signals, while a command runs.
    fn keys(&self) -> Receiver<Key>;

    /// Called now and then while a command waits for something other than its host.
    fn idle(&mut self);

    /// Takes the screen for a view that is refreshed in place; false if there is no screen.
    ///
    /// # Errors
    /// If the terminal refuses.
    fn begin_live_view(&mut self) -> Result<bool>;

    /// Runs the live view that has begun, until its time is over, a key ends it, or the program
    /// does.
    ///
    /// # Errors
    /// If the terminal is gone, or the worker has ended.
    fn watch_live(&mut self, session: &Session, watch: &Watch, history: History)
    -> Result<Watched>;

    /// Gives the program the terminal, and waits until it returns it.
    ///
    /// # Errors
    /// If there is no prompt to return to.
    fn give_terminal(&mut self) -> Result<Returned>;

    /// Clears the screen, if there is one.
    ///
    /// # Errors
    /// If it cannot be written.
    fn clear_screen(&mut self) -> Result<()>;

    /// The settings.
    fn settings(&self) -> &Settings;

    /// Sets a checked value; `None` restores the default.
    fn set(&mut self, setting: &Setting, value: Option<&str>);

    /// The aliases that the user has defined.
    fn aliases(&mut self) -> &mut Aliases;

    /// Starts recording to a file that begins with these lines.
    ///
    /// # Errors
    /// If the file exists and must not be overwritten, or cannot be written.
    fn record(&mut self, file: &Path, lines: &[String], overwrite: bool) -> Result<()>;

    /// The file of the running recording, and the number of commands in it.
    fn recording(&self) -> Option<(String, usize)>;

    /// Stops recording; returns the same.
    fn stop_recording(&mut self) -> Option<(String, usize)>;

    /// Called after a command has succeeded, with the command if a recording keeps it.
    fn done(&mut self, command: Option<&'static Command>);

    /// The lines typed so far.
    fn history(&self) -> Vec<String>;

    /// Runs a command file; false if one of its commands ended the shell.
    ///
    /// # Errors
    /// The first error of the file.
    fn source(&mut self, file: &Path) -> Result<bool>;

    /// Ends the program, and starts it again with its patches.
    ///
    /// # Errors
    /// If it could not be started again, or one of the patches is not restored.
    fn restart(&mut self, hold: bool) -> Result<()>;

    /// Leaves the shell after this command. Without a status, it uses the status of the errors so
    /// far. Returns the status.
    fn leave(&mut self, status: Option<u8>) -> u8;
}

/// A key, or an equivalent signal, that a running command reacts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Ctrl-C.
    Interrupt,
}

/// What a live view shows, and for how long.
#[derive(Debug, Clone)]
pub struct Watch {
    /// The time between two samples of the counts.
    pub every: Duration,
    /// When it ends by itself.
    pub deadline: Option<Instant>,
    /// The order of the rows.
    pub sort: Sort,
    /// The maximum number of rows.
    pub limit: usize,
}

/// How a live view has ended.
pub struct Watched {
    /// Whether the program ended it.
    pub by_target: bool,
    /// The last frame; none if something else took over the screen.
    pub last: Option<WatchFrame>,
}

/// Why the program returned the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// The program has ended.
    ByEnd,
    /// The user pressed Ctrl-Z.
    ByStop,
}

/// Whether an answer is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// It is complete.
    Whole,
    /// Ctrl-C stopped the work early.
    Interrupted,
}

/// Why a pause ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// The time is over.
    Elapsed,
    /// The program has ended.
    TargetEnded,
    /// The user pressed Ctrl-C.
    Interrupted,
}

/// The error for an answer that the shell no longer waits for.
fn given_up(completion: Completion) -> Error {
    let error = match completion {
        Completion::Interrupted => Error::interrupted(),
        Completion::Whole => Error::new("timed out: the program is holding the GIL"),
    };
    error.hint(
        "it may be running C code that does not release the GIL, a never-ending import, or very many busy threads",
    )
}

impl Context<'_> {
    /// Waits for the worker's answer.
    ///
    /// # Errors
    /// What went wrong; an interruption by Ctrl-C; or a timeout because the program holds the GIL.
    pub fn wait<T>(&mut self, pending: Pending<T>) -> Result<T>
    where
        T: TryFrom<Reply, Error = Error>,
    {
        match self.wait_for_part(pending)? {
            (_, Completion::Interrupted) => Err(Error::interrupted()),
            (answer, Completion::Whole) => Ok(answer),
        }
    }

    /// Like [`Self::wait`], but after Ctrl-C it returns what was done so far.
    ///
    /// # Errors
    /// What went wrong; or a timeout because the program holds the GIL.
    pub fn wait_for_part<T>(&mut self, pending: Pending<T>) -> Result<(T, Completion)>
    where
        T: TryFrom<Reply, Error = Error>,
    {
        let Pending {
            reply, progress, ..
        } = pending;
        let mut keys = self.host.keys();
        let mut completion = Completion::Whole;
        let mut deadline = Instant::now() + PATIENCE;
        let mut moves_before = 0;
        loop {
            select! {
                recv(reply) -> reply => {
                    return Pending::open(reply).map(|answer| (answer, completion));
                }
                recv(keys) -> key => match key {
                    Ok(Key::Interrupt) => {
                        progress.cancel();
                        completion = Completion::Interrupted;
                        deadline = Instant::now() + CANCEL_PATIENCE;
                    }
                    Err(_) => keys = never(),
                },
                default(PROGRESS_INTERVAL) => {
                    let Steps { done, total, slices } = progress.steps();
                    self.host.show_progress(done, total);
                    let moves = done + slices;
                    if moves != std::mem::replace(&mut moves_before, moves) && completion == Completion::Whole {
                        deadline = Instant::now() + PATIENCE;
                    }
                },
            }
            if Instant::now() > deadline {
                progress.cancel();
                return Err(given_up(completion));
            }
        }
    }

    /// Waits for a time, or for ever without a limit; a key ends the wait early.
    pub fn pause(&mut self, limit: Option<Duration>) -> Pause {
        self.pause_until(limit, &never())
    }

    /// Like [`Self::pause`], but the end of the program ends it, too.
    pub fn pause_until_target_ends(&mut self, limit: Option<Duration>) -> Pause {
        let ended = self.session.ended().clone();
        self.pause_until(limit, &ended)
    }

    fn pause_until(&mut self, limit: Option<Duration>, ended: &Receiver<()>) -> Pause {
        let mut keys = self.host.keys();
        let elapsed = limit.map_or_else(never, crossbeam_channel::after);
        loop {
            select! {
                recv(ended) -> _ => return Pause::TargetEnded,
                recv(elapsed) -> _ => return Pause::Elapsed,
                recv(keys) -> key => match key {
                    Ok(Key::Interrupt) => return Pause::Interrupted,
                    Err(_) => keys = never(),
                },
                default(PROGRESS_INTERVAL) => {
                    self.host.idle();
                }
            }
        }
    }
}
