//! The life of the program, as far as the agent has a say in it: held before its first line, and kept at its end,
//! until the shell lets it go.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The life of the one program of this process.
pub static LIFE: Life = Life {
    state: Mutex::new(State {
        may_start: false,
        has_ended: false,
        is_let_go: false,
    }),
    changed: Condvar::new(),
    is_quitting: AtomicBool::new(false),
};

/// See [`LIFE`].
pub struct Life {
    state: Mutex<State>,
    changed: Condvar,
    is_quitting: AtomicBool,
}

struct State {
    /// Whether it is released.
    may_start: bool,
    /// Whether it has ended, with its threads and exit handlers.
    has_ended: bool,
    /// Whether nobody needs it any more: a held one never starts, one that has ended is finalised.
    is_let_go: bool,
}

impl Life {
    /// Waits until the program is released; false if it is let go instead.
    #[must_use]
    pub fn hold(&self) -> bool {
        self.wait_while(|state| !state.may_start && !state.is_let_go)
            .may_start
    }

    /// Lets a held program start.
    pub(super) fn release(&self) {
        self.change(|state| state.may_start = true);
    }

    /// Whether it is released.
    pub(super) fn may_start(&self) -> bool {
        self.state().may_start
    }

    /// The program has ended.
    pub fn end(&self) {
        self.change(|state| state.has_ended = true);
    }

    /// Waits until the program is let go.
    pub fn keep(&self) {
        drop(self.wait_while(|state| !state.is_let_go));
    }

    /// A held program never starts, and one that has ended is finalised.
    pub(super) fn let_go(&self) {
        self.change(|state| state.is_let_go = true);
    }

    /// Waits for the end of the program.
    pub(super) fn has_ended_within(&self, patience: Duration) -> bool {
        let running = |state: &mut State| !state.has_ended;
        let waited = self
            .changed
            .wait_timeout_while(self.state(), patience, running);
        waited.unwrap_or_else(PoisonError::into_inner).0.has_ended
    }

    /// From now on the program ends because the shell leaves.
    pub(super) fn quit(&self) {
        self.is_quitting.store(true, Ordering::Relaxed);
    }

    /// Whether the program ends because the shell leaves.
    #[must_use]
    pub fn is_quitting(&self) -> bool {
        self.is_quitting.load(Ordering::Relaxed)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changed.notify_all();
    }

    fn wait_while(&self, condition: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let waited = self
            .changed
            .wait_while(self.state(), |state| condition(state));
        waited.unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
