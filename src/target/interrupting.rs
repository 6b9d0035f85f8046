//! An interrupt that does not get lost.
//!
//! Python's signal handler only sets a flag. The thread checks it from time to time between two
//! instructions, or when a signal interrupts a system call. A signal that arrives after the last
//! check and before the call is noticed by neither, and a blocking call sleeps on; this happens
//! under `python` as well.
//!
//! So a pending call is queued as well, which CPython makes when it checks; until it was made, the
//! thread is nudged by a signal that interrupts blocking calls and has no other effect.

#![expect(unsafe_code, reason = "pending calls are queued in C")]

use std::ffi::{c_int, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pyo3::ffi;

use super::foreground::can_wake;
use super::signals::WAKE;
use super::{Interruption, Target};
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

/// Whether [`look`] is queued: only once, since there are 32 places.
static IS_QUEUED: AtomicBool = AtomicBool::new(false);

impl Target {
    /// Sends the program a SIGINT, as Ctrl-C would; none if it has ended.
    #[must_use]
    pub fn send_interrupt(&self, session: &Session) -> Option<Interruption> {
        if self.has_ended_within(Duration::ZERO) {
            return None;
        }
        let thread = self.thread;
        let is_to_be_sent = Arc::new(AtomicBool::new(true));
        let send_once = move || {
            is_to_be_sent
                .swap(false, Ordering::AcqRel)
                .then(|| thread.interrupt())
        };
        let sending = session.while_held({
            let send_once = send_once.clone();
            move || {
                queue();
                send_once()
            }
        });
        let interruption = match sending.reply.recv_timeout(PATIENCE) {
            Ok(Ok(interruption)) => interruption,
            _ => send_once().or_else(|| sending.reply.recv().ok()?.ok()?),
        };
        // If the signal was sent without the GIL, the call is queued as soon as possible.
        let _ = sending.reply.recv_timeout(LONG_PATIENCE);
        self.nudge();
        interruption
    }

    /// Interrupts blocking calls until the thread has checked, a few times at most.
    fn nudge(&self) {
        for pause in PAUSES {
            if self.has_ended_within(pause) || !IS_QUEUED.load(Ordering::Acquire) {
                return;
            }
            if can_wake() {
                self.thread.signal(WAKE);
            }
        }
    }
}

/// Queues [`look`] for the thread's next check. The GIL must be held: in 3.11 and 3.12 another
/// thread that queues a call hides the flag of a signal until the thread takes the GIL.
fn queue() {
    if !IS_QUEUED.swap(true, Ordering::AcqRel) {
        // SAFETY: takes any function of this signature, at any time.
        let refused = unsafe { ffi::Py_AddPendingCall(Some(look), std::ptr::null_mut()) } != 0;
        if refused {
            IS_QUEUED.store(false, Ordering::Release);
        }
    }
}

/// Called by CPython after it has checked for signals.
extern "C" fn look(_: *mut c_void) -> c_int {
    IS_QUEUED.store(false, Ordering::Release);
    0
}
