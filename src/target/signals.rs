//! Which thread gets which signal.
//!
//! A signal for the process belongs to the target, as it would under `python`; the kernel prefers
//! the process's first thread, so the shell's threads block all but what a terminal needs.

#![expect(unsafe_code, reason = "signal masks are set in C")]

use std::mem::MaybeUninit;

/// Signals of the terminal, which the shell handles, and those that mean a fault of the thread.
const FOR_ANY_THREAD: [libc::c_int; 10] = [
    libc::SIGWINCH,
    libc::SIGTSTP,
    libc::SIGTTIN,
    libc::SIGTTOU,
    libc::SIGCONT,
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGABRT,
];

/// Keeps signals for the target away from this thread and those that it starts.
pub fn leave_to_target() {
    // SAFETY: the set is filled before it is read; the calls have no other preconditions.
    unsafe {
        let mut set = MaybeUninit::uninit();
        libc::sigfillset(set.as_mut_ptr());
        for signal in FOR_ANY_THREAD {
            libc::sigdelset(set.as_mut_ptr(), signal);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, set.as_ptr(), std::ptr::null_mut());
    }
}

/// Lets all signals reach this thread, which its child processes inherit.
pub(super) fn accept_all() {
    // SAFETY: as above.
    unsafe {
        let mut set = MaybeUninit::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, set.as_ptr(), std::ptr::null_mut());
    }
}

/// A thread that signals can be sent to.
#[derive(Debug, Clone, Copy)]
pub(super) struct SignalledThread(libc::pthread_t);

impl SignalledThread {
    /// The calling thread.
    pub(super) fn current() -> Self {
        // SAFETY: has no preconditions.
        Self(unsafe { libc::pthread_self() })
    }

    /// Sends SIGINT to the thread, if somebody handles it: else it would end the whole process.
    /// The thread must not have ended.
    pub(super) fn interrupt(self) {
        let mut action = MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: asks for the present action only; zeroed memory is a valid `sigaction`. The
        // target thread lives until it is told to finalise, which comes after.
        unsafe {
            if libc::sigaction(libc::SIGINT, std::ptr::null(), action.as_mut_ptr()) != 0 {
                return;
            }
            let handler = action.assume_init().sa_sigaction;
            if handler != libc::SIG_DFL && handler != libc::SIG_IGN {
                libc::pthread_kill(self.0, libc::SIGINT);
            }
        }
    }
}
