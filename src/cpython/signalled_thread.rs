//! Sends signals to the program's thread.

#![expect(unsafe_code, reason = "signals are sent to a thread in C")]

use std::io;
use std::mem::MaybeUninit;

use crate::protocol::Interruption;

/// A thread of this process that signals can be sent to, by the number that the kernel gave it.
#[derive(Debug, Clone, Copy)]
pub struct SignalledThread(libc::pid_t);

impl SignalledThread {
    /// The calling thread.
    #[must_use]
    pub fn current() -> Self {
        // SAFETY: has no preconditions.
        Self(unsafe { libc::gettid() })
    }

    /// Sends a signal to the thread, unless it has ended.
    pub fn signal(self, signal: libc::c_int) {
        // SAFETY: has no preconditions; the kernel finds the thread in this process, or refuses.
        unsafe { libc::syscall(libc::SYS_tgkill, std::process::id(), self.0, signal) };
    }

    /// Sends SIGINT to the thread if there is a handler; otherwise it would end the whole process.
    #[must_use]
    pub fn interrupt(self) -> Interruption {
        let handler = interrupt_action().map_or(libc::SIG_DFL, |action| action.sa_sigaction);
        match handler {
            libc::SIG_DFL => Interruption::Deadly,
            libc::SIG_IGN => Interruption::Ignored,
            _ => {
                self.signal(libc::SIGINT);
                Interruption::Sent
            }
        }
    }
}

/// What a SIGINT does now.
///
/// # Errors
/// If the system refuses to say.
pub fn interrupt_action() -> io::Result<libc::sigaction> {
    action_of(libc::SIGINT)
}

/// What a signal does now.
///
/// # Errors
/// If there is no such signal.
pub fn action_of(signal: libc::c_int) -> io::Result<libc::sigaction> {
    let mut action = MaybeUninit::zeroed();
    // SAFETY: asks for the present action only, and zeroed memory is a valid one.
    unsafe {
        match libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) {
            0 => Ok(action.assume_init()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}
