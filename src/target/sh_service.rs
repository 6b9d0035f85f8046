//! The supervisor's side of `sh`: starts one for each request, lends it the terminal, and tells of its
//! end. See `sh.rs` for the messages.

#![expect(
    unsafe_code,
    reason = "what is done between fork and exec, which std does not do by itself"
)]

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, WaitOptions, waitpid};

use super::lent_terminal::Terminal;
use super::sh::{IN_FRONT, LONGEST_SH_COMMAND, ShRequests, receive, send};
use super::signals::action_of;

/// What a `sh` finds as the process was started with, although the supervisor has changed it.
const RESTORED: [libc::c_int; 9] = [
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGTSTP,
    libc::SIGTTOU,
    libc::SIGXFSZ,
];

/// Starts a `sh` for whoever asks.
pub struct ShService {
    /// None when nobody can ask any more.
    requests: Option<OwnedFd>,
    running: Vec<Running>,
    /// The terminal that can be lent.
    terminal: Option<Terminal>,
    /// What was ignored from the start.
    ignored: Vec<libc::c_int>,
}

/// A `sh` that has not ended.
struct Running {
    process: Pid,
    /// Where to tell of its end.
    end: File,
}

/// What has become of one.
enum News {
    None,
    Stopped,
    /// With the status that `wait` tells.
    Ended(i32),
}

impl ShService {
    /// Must be made before this process handles any signals.
    ///
    /// # Errors
    /// If the system gives no further descriptor.
    pub fn new(requests: ShRequests) -> io::Result<Self> {
        let is_ignored = |signal: &libc::c_int| {
            action_of(*signal).is_ok_and(|action| action.sa_sigaction == libc::SIG_IGN)
        };
        Ok(Self {
            requests: Some(requests.0),
            running: Vec::new(),
            terminal: Terminal::of_process()?,
            ignored: RESTORED.into_iter().filter(is_ignored).collect(),
        })
    }

    /// Where requests arrive, as long as somebody can make one.
    pub(super) fn requests(&self) -> Option<&OwnedFd> {
        self.requests.as_ref()
    }

    /// Whether none runs.
    pub(super) fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// Answers a request that has arrived.
    pub(super) fn serve(&mut self) {
        let Some(requests) = &self.requests else {
            return;
        };
        let mut message = vec![0; LONGEST_SH_COMMAND + 1];
        let (length, descriptors) = receive(requests, &mut message).unwrap_or_default();
        let Some((terminal, command)) = message[..length].split_first() else {
            self.requests = None;
            return;
        };
        let command = String::from_utf8_lossy(command);
        let started = match <[OwnedFd; 2]>::try_from(descriptors) {
            Ok(streams) => self.start(&command, streams, *terminal == IN_FRONT),
            // There was no room for them.
            Err(_) => Err(io::Error::from_raw_os_error(libc::EMFILE)),
        };
        let (number, descriptors) = match started {
            Ok(descriptors) => (0, Some(descriptors)),
            Err(error) => (error.raw_os_error().unwrap_or(libc::EINVAL), None),
        };
        let descriptors: Vec<_> = descriptors.iter().flatten().map(AsFd::as_fd).collect();
        if let Some(requests) = &self.requests {
            // Who asked may be gone.
            let _ = send(requests, &number.to_ne_bytes(), &descriptors);
        }
    }

    /// Starts one with these for its stdout and its stderr; gives its stdin, and where its end is told.
    fn start(
        &mut self,
        command: &str,
        [output, errors]: [OwnedFd; 2],
        is_in_front: bool,
    ) -> io::Result<[OwnedFd; 2]> {
        let (stdin, input) = pipe_with(PipeFlags::CLOEXEC)?;
        let (told, end) = pipe_with(PipeFlags::CLOEXEC)?;
        let mut sh = Command::new("/bin/sh");
        sh.arg("-c").arg(command);
        sh.stdin(stdin).stdout(output).stderr(errors);
        let terminal = self.terminal.as_mut().filter(|_| is_in_front);
        let lending = match terminal {
            Some(terminal) => terminal.prepare(&mut sh)?,
            None => None,
        };
        let ignored = self.ignored.clone();
        // SAFETY: makes system calls and nothing else; what it reads was there before the fork.
        unsafe { sh.pre_exec(move || restore(&ignored)) };
        let process = sh.spawn()?.id().cast_signed();
        let process = Pid::from_raw(process).ok_or(io::ErrorKind::NotFound)?;
        if let (Some(terminal), Some(lending)) = (&mut self.terminal, lending) {
            terminal.is_lent(process, lending);
        }
        let end = end.into();
        self.running.push(Running { process, end });
        Ok([input, told])
    }

    /// Looks for those that have ended, and tells of it. If one is stopped that has the terminal, as by
    /// Ctrl-Z, `stop` is called with the terminal where it was before, and comes back when all go on.
    pub(super) fn look_after(&mut self, mut stop: impl FnMut()) {
        let mut ended = Vec::new();
        for running in std::mem::take(&mut self.running) {
            match running.news() {
                News::Ended(status) => {
                    ended.push((running.end, status));
                    continue;
                }
                News::Stopped => {
                    if let Some(terminal) = &self.terminal {
                        terminal.rest(&mut stop);
                    }
                }
                News::None => {}
            }
            self.running.push(running);
        }
        if let Some(terminal) = self.terminal.as_mut().filter(|_| self.running.is_empty()) {
            terminal.take_back();
        }
        for (mut end, status) in ended {
            // Who waits may be gone.
            let _ = end.write_all(&status.to_ne_bytes());
        }
    }
}

impl Running {
    fn news(&self) -> News {
        let options = WaitOptions::UNTRACED | WaitOptions::NOHANG;
        match waitpid(Some(self.process), options) {
            Ok(Some((_, status))) if status.stopped() => News::Stopped,
            Ok(Some((_, status))) => News::Ended(status.as_raw()),
            Ok(None) | Err(_) => News::None,
        }
    }
}

/// Lets each signal do again what it did when the process was started.
fn restore(ignored: &[libc::c_int]) -> io::Result<()> {
    for signal in RESTORED {
        let action = if ignored.contains(&signal) {
            libc::SIG_IGN
        } else {
            libc::SIG_DFL
        };
        // SAFETY: neither of the two runs any code.
        if unsafe { libc::signal(signal, action) } == libc::SIG_ERR {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}
