//! How long the interpreter was held in one piece: each time counted by its length.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Lengths of one count differ by an eighth at most.
const STEPS: usize = 8;
/// For any number of nanoseconds that fits into 64 bits.
const COUNTS: usize = 64 * STEPS;

/// The holds of a session.
pub(super) struct Holds {
    counts: [AtomicU64; COUNTS],
    /// In nanoseconds.
    longest: AtomicU64,
}

/// How long the interpreter was held in one piece so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HoldTimes {
    /// Half of the holds were no longer.
    pub median: Duration,
    /// 99 % of them were no longer.
    pub most: Duration,
    /// None was longer.
    pub longest: Duration,
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
    /// Counts one hold.
    pub(super) fn add(&self, held: Duration) {
        let nanoseconds = u64::try_from(held.as_nanos()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get(place(nanoseconds)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.longest.fetch_max(nanoseconds, Ordering::Relaxed);
    }

    /// What they come to.
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

/// Where a length is counted: by its power of two, and which eighth of that it is in.
fn place(nanoseconds: u64) -> usize {
    let power = nanoseconds.max(1).ilog2();
    let eighths = (nanoseconds >> power.saturating_sub(STEPS.ilog2())) % STEPS as u64;
    power as usize * STEPS + usize::try_from(eighths).unwrap_or_default()
}

/// The length that those counted at a place do not reach.
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
