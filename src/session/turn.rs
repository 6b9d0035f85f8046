//! Whose turn it is with the interpreter.
//!
//! A thread of the target that wants it back sleeps, and takes some time to wake up. A slice that follows
//! at once would come before it, and so would the next ones, for some 5 ms: only then does CPython insist.
//! So a turn that had to be waited for is given up as soon as it has lasted as long as a slice.

use std::cell::Cell;
use std::thread;
use std::time::Duration;

use super::worker::SLICE;

/// Who had to wait so long for the interpreter has taken it from somebody who wants it back.
const CONTENDED: Duration = Duration::from_micros(100);
/// How long a thread takes to wake up.
const WAKING: Duration = Duration::from_micros(50);

thread_local! {
    /// For how long this thread has held the interpreter in its turn; none if nobody else wants it.
    static TURN: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Takes in that this thread has waited for the interpreter and held it. Lets others have it if the turn
/// is over: it must have been let go of.
pub(super) fn held(waited: Duration, held: Duration) {
    if is_over(waited, held) {
        thread::sleep(WAKING);
    }
}

fn is_over(waited: Duration, held: Duration) -> bool {
    let before = if waited > CONTENDED {
        Some(Duration::ZERO)
    } else {
        TURN.get()
    };
    let now = before.map(|before| before + held);
    let is_over = now.is_some_and(|now| now >= SLICE);
    TURN.set(now.filter(|_| !is_over));
    is_over
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITED: Duration = Duration::from_millis(5);
    const BRIEF: Duration = Duration::from_micros(2);

    #[test]
    fn a_turn_that_was_waited_for_is_over_after_a_slice_in_however_many_pieces() {
        assert!(is_over(WAITED, SLICE));
        assert!(!is_over(WAITED, BRIEF));
        assert!(!is_over(BRIEF, SLICE / 2));
        assert!(is_over(BRIEF, SLICE / 2));
    }

    #[test]
    fn while_nobody_else_wants_the_interpreter_no_turn_ends() {
        assert!((0..1000).all(|_| !is_over(BRIEF, SLICE)));
        assert!(is_over(WAITED, SLICE));
        assert!(!is_over(BRIEF, SLICE));
    }
}
