//! A command line for `sh`, with the surroundings that the shell was started with.

#![expect(
    unsafe_code,
    reason = "what is done between fork and exec, which std does not do by itself"
)]

use std::fs::File;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};

use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, WaitOptions, waitpid};

use super::lent_terminal::{Lent, lend};
use super::origin::restore_signals;

/// The system accepts arguments of at most 128 KiB, including the NUL at the end.
pub const LONGEST_SH_COMMAND: usize = (128 << 10) - 1;

/// Who has the terminal while `sh` runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalOf {
    /// `sh`, which gets its own process group: a Ctrl-C reaches only it.
    Sh,
    /// Both, as in a script: `sh` stays in the process group of the shell.
    All,
}

/// A running `sh`.
#[derive(Debug)]
pub struct Sh {
    /// Its standard input.
    pub input: File,
    /// Reports its end.
    pub end: ShEnd,
}

/// Waits for the end of a `sh`.
#[derive(Debug)]
pub struct ShEnd {
    process: Pid,
    lent: Option<Lent>,
}

impl Sh {
    /// Makes `sh` run a command line of at most [`LONGEST_SH_COMMAND`] bytes without a NUL, with
    /// this stdout and stderr.
    ///
    /// # Errors
    /// The error of the system.
    pub fn start(
        command: &str,
        output: BorrowedFd<'_>,
        errors: BorrowedFd<'_>,
        terminal: TerminalOf,
    ) -> io::Result<Self> {
        let (stdin, input): (OwnedFd, OwnedFd) = pipe_with(PipeFlags::CLOEXEC)?;
        let mut sh = Command::new("/bin/sh");
        sh.arg("-c").arg(command).stdin(stdin);
        sh.stdout(output.try_clone_to_owned()?);
        sh.stderr(errors.try_clone_to_owned()?);
        let lent = match terminal {
            TerminalOf::Sh => lend(&mut sh)?,
            TerminalOf::All => None,
        };
        // SAFETY: makes system calls and nothing else; what it reads was there before the fork.
        unsafe {
            sh.pre_exec(|| {
                restore_signals();
                Ok(())
            });
        }
        let process = sh.spawn()?.id().cast_signed();
        let process = Pid::from_raw(process).ok_or(io::ErrorKind::NotFound)?;
        if let Some(lent) = &lent {
            lent.is_taken_by(process);
        }
        Ok(Self {
            input: input.into(),
            end: ShEnd { process, lent },
        })
    }
}

impl ShEnd {
    /// Waits for it, and returns how it ended. Meanwhile the shell stops whenever it does, if it has the terminal.
    ///
    /// # Errors
    /// If somebody else has waited for it.
    pub fn wait(self) -> io::Result<ExitStatus> {
        loop {
            match waitpid(Some(self.process), WaitOptions::UNTRACED) {
                Err(Errno::INTR) | Ok(None) => {}
                Err(error) => return Err(error.into()),
                Ok(Some((_, status))) if status.stopped() => {
                    if let Some(lent) = &self.lent {
                        lent.stop_with_shell();
                    }
                }
                Ok(Some((_, status))) => return Ok(ExitStatus::from_raw(status.as_raw())),
            }
        }
    }
}
