//! Interrupts the program, also in the middle of a blocking call.
//!
//! The signal is sent while no other thread runs Python, by the worker, which learns when Python has
//! checked for it. Until then the thread is nudged by a signal that interrupts blocking calls and has
//! no other effect.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, bounded};

use super::life::LIFE;
use super::progress::Progress;
use super::worker::Job;
use crate::cpython::{SignalledThread, has_checked, nudge};
use crate::protocol::Interruption;

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

/// The thread that runs the program, where signals are sent.
pub(super) struct ProgramThread(SignalledThread);

impl ProgramThread {
    /// This thread.
    pub(super) fn new(thread: SignalledThread) -> Self {
        Self(thread)
    }

    /// Sends the program a SIGINT, as Ctrl-C would; none if it has ended.
    pub(super) fn interrupt(&self, jobs: &Sender<Job>) -> Option<Interruption> {
        if LIFE.has_ended_within(Duration::ZERO) {
            return None;
        }
        let progress = Arc::<Progress>::default();
        let (sent, sending) = bounded(1);
        let job = Job::Interrupt(self.0, sent, Arc::clone(&progress));
        // A worker that has ended sends nothing.
        let _ = jobs.send(job);
        let interruption = match sending.recv_deadline(Instant::now() + PATIENCE) {
            Ok(interruption) => interruption,
            Err(_) if progress.cancel() => {
                let interruption = self.0.interrupt();
                // The worker still learns about the check, as soon as possible.
                let _ = sending.recv_deadline(Instant::now() + LONG_PATIENCE);
                Some(interruption)
            }
            // The worker was faster.
            Err(_) => sending.recv().ok()?,
        };
        self.nudge_until_it_has_checked();
        interruption
    }

    fn nudge_until_it_has_checked(&self) {
        for pause in PAUSES {
            if LIFE.has_ended_within(pause) || has_checked() {
                return;
            }
            nudge(self.0);
        }
    }
}
