//! Whose turn it is with the interpreter.
//!
//! A thread of the target that wants it back sleeps, and takes some time to wake up. A slice that follows
//! at once would come before it, and so would the next ones, for some 5 ms: only then does CPython insist.
//! So a turn that had to be waited for is given up when it has lasted a twentieth as long: beside one
//! busy thread that is a slice, and beside very many, who wait for each other, it is several.

use std::cell::Cell;
use std::thread;
use std::time::Duration;

use super::worker::SLICE;

/// Who had to wait so long for the interpreter has taken it from somebody who wants it back.
const CONTENDED: Duration = Duration::from_micros(100);
/// A turn may last this part of the time that it was waited for.
const SHARE: u32 = 20;
/// How long a thread takes to wake up.
const WAKING: Duration = Duration::from_micros(50);

thread_local! {
    /// What is left of this thread's turn; none if nobody else wants the interpreter.
    static LEFT: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Takes in that this thread has waited for the interpreter and held it. Lets others have it if the turn
/// is over: it must have been let go of.
pub(super) fn held(waited: Duration, held: Duration) {
    if is_over(waited, held) {
        thread::sleep(WAKING);
    }
}

fn is_over(waited: Duration, held: Duration) -> bool {
    let left = if waited > CONTENDED {
        Some(SLICE.max(waited / SHARE))
    } else {
        LEFT.get()
    };
    let left = left.map(|left| left.saturating_sub(held));
    LEFT.set(left.filter(|left| !left.is_zero()));
    left.is_some_and(|left| left.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As long as CPython lets a thread run that others wait for.
    const INTERVAL: Duration = Duration::from_millis(5);
    const BRIEF: Duration = Duration::from_micros(2);

    #[test]
    fn beside_one_busy_thread_a_turn_is_over_after_a_slice_in_however_many_pieces() {
        assert!(is_over(INTERVAL, SLICE));
        assert!(!is_over(INTERVAL, BRIEF));
        assert!(!is_over(BRIEF, SLICE / 2));
        assert!(is_over(BRIEF, SLICE / 2));
    }

    #[test]
    fn beside_many_it_lasts_for_several_slices() {
        let is_last = |slice| is_over(if slice == 1 { INTERVAL * 60 } else { BRIEF }, SLICE);
        assert_eq!((1..1000).find(|slice| is_last(*slice)), Some(50));
    }

    #[test]
    fn while_nobody_else_wants_the_interpreter_no_turn_ends() {
        assert!((0..1000).all(|_| !is_over(BRIEF, SLICE)));
        assert!(is_over(CONTENDED * 2, SLICE));
        assert!(!is_over(BRIEF, SLICE));
    }
}
