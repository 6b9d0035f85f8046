//! The program's thread as somebody who signals are sent to.

#![expect(unsafe_code, reason = "signals are sent to a thread in C")]

use std::fs;

use rustix::thread::gettid;

use super::signals::interrupt_action;

/// A thread that signals can be sent to.
#[derive(Debug, Clone, Copy)]
pub(super) struct SignalledThread {
    thread: libc::pthread_t,
    /// As the kernel numbers it.
    number: i32,
}

/// What becomes of a SIGINT for the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// It was sent.
    Sent,
    /// The program ignores it.
    Ignored,
    /// It was not sent: nobody handles it, and it would end the whole process.
    Deadly,
}

impl SignalledThread {
    /// The calling thread.
    pub(super) fn current() -> Self {
        Self {
            // SAFETY: has no preconditions.
            thread: unsafe { libc::pthread_self() },
            number: gettid().as_raw_nonzero().get(),
        }
    }

    /// Sends a signal to the thread, which must not have ended.
    pub(super) fn signal(self, signal: libc::c_int) {
        // SAFETY: the target thread lives until it is told to finalise, which comes after.
        unsafe { libc::pthread_kill(self.thread, signal) };
    }

    /// Sends SIGINT to the thread, if somebody handles it: else it would end the whole process.
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

    /// Whether the thread waits for something in the kernel now.
    pub(super) fn is_asleep(self) -> bool {
        // `proc_pid_stat(5)`: behind the name in parentheses stands the state.
        let status = fs::read_to_string(format!("/proc/self/task/{}/stat", self.number));
        status.is_ok_and(|status| {
            let fields = status.rsplit_once(") ");
            fields.is_some_and(|(_, fields)| fields.starts_with('S'))
        })
    }
}
