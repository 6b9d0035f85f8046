//! A histogram of how long the shell held the GIL at a time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::protocol::HoldTimes;

/// Steps per power of two: durations in one bin differ by at most an eighth.
const STEPS: usize = 8;
/// Enough bins for any 64-bit number of nanoseconds.
const COUNTS: usize = 64 * STEPS;

/// The holds of a session.
pub(super) struct Holds {
    counts: [AtomicU64; COUNTS],
    /// In nanoseconds.
    longest: AtomicU64,
}

impl Default for Holds {
    fn default() -> Self {
        Self {
            counts: [const { AtomicU64::new(0) }; COUNTS],
            longest: AtomicU64::new(0),
        }
    }
}

impl Holds {
    /// Adds one duration.
    pub(super) fn add(&self, held: Duration) {
        let nanoseconds = u64::try_from(held.as_nanos()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get(place(nanoseconds)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.longest.fetch_max(nanoseconds, Ordering::Relaxed);
    }

    /// The statistics so far.
    pub(super) fn times(&self) -> HoldTimes {
        let counts = self.counts.each_ref();
        let counts = counts.map(|count| count.load(Ordering::Relaxed));
        let longest = self.longest.load(Ordering::Relaxed);
        let all: u64 = counts.iter().sum();
        let no_longer = |part: u64| {
            let mut seen = 0;
            let reached = counts.iter().position(|count| {
                seen += count;
                seen >= part
            });
            Duration::from_nanos(reached.map_or(longest, limit).min(longest))
        };
        HoldTimes {
            median: no_longer(all.div_ceil(2)),
            most: no_longer((all * 99).div_ceil(100)),
            longest: Duration::from_nanos(longest),
        }
    }
}

/// The bin of a duration: its power of two, and the eighth within that.
fn place(nanoseconds: u64) -> usize {
    let power = nanoseconds.max(1).ilog2();
    let eighths = (nanoseconds >> power.saturating_sub(STEPS.ilog2())) % STEPS as u64;
    power as usize * STEPS + usize::try_from(eighths).unwrap_or_default()
}

/// The exclusive upper limit of a bin.
fn limit(place: usize) -> u64 {
    let (power, eighth) = (place / STEPS, (place % STEPS) as u64);
    let steps = STEPS as u64 + eighth + 1;
    steps << power.saturating_sub(STEPS.ilog2() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_length_is_below_the_limit_of_its_place_and_not_below_that_before() {
        for nanoseconds in (9..5_000).chain([299_999, 300_000, 1 << 40, u64::MAX >> 1]) {
            let place = place(nanoseconds);
            assert!(nanoseconds < limit(place), "{nanoseconds}");
            assert!(nanoseconds >= limit(place - 1), "{nanoseconds}");
        }
    }

    #[test]
    fn ninety_nine_of_a_hundred_are_no_longer_than_most() {
        let holds = Holds::default();
        assert_eq!(holds.times(), HoldTimes::default());
        (0..99).for_each(|_| holds.add(Duration::from_micros(300)));
        holds.add(Duration::from_millis(20));
        let times = holds.times();
        let about = Duration::from_micros(300)..Duration::from_micros(340);
        assert!(
            about.contains(&times.median) && about.contains(&times.most),
            "{times:?}"
        );
        assert_eq!(times.longest, Duration::from_millis(20));
        holds.add(Duration::from_millis(20));
        assert!(holds.times().most > Duration::from_millis(19));
    }
}
