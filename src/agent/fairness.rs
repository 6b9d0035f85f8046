//! Fairness: when to let other threads have the GIL.
//!
//! A thread of the program that waits for the GIL sleeps, and takes time to wake up. A slice that
//! follows at once would overtake it, and so would the next ones, for about 5 ms, until CPython
//! insists. So if this thread had to wait for the GIL, it pauses after holding it for a twentieth
//! of that wait: after one slice beside one busy thread, and after several beside very many
//! threads, which wait for each other.

use std::cell::Cell;
use std::thread;
use std::time::Duration;

use super::worker::SLICE;

/// A longer wait for the GIL means that another thread was running and wants it back.
const CONTENDED: Duration = Duration::from_micros(100);
/// A turn lasts up to this fraction of the wait before it.
const SHARE: u32 = 20;
/// How long a thread takes to wake up.
const WAKING: Duration = Duration::from_micros(50);

thread_local! {
    /// The rest of this thread's turn; none if no other thread wants the GIL.
    static LEFT: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Records how long this thread waited for the GIL and held it. If its turn is over, pauses to let
/// others run; the GIL must have been released.
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

    /// CPython's switch interval: how long a thread runs while others wait.
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
