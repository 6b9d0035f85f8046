//! The signals that the shell receives: those that somebody sends to it are meant for the program as well.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::thread;

use rustix::process::{DumpableBehavior, getpid, getsid, set_dumpable_behavior};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;

use super::origin::{raise, set, was_ignored};

/// Those that the shell learns of, unless they were ignored from the start.
const HEARD: [libc::c_int; 7] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH];

/// A signal that has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrived {
    /// The terminal has another size.
    Resized,
    /// An interrupt: a key, or sent by this process.
    Interrupt(Option<u32>),
    /// The terminal has hung up, which the leader of its session alone is told.
    HangUp,
    /// Another signal, sent by this process.
    Sent(libc::c_int, u32),
}

/// Calls `hear` with each signal that arrives, on a thread of its own. Must be called once.
///
/// # Errors
/// If the system has no pipe, or no thread.
pub fn listen(hear: impl Fn(Arrived) + Send + 'static) -> io::Result<()> {
    let heard = HEARD.into_iter().filter(|signal| !was_ignored(*signal));
    let mut signals = SignalsInfo::<WithOrigin>::new(heard)?;
    let receive = move || {
        for origin in signals.forever() {
            let sender = origin.process.map(|process| process.pid.cast_unsigned());
            // What the terminal sends, it sends to the whole group.
            let sender = sender.filter(|sender| *sender != 0);
            let arrived = match (origin.signal, sender) {
                (SIGWINCH, _) => Arrived::Resized,
                (SIGINT, sender) => Arrived::Interrupt(sender),
                (SIGHUP, None) if is_leader() => Arrived::HangUp,
                (signal, Some(sender)) => Arrived::Sent(signal, sender),
                (_, None) => continue,
            };
            hear(arrived);
        }
    };
    let thread = thread::Builder::new().name("instrsh-signals".into());
    thread.spawn(receive).map(drop)
}

fn is_leader() -> bool {
    getsid(None) == Ok(getpid())
}

/// Ends as another process has: by the same signal if it was one; the answer is an exit status to end
/// with otherwise.
#[must_use]
pub fn follow(end: ExitStatus) -> u8 {
    if let Some(signal) = end.signal() {
        end_by(signal);
    }
    end.code().map_or(u8::MAX, |code| code.to_le_bytes()[0])
}

/// Does what a signal does by default.
pub fn end_by(signal: libc::c_int) {
    // The core that tells something is that of the other process.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    set(signal, libc::SIG_DFL);
    raise(signal);
}
