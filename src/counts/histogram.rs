//! Durations by length: a histogram whose percentiles are within 3 %, as data.
//!
//! Each power of two is split into [`STEPS`] buckets of nearly the same width, so a bucket is at most
//! 6/128 = 4.7 % wide, and its middle at most 2.4 % away from all that is in it:
//!
//! ```text
//! ticks     0   1   2  ...  63 │ 64  67  70 ...              │ 128  134  139 ...
//! bucket    0   1   2  ...  63 │ two or three ticks each      │ five or six ticks each ...
//! ```

use serde::{Deserialize, Serialize};

/// Durations below this have a bucket for each tick.
const LINEAR: usize = 1 << LINEAR_BITS;
const LINEAR_BITS: u32 = 6;
/// Buckets for each power of two from there on.
const STEPS: usize = 24;
/// The bits below the highest one that choose among them.
const FINE_BITS: u32 = 7;
/// The number of buckets: the last one has what is longer than 2^45 ticks, about three hours.
pub(super) const BUCKETS: usize = LINEAR + STEPS * 39;

/// That one.
const LAST: usize = BUCKETS - 1;

/// The bucket of a duration in ticks.
#[inline]
pub(super) fn bucket_of(ticks: u64) -> usize {
    if ticks < LINEAR as u64 {
        #[expect(clippy::cast_possible_truncation, reason = "it is below `LINEAR`")]
        return ticks as usize;
    }
    let power = ticks.ilog2();
    // The bits below the highest one, as a fraction of 2^7.
    let fraction = ((ticks << (63 - power)) << 1) >> (64 - FINE_BITS);
    let step = (fraction as usize * STEPS) >> FINE_BITS;
    let bucket = LINEAR + (power - LINEAR_BITS) as usize * STEPS + step;
    bucket.min(BUCKETS - 1)
}

/// The shortest duration of a bucket, in ticks.
fn least_of(bucket: usize) -> u64 {
    let Some(behind) = bucket.checked_sub(LINEAR) else {
        return bucket as u64;
    };
    let (power, step) = (behind / STEPS, behind % STEPS);
    let fraction = ((step << FINE_BITS).div_ceil(STEPS)) as u64;
    let power = u32::try_from(power).map_or(63, |power| power + LINEAR_BITS);
    let one = 1_u128 << power;
    let least = one + ((u128::from(fraction) << power) >> FINE_BITS);
    // A fraction of a tick: the next whole one is the first in the bucket.
    let is_whole = (u128::from(fraction) << power).trailing_zeros() >= FINE_BITS;
    u64::try_from(least + u128::from(!is_whole)).unwrap_or(u64::MAX)
}

/// How many durations there are in each bucket, from the first that has any to the last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    first: usize,
    numbers: Vec<u64>,
}

impl Histogram {
    /// From the numbers of the buckets from `first` on.
    pub(super) fn new(first: usize, mut numbers: Vec<u64>) -> Self {
        let is_used = |number: &u64| *number > 0;
        let Some(empty) = numbers.iter().position(is_used) else {
            return Self::default();
        };
        let end = numbers.iter().rposition(is_used).map_or(0, |last| last + 1);
        numbers.truncate(end);
        numbers.drain(..empty);
        Self {
            first: first + empty,
            numbers,
        }
    }

    /// The numbers of durations, each with its bucket.
    fn numbered(&self) -> impl Iterator<Item = (usize, u64)> {
        (self.first..).zip(self.numbers.iter().copied())
    }

    /// The number of durations.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.numbers.iter().sum()
    }

    /// The duration in ticks that the given share of all durations does not exceed; `share` is from 0 to 1.
    /// Within 3 % of it; none if there are no durations.
    #[must_use]
    pub fn percentile(&self, share: f64) -> Option<u64> {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank among the durations; beyond 2^53 of them it is one nearby"
        )]
        let rank = ((self.total() as f64 * share).ceil() as u64).clamp(1, self.total().max(1));
        let mut seen = 0;
        let found = self.numbered().find(|(_, number)| {
            seen += number;
            seen >= rank
        });
        // The last bucket has no end.
        found.map(|(bucket, _)| {
            if bucket == LAST {
                u64::MAX
            } else {
                middle_of(bucket)
            }
        })
    }

    /// The numbers of durations in `columns` ranges of equal ratio between `from` and `to` ticks; what is
    /// outside counts in the first or last one.
    #[must_use]
    pub fn spread(&self, from: u64, to: u64, columns: usize) -> Vec<u64> {
        let mut spread = vec![0; columns];
        let Some(last) = columns.checked_sub(1) else {
            return spread;
        };
        let (from, to) = (logarithm(from), logarithm(to));
        for (bucket, number) in self.numbered().filter(|(_, number)| *number > 0) {
            let place = (logarithm(middle_of(bucket)) - from) / (to - from).max(1e-9);
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a place among a few columns, cut off at both ends"
            )]
            let column = (place * columns as f64).clamp(0.0, last as f64) as usize;
            spread[column] += number;
        }
        spread
    }

    /// Adds the durations of another one.
    pub fn add(&mut self, other: &Self) {
        if other.numbers.is_empty() {
            return;
        }
        if self.numbers.is_empty() {
            self.first = other.first;
        }
        let missing = self.first.saturating_sub(other.first);
        self.numbers.splice(..0, std::iter::repeat_n(0, missing));
        self.first -= missing;
        let place = other.first - self.first;
        let end = place + other.numbers.len();
        self.numbers.resize(self.numbers.len().max(end), 0);
        for (number, more) in self.numbers[place..].iter_mut().zip(&other.numbers) {
            *number = number.saturating_add(*more);
        }
    }

    /// What was added since an earlier state of the same histogram.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let mut numbers = self.numbers.clone();
        let ranges = before
            .numbered()
            .filter_map(|(bucket, number)| Some((bucket.checked_sub(self.first)?, number)));
        for (place, number) in ranges {
            if let Some(now) = numbers.get_mut(place) {
                *now = now.saturating_sub(number);
            }
        }
        Self::new(self.first, numbers)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a place on a scale")]
fn logarithm(ticks: u64) -> f64 {
    (ticks.max(1) as f64).ln()
}

/// The middle of a bucket, in ticks: nowhere in it is the ratio to it larger than 1.024.
fn middle_of(bucket: usize) -> u64 {
    let (least, behind) = (least_of(bucket), least_of(bucket + 1));
    least + (behind - least - 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_follow_each_other_without_a_gap() {
        for bucket in 0..BUCKETS - 1 {
            let (least, behind) = (least_of(bucket), least_of(bucket + 1));
            assert!(least < behind, "{bucket}");
            assert_eq!(bucket_of(least), bucket);
            assert_eq!(bucket_of(behind - 1), bucket);
        }
        assert_eq!(bucket_of(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn the_middle_of_a_bucket_is_within_3_percent_of_all_in_it() {
        for bucket in 0..BUCKETS - 1 {
            let (least, most) = (least_of(bucket), least_of(bucket + 1) - 1);
            let middle = middle_of(bucket);
            assert!((least..=most).contains(&middle));
            assert!((middle - least) * 100 <= 3 * least, "{bucket}");
            assert!((most - middle) * 100 <= 3 * most, "{bucket}");
        }
    }

    fn of(durations: &[u64]) -> Histogram {
        let mut numbers = vec![0; BUCKETS];
        for duration in durations {
            numbers[bucket_of(*duration)] += 1;
        }
        Histogram::new(0, numbers)
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_durations() {
        // A long tail, and the same in each run.
        let durations: Vec<u64> = (1_u64..=10_000)
            .map(|it| it * it * it % 99_991_777)
            .collect();
        let histogram = of(&durations);
        let mut sorted = durations;
        sorted.sort_unstable();
        for (share, place) in [(0.5, 4_999), (0.9, 8_999), (0.99, 9_899), (1.0, 9_999)] {
            let (found, exact) = (histogram.percentile(share).expect("some"), sorted[place]);
            assert!(
                found.abs_diff(exact) * 100 <= 3 * exact,
                "{share}: {found}, not {exact}"
            );
        }
        assert_eq!(histogram.total(), 10_000);
        assert_eq!(Histogram::default().percentile(0.5), None);
        assert_eq!(of(&[7]).percentile(0.0), Some(7));
    }

    #[test]
    fn histograms_add_up_and_differ() {
        let (mut both, right) = (of(&[1, 5, 5]), of(&[5, 9_000]));
        let left = both.clone();
        both.add(&right);
        assert_eq!(both, of(&[1, 5, 5, 5, 9_000]));
        assert_eq!(both.since(&left), right);
        both.add(&Histogram::default());
        both.add(&of(&[2]));
        assert_eq!(both, of(&[1, 2, 5, 5, 5, 9_000]));
        assert_eq!(left.since(&right), of(&[1, 5]));
        assert_eq!(both.since(&both), Histogram::default());
    }

    #[test]
    fn a_spread_has_everything_in_some_column() {
        let histogram = of(&[1, 50, 500, 5_000, 1_000_000]);
        assert_eq!(histogram.spread(10, 10_000, 3), [2, 1, 2]);
        assert!(histogram.spread(10, 10_000, 0).is_empty());
    }
}
