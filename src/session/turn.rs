//! Whose turn it is with the interpreter.
//!
//! A thread of the target that wants it back sleeps, and takes some time to wake up. A slice that follows
//! at once would come before it, and so would the next ones, for some 5 ms: only then CPython insists. So
//! the worker gives up a turn that it had to wait for, as soon as it has held the interpreter for as long
//! as a slice takes.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::worker::SLICE;

/// Who had to wait so long for the interpreter has taken it from somebody who wants it back.
const CONTENDED: Duration = Duration::from_micros(100);
/// How long a thread takes to wake up.
const WAKING: Duration = Duration::from_micros(50);

/// For how long the interpreter was held in this turn; none if nobody else wants it.
#[derive(Default)]
pub(super) struct Turn(Mutex<Option<Duration>>);

impl Turn {
    /// Takes in that the interpreter was waited for and held. Lets others have it if the turn is over;
    /// must be called without it.
    pub(super) fn held(&self, waited: Duration, held: Duration) {
        if self.is_over(waited, held) {
            thread::sleep(WAKING);
        }
    }

    fn is_over(&self, waited: Duration, held: Duration) -> bool {
        let mut turn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waited > CONTENDED {
            *turn = Some(Duration::ZERO);
        }
        let so_far = turn.map(|so_far| so_far + held);
        *turn = so_far.filter(|so_far| *so_far < SLICE);
        so_far.is_some() && turn.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITED: Duration = Duration::from_millis(5);
    const BRIEF: Duration = Duration::from_micros(2);

    #[test]
    fn a_turn_that_was_waited_for_is_over_after_a_slice_in_however_many_pieces() {
        let turn = Turn::default();
        assert!(turn.is_over(WAITED, SLICE));
        assert!(!turn.is_over(WAITED, BRIEF));
        assert!(!turn.is_over(BRIEF, SLICE / 2));
        assert!(turn.is_over(BRIEF, SLICE / 2));
    }

    #[test]
    fn while_nobody_else_wants_the_interpreter_no_turn_ends() {
        let turn = Turn::default();
        assert!((0..1000).all(|_| !turn.is_over(BRIEF, SLICE)));
        assert!(turn.is_over(WAITED, SLICE));
        assert!(!turn.is_over(BRIEF, SLICE));
    }
}
