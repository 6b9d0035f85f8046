//! Floor 3, the program under observation: starts the interpreter on the process's first thread, which
//! is Python's main thread, runs the program there, and ends both in a bounded time.

mod children;
mod config;
mod demo;
mod descriptors;
mod ending;
mod environment;
mod exiting;
mod first_thread;
mod foreground;
mod forking;
mod last_words;
mod leaving;
mod lent_terminal;
mod origin;
mod output;
mod program;
mod run;
mod running_main;
mod script;
mod sh;
mod sh_service;
mod signals;
mod supervisor;
mod watched;

use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use pyo3::prelude::*;

use crate::agent::{self, ProgramThread};
use crate::counts::Costs;
use crate::cpython::{self, SCRIPT_WATCH, SignalledThread, get_ready, measure_costs};
use crate::error::{Error, Result};
use crate::program::Session;
use crate::protocol::Ending;

pub use first_thread::run_beside;
pub use foreground::{Foreground, tell_of_stops};
pub use last_words::LastWords;
pub use leaving::Left;
pub use origin::{Origin, adopt};
pub use output::{OutputTo, PseudoTerminal, Remains, close_pseudo_terminal, redirect};
pub use program::{Entry, Program};
pub use sh::{LONGEST_SH_COMMAND, Sh, ShEnd, ShInput, ShRequests, ShStarter, TerminalOf};
pub use sh_service::ShService;
pub use signals::{Interrupts, keep_telling_of_interrupts, leave_to_target, tell_of_interrupts};
pub use supervisor::{ShellProcess, follow, fork, keep_size_of, stop_beside_shell, suspend};

/// The hint if CPython itself does not work.
const IS_IT_WHOLE: &str = "check that this Python works on its own; `instrsh --version` names it";

/// The running program.
pub struct Target {
    name: String,
    thread: SignalledThread,
    costs: Costs,
    /// Whether SIGINT was ignored before the program started.
    ignores_from_start: bool,
    is_quitting: Arc<AtomicBool>,
    ending: Arc<OnceLock<Ending>>,
    /// Disconnected when the program has ended.
    ended: Receiver<()>,
    /// Lets a held program start, or never.
    release: Sender<bool>,
    is_held: Arc<AtomicBool>,
    finalise: Sender<()>,
    /// Disconnected when the interpreter is finalised.
    finalised: Receiver<()>,
}

/// The part of a [`Target`] in the program's thread.
struct Inside {
    program: Program,
    is_quitting: Arc<AtomicBool>,
    ending: Arc<OnceLock<Ending>>,
    started: Sender<Result<Started>>,
    /// Receives whether the program may start now, or never.
    released: Receiver<bool>,
    finalise: Receiver<()>,
}

/// Sent by the program's thread when callables can be looked up.
struct Started {
    thread: SignalledThread,
    costs: Costs,
    ignores_interrupts: bool,
}

impl Target {
    /// Starts the interpreter, and waits until callables can be looked up. The program starts when it
    /// is released.
    ///
    /// # Errors
    /// If no thread can be started, or CPython does not start.
    pub fn start(program: Program) -> Result<Self> {
        let name = program.name();
        let (is_quitting, ending) = (Arc::new(AtomicBool::new(false)), Arc::new(OnceLock::new()));
        let (started, starting) = bounded(1);
        let (alive, ended) = bounded(0);
        let (finalise, told_to_finalise) = bounded(1);
        let (release, released) = bounded(1);
        let (unfinalised, finalised) = bounded(0);
        let inside = Inside {
            program,
            is_quitting: Arc::clone(&is_quitting),
            ending: Arc::clone(&ending),
            started,
            released,
            finalise: told_to_finalise,
        };
        let body = move || {
            inside.live(alive);
            drop(unfinalised);
        };
        let trouble = |error| Error::system("cannot start the program's thread", &error);
        first_thread::begin(Box::new(body)).map_err(trouble)?;
        let Started {
            thread,
            costs,
            ignores_interrupts,
        } = starting.recv().unwrap_or_else(|_| {
            Err(Error::new("the program's thread ended at once").hint(IS_IT_WHOLE))
        })?;
        Ok(Self {
            name,
            thread,
            costs,
            ignores_from_start: ignores_interrupts,
            is_quitting,
            ending,
            ended,
            release,
            is_held: Arc::new(AtomicBool::new(true)),
            finalise,
            finalised,
        })
    }

    /// The name of the program.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Starts the agent beside the program, and connects with it.
    ///
    /// # Errors
    /// If this Python is not supported, or there is no memory or no thread.
    pub fn open_session(&self) -> Result<Session> {
        let (is_held, release) = (Arc::clone(&self.is_held), self.release.clone());
        let program = ProgramThread {
            thread: self.thread,
            ended: self.ended.clone(),
            ending: Arc::clone(&self.ending),
            release: Box::new(move || {
                if is_held.swap(false, Ordering::Relaxed) {
                    SCRIPT_WATCH.released();
                    // The thread waits for this message; if it is gone, there is nothing to start.
                    let _ = release.send(true);
                }
            }),
            nudge: foreground::nudge,
        };
        Session::connect(agent::start(self.costs, program)?, &self.name, self.costs)
    }

    /// Gives the program this terminal until the result is dropped.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn put_in_foreground(&self, terminal: &File) -> Result<Foreground> {
        Foreground::new(self.thread, terminal)
            .map_err(|error| Error::system("cannot give the program the terminal", &error))
    }

    /// Whether the program has not started yet.
    fn is_held(&self) -> bool {
        self.is_held.load(Ordering::Relaxed)
    }

    /// Interrupts the program because the shell is leaving, unless that would end the process.
    pub fn interrupt(&self) {
        self.quit();
        if !self.has_ended_within(Duration::ZERO) {
            let _ = self.thread.interrupt();
        }
    }

    /// From now on, the program ends because the shell has asked for it.
    fn quit(&self) {
        self.is_quitting.store(true, Ordering::Relaxed);
    }

    fn is_quitting(&self) -> bool {
        self.is_quitting.load(Ordering::Relaxed)
    }

    /// Waits for the end of the program.
    #[must_use]
    pub fn has_ended_within(&self, patience: Duration) -> bool {
        self.ended.recv_timeout(patience) == Err(crossbeam_channel::RecvTimeoutError::Disconnected)
    }
}

impl Inside {
    /// The life of the program's thread.
    fn live(self, alive: Sender<()>) {
        signals::accept_all();
        signals::leave_faults_alone();
        descriptors::remember();
        if let Err(error) = config::initialise(&self.program) {
            let _ = self.started.send(Err(error));
            return;
        }
        let process = std::process::id();
        Python::attach(|py| {
            let started = self.get_ready(py);
            let is_ready = started.is_ok();
            let _ = self.started.send(started);
            if !is_ready {
                return;
            }
            let ending = if py.detach(|| self.released.recv() == Ok(true)) {
                run::run(py, &self.program, || {
                    self.is_quitting.load(Ordering::Relaxed)
                })
            } else {
                Ending::Status(0)
            };
            if std::process::id() != process {
                run::leave_forked_child(&ending);
            }
            let _ = self.ending.set(ending);
            drop(alive);
            py.detach(|| {
                // An error means that the shell is gone, which finalises as well.
                let _ = self.finalise.recv();
            });
            // A Ctrl-C that arrived too late must not hit the finalisers.
            let _ = py.check_signals();
        });
        run::finalise();
    }
}

impl Inside {
    /// Everything before the program's first line.
    fn get_ready(&self, py: Python<'_>) -> Result<Started> {
        get_ready(py)?;
        let costs = measure_costs(py)?;
        run::prepare(py, &self.program).map_err(|error| {
            error.display(py);
            Error::new("CPython cannot prepare to run a program").hint(IS_IT_WHOLE)
        })?;
        Ok(Started {
            thread: SignalledThread::current(),
            costs,
            ignores_interrupts: signals::are_interrupts_ignored(),
        })
    }
}

/// Starts the interpreter without running a program: why calls of patched functions are slower with
/// it, if they are.
///
/// # Errors
/// If it does not start.
pub fn slower_calls(program: &Program) -> Result<Option<&'static str>> {
    config::initialise(program)?;
    Python::attach(get_ready)?;
    Ok(cpython::slower_calls())
}

/// The version of the CPython that is embedded, like `3.11.7`.
#[must_use]
pub fn python_version() -> &'static str {
    Python::version_str().split(' ').next().unwrap_or_default()
}

/// Leaves the process at once, without anything that a program that has not ended could disturb.
#[expect(
    unsafe_code,
    reason = "std::process::exit would run C destructors under a running target"
)]
pub fn exit_now(status: u8) -> ! {
    // SAFETY: ends the process; nothing of it runs afterwards.
    unsafe { libc::_exit(i32::from(status)) }
}
