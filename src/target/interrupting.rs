//! Interrupts the program, also in the middle of a blocking call.
//!
//! The signal is sent while no other thread runs Python, by the worker, which learns when Python has
//! checked for it. Until then the thread is nudged by a signal that interrupts blocking calls and has
//! no other effect.

use std::time::{Duration, Instant};

use super::Target;
use super::foreground::can_wake;
use super::signals::WAKE;
use crate::cpython::has_checked;
use crate::protocol::Interruption;
use crate::session::Session;

/// How long to wait for the GIL before the signal is sent without it.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long to wait for C code that holds the GIL.
const LONG_PATIENCE: Duration = Duration::from_secs(1);
/// The pauses before each nudge. A thread that computes for longer in C checks when it returns.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(1),
    Duration::from_millis(10),
    Duration::from_millis(100),
];

impl Target {
    /// Sends the program a SIGINT, as Ctrl-C would; none if it has ended.
    #[must_use]
    pub fn send_interrupt(&self, session: &Session) -> Option<Interruption> {
        if self.has_ended_within(Duration::ZERO) {
            return None;
        }
        let sending = session.interrupt();
        let interruption = match sending.wait_until(Instant::now() + PATIENCE) {
            Some(Ok(interruption)) => interruption,
            _ if sending.progress.cancel() => {
                let interruption = self.thread.interrupt();
                // The worker still learns about the check, as soon as possible.
                let _ = sending.wait_until(Instant::now() + LONG_PATIENCE);
                Some(interruption)
            }
            // The worker was faster.
            _ => sending.wait().ok()?,
        };
        self.nudge();
        interruption
    }

    /// Interrupts blocking calls until the thread has checked, a few times at most.
    fn nudge(&self) {
        for pause in PAUSES {
            if self.has_ended_within(pause) || has_checked() {
                return;
            }
            if can_wake() {
                self.thread.signal(WAKE);
            }
        }
    }
}
