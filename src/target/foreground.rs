//! The program in the foreground: its standard streams are the terminal itself, until it ends or
//! Ctrl-Z returns to the shell.
//!
//! A blocking read from the terminal in the program would take keys from the prompt. So a signal
//! without other effects wakes the program's thread. CPython then repeats the interrupted read, but
//! descriptor 0 is no longer the user's terminal. Curses does not repeat it: its `getch` reports once
//! that there was no key.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, AsRawFd, IntoRawFd, OwnedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

use super::signals::{self, WAKE, action_of, set_handler};
use crate::cpython::{INPUT_WATCH, SignalledThread};

/// Receives a byte for each Ctrl-Z.
static TELL: AtomicI32 = AtomicI32::new(-1);

/// Receives a byte when a thread was woken: the read end and the write end.
static WOKEN: OnceLock<(OwnedFd, OwnedFd)> = OnceLock::new();
/// A thread that was not woken by then, in nanoseconds, is not reading.
const PATIENCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 500_000_000,
};

/// Returns a file that receives a byte for each Ctrl-Z while the program is in the foreground. Must
/// be called once, before that.
///
/// # Errors
/// If the system has no pipe.
pub fn tell_of_stops() -> io::Result<File> {
    let (told, tell) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
    rustix::io::ioctl_fionbio(&told, false)?;
    TELL.store(tell.into_raw_fd(), Ordering::Release);
    Ok(told.into())
}

/// The program has the terminal while this lives.
pub struct Foreground {
    thread: SignalledThread,
    /// The program's previous streams, and the one on which it waits for the terminal again.
    before: [OwnedFd; 3],
    /// Whether the handler of Ctrl-Z is ours.
    is_told: bool,
}

impl Foreground {
    /// Gives the program the terminal.
    pub(super) fn new(thread: SignalledThread, terminal: &File) -> io::Result<Self> {
        let output = io::stdout().as_fd().try_clone_to_owned()?;
        let input = if output.is_terminal() {
            // A pseudo-terminal without a user.
            output.try_clone()?
        } else {
            io::stdin().as_fd().try_clone_to_owned()?
        };
        let before = [input, output, io::stderr().as_fd().try_clone_to_owned()?];
        let is_told = action_of(libc::SIGTSTP)?.sa_sigaction == libc::SIG_DFL;
        if is_told {
            set_handler(libc::SIGTSTP, Some(tell), libc::SA_RESTART)?;
        }
        if WOKEN.get().is_none() {
            // It is set only here, since there is one shell.
            let _ = WOKEN.set(pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?);
        }
        let foreground = Self {
            thread,
            before,
            is_told,
        };
        INPUT_WATCH.pause();
        dup2_stdin(terminal)?;
        dup2_stdout(terminal)?;
        dup2_stderr(terminal)?;
        foreground.wake();
        Ok(foreground)
    }

    /// Interrupts a read of the program's thread, and waits for that. A program with its own
    /// handler for the signal is not disturbed.
    fn wake(&self) {
        let Some((woken, _)) = WOKEN.get().filter(|_| can_wake()) else {
            return;
        };
        // Late ones belong to an earlier time.
        while rustix::io::read(woken, &mut [0; 64]).is_ok() {}
        self.thread.signal(WAKE);
        let _ = poll(&mut [PollFd::new(woken, PollFlags::IN)], Some(&PATIENCE));
    }
}

impl Drop for Foreground {
    fn drop(&mut self) {
        let [input, output, errors] = &self.before;
        // Fails only for bad descriptors, which these are not.
        let _ = dup2_stdin(input);
        INPUT_WATCH.again();
        let _ = dup2_stdout(output);
        let _ = dup2_stderr(errors);
        if self.is_told {
            // A handler that was accepted is accepted again.
            let _ = set_handler(libc::SIGTSTP, None, 0);
        }
        self.wake();
    }
}

extern "C" fn tell(_: libc::c_int) {
    signals::tell(TELL.load(Ordering::Acquire));
}

/// Interrupts a blocking call of the thread, if the signal for that is ours.
pub(super) fn nudge(thread: SignalledThread) {
    if can_wake() {
        thread.signal(WAKE);
    }
}

/// Whether the signal that wakes a thread is ours: it is, unless the program has its own handler.
pub(super) fn can_wake() -> bool {
    let handler = wake as extern "C" fn(libc::c_int) as usize;
    action_of(WAKE).is_ok_and(|action| match action.sa_sigaction {
        libc::SIG_DFL => set_handler(WAKE, Some(wake), 0).is_ok(),
        other => other == handler,
    })
}

/// Interrupts a blocking call, and does nothing else.
extern "C" fn wake(_: libc::c_int) {
    if let Some((_, told)) = WOKEN.get() {
        signals::tell(told.as_raw_fd());
    }
}
