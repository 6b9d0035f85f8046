//! Sends signals to the program's thread.

#![expect(unsafe_code, reason = "signals are sent to a thread in C")]

use super::signals::interrupt_action;

/// A thread that signals can be sent to.
#[derive(Debug, Clone, Copy)]
pub(super) struct SignalledThread(libc::pthread_t);

/// The effect of a SIGINT for the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// It was sent.
    Sent,
    /// The program ignores it.
    Ignored,
    /// It was not sent: without a handler it would end the whole process.
    Deadly,
}

impl SignalledThread {
    /// The calling thread.
    pub(super) fn current() -> Self {
        // SAFETY: has no preconditions.
        Self(unsafe { libc::pthread_self() })
    }

    /// Sends a signal to the thread, which must not have ended.
    pub(super) fn signal(self, signal: libc::c_int) {
        // SAFETY: the program thread lives until it is told to finalise, which comes after.
        unsafe { libc::pthread_kill(self.0, signal) };
    }

    /// Sends SIGINT to the thread if there is a handler; otherwise it would end the whole process.
    /// The thread must not have ended.
    pub(super) fn interrupt(self) -> Interruption {
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
