//! The one sampler: counts at moments, and what came between them. All rates are derived from it.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Costs, Counts, Interval};

/// Counts at some moments, the oldest first. A `T` holds those of one callable or of many.
#[derive(Debug)]
pub struct Samples<T> {
    costs: Costs,
    kept: VecDeque<Sample<T>>,
}

#[derive(Debug)]
struct Sample<T> {
    /// The time since the session began.
    taken: Duration,
    counts: T,
}

/// Two samples and the time between them.
#[derive(Debug)]
pub struct Between<'a, T> {
    /// The counts at the beginning.
    pub before: &'a T,
    /// The counts at the end.
    pub now: &'a T,
    /// The time between them.
    pub length: Duration,
    /// What events cost.
    pub costs: Costs,
}

impl<T> Samples<T> {
    /// No samples so far.
    #[must_use]
    pub fn new(costs: Costs) -> Self {
        Self {
            costs,
            kept: VecDeque::new(),
        }
    }

    /// What events cost.
    #[must_use]
    pub fn costs(&self) -> Costs {
        self.costs
    }

    /// Adds a sample; `taken` is the time since the session began.
    pub fn add(&mut self, taken: Duration, counts: T) {
        self.kept.push_back(Sample { taken, counts });
    }

    /// Replaces the newest sample, so that the last interval grows. The first one stays.
    pub fn replace_newest(&mut self, taken: Duration, counts: T) {
        if self.kept.len() > 1 {
            self.kept.pop_back();
        }
        self.add(taken, counts);
    }

    /// Forgets the oldest samples beyond a number of intervals.
    pub fn keep_intervals(&mut self, number: usize) {
        let excess = self.kept.len().saturating_sub(number + 1);
        self.kept.drain(..excess);
    }

    /// Forgets the oldest samples that are not needed to look back for this time.
    pub fn keep_time(&mut self, time: Duration) {
        let Some(newest) = self.taken() else {
            return;
        };
        let is_enough = |sample: &Sample<T>| newest.saturating_sub(sample.taken) >= time;
        while self.kept.get(1).is_some_and(is_enough) {
            self.kept.pop_front();
        }
    }

    /// When the newest one was taken.
    #[must_use]
    pub fn taken(&self) -> Option<Duration> {
        self.kept.back().map(|newest| newest.taken)
    }

    /// The newest counts.
    #[must_use]
    pub fn newest(&self) -> Option<&T> {
        self.kept.back().map(|newest| &newest.counts)
    }

    /// All counts.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.kept.iter_mut().map(|sample| &mut sample.counts)
    }

    /// The last interval.
    #[must_use]
    pub fn last(&self) -> Option<Between<'_, T>> {
        let before = self.kept.len().checked_sub(2)?;
        self.between(before, before + 1)
    }

    /// The last interval; before the end of the first one, an empty one.
    #[must_use]
    pub fn last_or_empty(&self) -> Option<Between<'_, T>> {
        let newest = self.kept.len().checked_sub(1)?;
        self.between(newest.saturating_sub(1), newest)
    }

    /// All intervals together, if they took at least `least`.
    #[must_use]
    pub fn all(&self, least: Duration) -> Option<Between<'_, T>> {
        let all = self.between(0, self.kept.len().checked_sub(1)?);
        all.filter(|all| all.length >= least)
    }

    /// The intervals, the oldest first.
    pub fn intervals(&self) -> impl Iterator<Item = Between<'_, T>> {
        (1..self.kept.len()).filter_map(|now| self.between(now - 1, now))
    }

    fn between(&self, before: usize, now: usize) -> Option<Between<'_, T>> {
        let (before, now) = self.kept.get(before).zip(self.kept.get(now))?;
        Some(Between {
            before: &before.counts,
            now: &now.counts,
            length: now.taken.saturating_sub(before.taken),
            costs: self.costs,
        })
    }
}

impl<T> Between<'_, T> {
    /// The interval of what `read` finds in both samples.
    pub fn interval(&self, read: impl Fn(&T) -> Counts) -> Interval {
        self.counted(&read(self.before), &read(self.now))
    }

    /// The interval of counts in both samples.
    #[must_use]
    pub fn counted(&self, before: &Counts, now: &Counts) -> Interval {
        Interval {
            counts: now.since(before),
            length: self.length,
            costs: self.costs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::Recorded;

    fn samples(hits: &[(u64, u64)]) -> Samples<u64> {
        let mut samples = Samples::new(Costs::default());
        for (second, hits) in hits {
            samples.add(Duration::from_secs(*second), *hits);
        }
        samples
    }

    /// Hits per second.
    fn rate(between: &Between<'_, u64>) -> f64 {
        let interval = between.interval(|hits| {
            Recorded {
                hits: *hits,
                ..Recorded::default()
            }
            .into()
        });
        interval.per_second(interval.counts.recorded.hits)
    }

    fn rates(samples: &Samples<u64>) -> Vec<f64> {
        samples.intervals().map(|it| rate(&it)).collect()
    }

    #[test]
    fn rates_are_differences_over_their_time() {
        let samples = samples(&[(1, 10), (3, 30), (4, 31)]);
        assert_eq!(rates(&samples), [10.0, 1.0]);
        assert_eq!(samples.last().map(|it| rate(&it)), Some(1.0));
        let all = samples.all(Duration::from_secs(3));
        assert_eq!(all.map(|it| rate(&it)), Some(7.0));
        assert!(samples.all(Duration::from_secs(4)).is_none());
    }

    #[test]
    fn one_sample_makes_no_interval() {
        let samples = samples(&[(1, 10)]);
        assert!(samples.last().is_none() && rates(&samples).is_empty());
        assert_eq!(samples.last_or_empty().map(|it| rate(&it)), Some(0.0));
        assert!(samples.all(Duration::from_millis(1)).is_none());
        assert!(Samples::<u64>::new(Costs::default()).last().is_none());
    }

    #[test]
    fn a_replaced_sample_makes_the_last_interval_longer() {
        let mut samples = samples(&[(0, 0)]);
        samples.replace_newest(Duration::from_secs(1), 3);
        assert_eq!(rates(&samples), [3.0]);
        samples.replace_newest(Duration::from_secs(4), 8);
        assert_eq!(rates(&samples), [2.0]);
    }

    #[test]
    fn old_samples_are_forgotten() {
        let all = [(0, 0), (1, 1), (2, 3), (3, 6), (4, 10)];
        let mut kept = samples(&all);
        kept.keep_intervals(2);
        assert_eq!(rates(&kept), [3.0, 4.0]);
        let mut kept = samples(&all);
        kept.keep_time(Duration::from_millis(1500));
        assert_eq!(rates(&kept), [3.0, 4.0]);
        kept.keep_time(Duration::from_mins(1));
        assert_eq!(rates(&kept), [3.0, 4.0]);
    }
}
