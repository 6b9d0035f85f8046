//! What a command works with: the session, the target, and whoever runs it.

use std::path::Path;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, never, select};

use super::{Aliases, Command, Setting, Settings};
use crate::error::{Error, Result};
use crate::session::{History, Pending, Remembered, Session, Sort, worker_ended};
use crate::target::{Target, keep_telling_of_interrupts};
use crate::view::{Answer, WatchFrame};

/// How often progress is shown while a command waits.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);
/// How long the worker may wait for the interpreter.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take to let go of cancelled work: many busy threads have their turns before.
const CANCEL_PATIENCE: Duration = Duration::from_secs(3);

/// Everything a command may use.
pub struct Context<'a> {
    /// What is known of the process.
    pub session: &'a Session,
    /// The running program.
    pub target: &'a Target,
    /// Whoever runs the command.
    pub host: &'a mut dyn Host,
}

/// What a command may ask of the shell that runs it.
pub trait Host {
    /// Takes note of the command whose answers come from now on, and whether it was asked for JSON.
    fn begin(&mut self, command: &'static str, is_for_json: bool);

    /// Whether answers are given as JSON.
    fn answers_in_json(&self) -> bool;

    /// Shows an answer at once, before the command ends.
    ///
    /// # Errors
    /// If it cannot be written.
    fn show(&mut self, answer: &Answer) -> Result<()>;

    /// Shows how far a long piece of work is.
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

    /// Shows callables with their counts in the view that has begun, and ends it: when it is time, by
    /// a key, or with the target.
    ///
    /// # Errors
    /// If the terminal is gone, or the worker has ended.
    fn watch_live(
        &mut self,
        session: &Session,
        target: &Target,
        watch: &Watch,
        history: History,
    ) -> Result<Watched>;

    /// Gives the target the terminal, and waits until it comes back.
    ///
    /// # Errors
    /// If there is no prompt that it could come back to.
    fn give_terminal(&mut self, target: &Target) -> Result<Returned>;

    /// Clears the screen, if there is one.
    ///
    /// # Errors
    /// If it cannot be written.
    fn clear_screen(&mut self) -> Result<()>;

    /// What is set.
    fn settings(&self) -> &Settings;

    /// Gives a setting a value that was checked; without one, its default.
    fn set(&mut self, setting: &Setting, value: Option<&str>);

    /// The short names that the user has defined.
    fn aliases(&mut self) -> &mut Aliases;

    /// Begins to record into a file, which has these lines first.
    ///
    /// # Errors
    /// If the file is there already and not to be overwritten, or cannot be written.
    fn record(&mut self, file: &Path, lines: &[String], overwrite: bool) -> Result<()>;

    /// What is recorded into, and how many commands stand there.
    fn recording(&self) -> Option<(String, usize)>;

    /// Ends the recording; gives the same.
    fn stop_recording(&mut self) -> Option<(String, usize)>;

    /// A command has worked; it is given if it did something that a recording keeps.
    fn done(&mut self, command: Option<&'static Command>);

    /// The lines typed so far.
    fn history(&self) -> Vec<String>;

    /// Runs a command file; false if a command of it has ended the shell, or lets it start anew.
    ///
    /// # Errors
    /// The first error of the file.
    fn source(&mut self, session: &Session, target: &Target, file: &Path) -> Result<bool>;

    /// Starts the process anew after this command, with these patches.
    ///
    /// # Errors
    /// If the program could not be started again.
    fn restart(&mut self, patches: Remembered, hold: bool) -> Result<()>;

    /// Leaves the shell after this command; without a status, with that of what went wrong so far.
    /// The answer is the status.
    fn leave(&mut self, status: Option<u8>) -> u8;
}

/// A key that means something to a command, or a signal that means the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Ctrl-C.
    Interrupt,
}

/// What a live view is to show, and for how long.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Between two looks at the counts.
    pub every: Duration,
    /// When it ends by itself.
    pub deadline: Option<Instant>,
    /// The order of the rows.
    pub sort: Sort,
    /// How many rows of that order are shown at most.
    pub limit: usize,
}

/// How a live view has ended.
pub struct Watched {
    /// Whether the target did that.
    pub by_target: bool,
    /// What it showed last; nothing if something else took the screen from it.
    pub last: Option<WatchFrame>,
}

/// Why the terminal came back from the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// The target has ended.
    ByEnd,
    /// The user pressed Ctrl-Z.
    ByStop,
}

/// Whether an answer is all that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// It is.
    Whole,
    /// Ctrl-C ended the work before.
    Interrupted,
}

/// Why a pause ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// Its time is over.
    Elapsed,
    /// The target has ended.
    TargetEnded,
    /// The user pressed Ctrl-C.
    Interrupted,
}

/// The error for an answer that is not waited for any longer.
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
    /// What went wrong; that Ctrl-C was pressed; or that there was no answer, because the target
    /// holds the interpreter.
    pub fn wait<T>(&mut self, pending: Pending<T>) -> Result<T> {
        match self.wait_for_part(pending)? {
            (_, Completion::Interrupted) => Err(Error::interrupted()),
            (answer, Completion::Whole) => Ok(answer),
        }
    }

    /// The same, but after Ctrl-C the answer is what was done by then.
    ///
    /// # Errors
    /// What went wrong; or that there was no answer, because the target holds the interpreter.
    pub fn wait_for_part<T>(&mut self, pending: Pending<T>) -> Result<(T, Completion)> {
        let Pending { reply, progress } = pending;
        let mut keys = self.host.keys();
        let mut completion = Completion::Whole;
        let mut deadline = Instant::now() + PATIENCE;
        let mut moves_before = 0;
        loop {
            select! {
                recv(reply) -> answer => {
                    return answer.unwrap_or_else(|_| Err(worker_ended())).map(|answer| (answer, completion));
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
                    keep_telling_of_interrupts();
                    let (done, total) = progress.steps();
                    self.host.show_progress(done, total);
                    let moves = done + progress.slices();
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

    /// Waits for a time, or for ever; a key may end it before.
    pub fn pause(&mut self, limit: Option<Duration>) -> Pause {
        self.pause_until(limit, &never())
    }

    /// The same, but the end of the target ends it as well.
    pub fn pause_until_target_ends(&mut self, limit: Option<Duration>) -> Pause {
        let ended = self.target.ended().clone();
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
                    keep_telling_of_interrupts();
                    self.host.idle();
                }
            }
        }
    }
}
