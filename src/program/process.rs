//! The program's process: this binary once more, which becomes a Python with the agent in it.

use std::ffi::OsStr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::{Program, Session};
use crate::counts::{Memory, start_clock};
use crate::error::{Error, Result};
use crate::protocol::{
    Gone, Hello, Launch, SOCKET_VARIABLE, Started, decode, encode, frame, unsuitable_options,
};
use crate::system::{Start, Streams};

/// This binary, wherever it is by now.
pub const OWN_BINARY: &str = "/proc/self/exe";
/// The hint if Python itself does not work.
const IS_IT_WHOLE: &str = "check that this Python works on its own; `instrsh --version` names it";

/// A program's process.
pub struct Process {
    id: Pid,
    handle: OwnedFd,
    end: ProcessEnd,
    /// What the agent said first.
    pub started: Started,
}

/// The end of a process, for whoever waits for it.
#[derive(Clone)]
pub struct ProcessEnd {
    /// Disconnected when it has come.
    come: Receiver<()>,
    status: Arc<OnceLock<ExitStatus>>,
}

impl Process {
    /// Starts a program, which is held before its first line, and connects with the agent beside it.
    ///
    /// # Errors
    /// If there is no such environment, the system refuses, or Python does not start.
    pub fn start(
        binary: &Path,
        program: &Program,
        streams: Streams<'_>,
        watches_input: bool,
    ) -> Result<(Self, Session)> {
        let trouble = |error| Error::system("cannot start the program", &error);
        let words = program.words()?;
        let (ours, theirs) = UnixStream::pair().map_err(trouble)?;
        let theirs = OwnedFd::from(theirs);
        let number = theirs.as_raw_fd().to_string();
        let start = Start {
            file: binary,
            words: &words,
            variable: (SOCKET_VARIABLE, OsStr::new(&number)),
            descriptor: &theirs,
            streams,
        };
        let child = start.spawn().map_err(trouble)?;
        drop(theirs);
        let end = ProcessEnd::of(child)?;
        start_clock();
        let launch = Launch {
            main: program.main(),
            watches_input,
        };
        // Who is gone says nothing, either.
        let _ = frame::send(&ours, &encode(&launch)?);
        let Ok((hello, memory)) = frame::receive_with(&ours) else {
            return Err(not_started(&end));
        };
        let started = match decode(&hello)? {
            Hello::Started(started) => *started,
            Hello::Failed(error) => return Err(error),
        };
        let id = Pid::from_raw(started.process.cast_signed());
        let id = id.ok_or_else(|| Error::new("the program has no process"))?;
        let handle = pidfd_open(id, PidfdFlags::empty());
        let process = Self {
            id,
            handle: handle.map_err(|error| trouble(error.into()))?,
            end,
            started,
        };
        let connect = || {
            let memory = memory.ok_or_else(|| Error::new("the program shares no counters"))?;
            // There are few programs in the life of a shell, and rows refer to it.
            let memory: &'static Memory = Box::leak(Box::new(Memory::open(memory)?));
            let (costs, end) = (process.started.costs, process.end.clone());
            Session::connect(ours, memory, &program.name(), costs, end)
        };
        // Without a shell it would start.
        let session = connect().inspect_err(|_| process.send(Signal::KILL))?;
        Ok((process, session))
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> Pid {
        self.id
    }

    /// Its number, as the system writes it.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.started.process
    }

    /// Sends it a signal, if it has not ended.
    pub fn send(&self, signal: Signal) {
        // It may have ended.
        let _ = pidfd_send_signal(&self.handle, signal);
    }

    /// Waits for its end.
    #[must_use]
    pub fn has_ended_within(&self, patience: Duration) -> bool {
        self.end.within(patience).is_some()
    }

    /// Waits for its end, however long it takes.
    pub fn wait(&self) {
        self.end.wait();
    }

    /// Its end.
    #[must_use]
    pub fn end(&self) -> &ProcessEnd {
        &self.end
    }
}

impl ProcessEnd {
    fn of(mut child: Child) -> Result<Self> {
        let (alive, come) = bounded(0);
        let status = Arc::new(OnceLock::new());
        let told = Arc::clone(&status);
        let wait = move || {
            // Nobody else waits for it.
            if let Ok(end) = child.wait() {
                let _ = told.set(end);
            }
            drop(alive);
        };
        let thread = thread::Builder::new().name("instrsh-wait".into());
        thread
            .spawn(wait)
            .map_err(|error| Error::system("cannot start a thread", &error))?;
        Ok(Self { come, status })
    }

    /// How the process has ended, if it has by then.
    #[must_use]
    pub fn within(&self, patience: Duration) -> Option<ExitStatus> {
        match self.come.recv_timeout(patience) {
            Err(RecvTimeoutError::Disconnected) => self.status.get().copied(),
            _ => None,
        }
    }

    /// Waits for it, however long it takes.
    pub fn wait(&self) {
        // Nothing is sent.
        let _ = self.come.recv();
    }

    /// Disconnected when it has come.
    #[must_use]
    pub fn come(&self) -> &Receiver<()> {
        &self.come
    }
}

/// The error for a Python that has ended before it could run the program: it has said why.
fn not_started(end: &ProcessEnd) -> Error {
    end.wait();
    if matches!(end.status.get().and_then(ExitStatus::code), Some(0 | 2)) {
        return unsuitable_options();
    }
    let how = end.status.get().map(|end| how_it_ended(*end));
    Error::new(format!(
        "CPython does not start: it ended {}",
        how.unwrap_or_default()
    ))
    .hint(IS_IT_WHOLE)
}

/// `with status 7`, `by signal 11 (SIGSEGV)`
#[must_use]
pub fn how_it_ended(end: ExitStatus) -> String {
    match end.code() {
        Some(status) => format!("with status {status}"),
        None => format!("by {}", end.to_string().replace("signal: ", "signal ")),
    }
}

/// Shells report a signal as this plus its number.
const ENDED_BY_SIGNAL: i32 = 128;

/// What is told of a process that has ended without its interpreter.
pub(super) fn ended(end: ExitStatus) -> Gone {
    Gone {
        sentence: format!("the program ended the process {}", how_it_ended(end)),
        hint: hint(end).to_owned(),
        status: end
            .code()
            .unwrap_or(ENDED_BY_SIGNAL + end.signal().unwrap_or_default()),
    }
}

/// What is told of a process that is no Python any more.
pub(super) fn replaced() -> Gone {
    Gone {
        sentence:
            "the program has replaced itself by another one, or has closed the agent's socket"
                .to_owned(),
        hint: "`os.exec...` does that; nothing more is counted there, and `exit` ends it"
            .to_owned(),
        status: 0,
    }
}

fn hint(end: ExitStatus) -> &'static str {
    match end.signal().and_then(Signal::from_named_raw) {
        None => "with `instrsh --hold` you can patch it before it starts",
        Some(Signal::KILL) => {
            "if nobody sent it, `dmesg` in another terminal shows whether memory ran out"
        }
        Some(
            Signal::SEGV
            | Signal::BUS
            | Signal::FPE
            | Signal::ILL
            | Signal::ABORT
            | Signal::TRAP
            | Signal::SYS,
        ) => "`instrsh --python-option -Xfaulthandler` shows where it crashed",
        Some(_) => "the program or another process sent it; `exit` ends both cleanly",
    }
}
