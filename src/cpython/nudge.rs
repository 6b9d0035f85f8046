//! A signal that interrupts a blocking call of the program's thread, and has no other effect.

#![expect(unsafe_code, reason = "signal handlers are set in C")]

use std::io;

use super::{SignalledThread, action_of};

/// By default it is ignored.
const WAKE: libc::c_int = libc::SIGURG;

/// Interrupts a blocking call of the thread, unless the program has its own handler for the signal.
pub fn nudge(thread: SignalledThread) {
    let ours = wake as extern "C" fn(libc::c_int) as usize;
    let can_wake = action_of(WAKE).and_then(|action| match action.sa_sigaction {
        libc::SIG_DFL => handle(action).map(|()| true),
        other => Ok(other == ours),
    });
    if can_wake.is_ok_and(|can_wake| can_wake) {
        thread.signal(WAKE);
    }
}

fn handle(mut action: libc::sigaction) -> io::Result<()> {
    action.sa_sigaction = wake as extern "C" fn(libc::c_int) as usize;
    action.sa_flags = 0;
    // SAFETY: the handler does nothing, and asks for no information.
    match unsafe { libc::sigaction(WAKE, &raw const action, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

extern "C" fn wake(_: libc::c_int) {}
