//! An interrupt that does not get lost.
//!
//! Python's handler of a signal only makes a note. The thread looks at it between two instructions, or
//! when a system call says that a signal came. A signal that comes behind the last look, and before the
//! call, is noticed by neither, and what blocks then sleeps on; under `python` as well.
//!
//! So the signal is sent while the interpreter is held and the thread is asleep: either it sleeps in that
//! call already, or it waits for the interpreter, and looks when it gets it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Interruption, Target};
use crate::session::Session;

/// How long it is tried: a thread that computes for so long in C takes the note when it comes back.
const PATIENCE: Duration = Duration::from_secs(1);
/// From one try to the next.
const PAUSE: Duration = Duration::from_millis(1);
/// How long the interpreter is held for the thread to fall asleep: what runs bytecode soon waits for it.
const HOLD: Duration = Duration::from_micros(200);

impl Target {
    /// Sends the program a SIGINT, as Ctrl-C would; none if it has ended.
    #[must_use]
    pub fn send_interrupt(&self, session: &Session) -> Option<Interruption> {
        let deadline = Instant::now() + PATIENCE;
        let thread = self.thread;
        let is_to_be_sent = Arc::new(AtomicBool::new(true));
        let mut pause = Duration::ZERO;
        while !self.has_ended_within(pause) {
            let send = Arc::clone(&is_to_be_sent);
            let sending = session.while_held(move || {
                let start = Instant::now();
                while !thread.is_asleep() {
                    if start.elapsed() > HOLD {
                        return None;
                    }
                    std::thread::yield_now();
                }
                send.swap(false, Ordering::AcqRel)
                    .then(|| thread.interrupt())
            });
            match sending.reply.recv_deadline(deadline) {
                Ok(Ok(Some(outcome))) => return Some(outcome),
                Ok(Ok(None)) => pause = PAUSE,
                _ if is_to_be_sent.swap(false, Ordering::AcqRel) => {
                    return Some(thread.interrupt());
                }
                // It was sent at the last moment.
                _ => return sending.wait().ok().flatten(),
            }
        }
        None
    }
}
