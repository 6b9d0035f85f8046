//! The counts of the last intervals, and their rates.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::cost::{core_share, per_second};
use super::roll::{Roll, Tally};
use super::rows::Row;

/// The number of intervals kept.
const INTERVALS: usize = 30;

/// Callables with their counts in the last intervals.
pub struct History {
    roll: Arc<Roll>,
    /// One more than there are intervals; the oldest first.
    tallies: VecDeque<Tally>,
    totals: Totals,
    began: Instant,
    /// Nanoseconds per hit.
    hook_cost: f64,
}

/// The sums over all callables.
#[derive(Debug, Clone, Copy, Default)]
pub struct Totals {
    /// The number of callables.
    pub callables: usize,
    /// The number of patched callables.
    pub patched: usize,
    /// Whether the program counts the calls of any callable.
    pub counts_calls: bool,
    /// The calls, of callables that the program counts.
    pub calls: u64,
    /// The hits, each hook counted once.
    pub hits: u64,
    /// Calls per second in the last interval.
    pub calls_per_second: f64,
    /// Hits per second in the last interval.
    pub hits_per_second: f64,
    /// The share of a core that these hits take; 1 is a whole core.
    pub core_share: f64,
}

impl History {
    /// Starts with the first counts; `hook_cost` is the cost of a hit in nanoseconds.
    #[must_use]
    pub fn new((roll, tally): (Arc<Roll>, Tally), hook_cost: f64) -> Self {
        let mut history = Self {
            roll,
            began: tally.taken(),
            tallies: VecDeque::from([tally]),
            totals: Totals::default(),
            hook_cost,
        };
        history.totals = history.sum_up();
        history
    }

    /// Adds the counts at the end of an interval, possibly of other callables than before.
    pub fn add(&mut self, counted: (Arc<Roll>, Tally)) {
        self.take_in(counted);
        if self.tallies.len() > INTERVALS + 1 {
            self.tallies.pop_front();
        }
    }

    /// Replaces the newest counts before an interval has ended. The last interval grows instead of
    /// adding a short one, whose rates would be accidental.
    pub fn update(&mut self, counted: (Arc<Roll>, Tally)) {
        let last = self.tallies.pop_back();
        if self.tallies.is_empty() {
            self.tallies.extend(last);
        }
        self.take_in(counted);
    }

    fn take_in(&mut self, (roll, tally): (Arc<Roll>, Tally)) {
        if !Arc::ptr_eq(&self.roll, &roll) {
            for earlier in &mut self.tallies {
                *earlier = roll.adopt(earlier, &self.roll, &tally);
            }
            self.roll = roll;
        }
        self.tallies.push_back(tally);
        self.totals = self.sum_up();
    }

    /// The callables and their names.
    #[must_use]
    pub fn roll(&self) -> &Arc<Roll> {
        &self.roll
    }

    /// The time from the first to the last counts.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        let last = self.tallies.back();
        last.map_or(Duration::ZERO, |last| last.taken() - self.began)
    }

    /// The sums over all callables.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// A callable with its last counts.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn row(&self, row: usize) -> Row {
        Row {
            calls: self.calls(row),
            hits: self.hits(row),
            ..self.roll.rows()[row].clone()
        }
    }

    /// The number of calls, if the program counts them.
    #[must_use]
    pub fn calls(&self, row: usize) -> Option<u64> {
        self.roll.calls(self.tallies.back()?, row)
    }

    /// The number of hits.
    #[must_use]
    pub fn hits(&self, row: usize) -> u64 {
        let last = self.tallies.back();
        last.map_or(0, |last| self.roll.hits(last, row))
    }

    /// Its calls per second in the last interval.
    #[must_use]
    pub fn calls_per_second(&self, row: usize) -> Option<f64> {
        self.calls_between(self.last_interval()?, row)
    }

    /// Its hits per second in the last interval.
    #[must_use]
    pub fn hits_per_second(&self, row: usize) -> f64 {
        let last = self.last_interval();
        last.map_or(0.0, |last| self.hits_between(last, row))
    }

    /// The share of a core that its hits take; 1 is a whole core.
    #[must_use]
    pub fn core_share(&self, row: usize) -> f64 {
        core_share(self.hits_per_second(row), self.hook_cost)
    }

    /// The cost of a hit, in nanoseconds.
    #[must_use]
    pub fn hook_cost(&self) -> f64 {
        self.hook_cost
    }

    /// Whether its counts changed in the last interval.
    #[must_use]
    pub fn has_changed(&self, row: usize) -> bool {
        self.new_calls(row).is_some_and(|calls| calls > 0) || self.new_hits(row) > 0
    }

    /// Its calls in the last interval, if the program counts them.
    #[must_use]
    pub fn new_calls(&self, row: usize) -> Option<u64> {
        let (before, now) = self.last_interval()?;
        let counts = self.roll.calls(before, row).zip(self.roll.calls(now, row));
        counts.map(|(then, calls)| calls.saturating_sub(then))
    }

    /// Its hits in the last interval.
    #[must_use]
    pub fn new_hits(&self, row: usize) -> u64 {
        self.last_interval().map_or(0, |(before, now)| {
            let then = self.roll.hits_ever(before, row);
            self.roll.hits_ever(now, row).saturating_sub(then)
        })
    }

    /// Its rates in the last intervals, the oldest first: of its calls if the program counts them,
    /// else of its hits.
    pub fn trend(&self, row: usize) -> impl Iterator<Item = f64> {
        let intervals = self.tallies.iter().zip(self.tallies.iter().skip(1));
        intervals.map(move |interval| {
            let calls = self.calls_between(interval, row);
            calls.unwrap_or_else(|| self.hits_between(interval, row))
        })
    }

    fn last_interval(&self) -> Option<(&Tally, &Tally)> {
        let last = self.tallies.len().checked_sub(2)?;
        self.tallies.get(last).zip(self.tallies.get(last + 1))
    }

    fn calls_between(&self, (before, now): (&Tally, &Tally), row: usize) -> Option<f64> {
        let counts = self.roll.calls(before, row).zip(self.roll.calls(now, row));
        counts.map(|(then, calls)| per_second(then, calls, time_between(before, now)))
    }

    fn hits_between(&self, (before, now): (&Tally, &Tally), row: usize) -> f64 {
        let then = self.roll.hits_ever(before, row);
        let hits = self.roll.hits_ever(now, row);
        per_second(then, hits, time_between(before, now))
    }

    fn sum_up(&self) -> Totals {
        let rates = self.last_interval().map(|(before, now)| {
            let rate =
                |of: fn(&Tally) -> u64| per_second(of(before), of(now), time_between(before, now));
            (rate(Tally::total_calls), rate(Tally::total_hits_ever))
        });
        let (calls_per_second, hits_per_second) = rates.unwrap_or_default();
        let last = self.tallies.back();
        Totals {
            callables: self.roll.rows().len(),
            patched: self.roll.patched(),
            counts_calls: last.is_some_and(Tally::counts_calls),
            calls: last.map_or(0, Tally::total_calls),
            hits: last.map_or(0, |last| self.roll.total_hits(last)),
            calls_per_second,
            hits_per_second,
            core_share: core_share(hits_per_second, self.hook_cost),
        }
    }
}

fn time_between(before: &Tally, now: &Tally) -> Duration {
    now.taken().duration_since(before.taken())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Sort;
    use crate::session::testing::called;

    #[test]
    fn rates_are_of_the_last_interval_and_the_trend_of_all() {
        let moment = Instant::now();
        let (roll, tally) = called(moment, 0, &[("a", Some(10)), ("b", None)]);
        let mut history = History::new((Arc::clone(&roll), tally), 0.0);
        assert_eq!(
            (history.calls_per_second(0), history.has_changed(0)),
            (None, false)
        );
        history.add((
            Arc::clone(&roll),
            called(moment, 2, &[("a", Some(30)), ("b", None)]).1,
        ));
        history.add((
            Arc::clone(&roll),
            called(moment, 3, &[("a", Some(31)), ("b", None)]).1,
        ));
        assert_eq!(history.calls(0), Some(31));
        assert_eq!(history.calls_per_second(0), Some(1.0));
        assert_eq!(history.trend(0).collect::<Vec<_>>(), [10.0, 1.0]);
        assert!(history.has_changed(0));
        assert_eq!(
            (history.calls(1), history.calls_per_second(1)),
            (None, None)
        );
        let totals = history.totals();
        assert_eq!((totals.calls, totals.callables), (31, 2));
        assert!((totals.calls_per_second - 1.0).abs() < f64::EPSILON);
        assert_eq!(history.elapsed(), Duration::from_secs(3));
    }

    #[test]
    fn what_is_listed_anew_keeps_its_past_and_what_is_new_has_none() {
        let moment = Instant::now();
        let mut history = History::new(called(moment, 0, &[("b", Some(1)), ("c", Some(5))]), 0.0);
        history.add(called(
            moment,
            1,
            &[("a", Some(100)), ("c", Some(8)), ("d", None)],
        ));
        assert_eq!(history.trend(0).collect::<Vec<_>>(), [0.0]);
        assert_eq!(history.trend(1).collect::<Vec<_>>(), [3.0]);
        assert!((history.totals().calls_per_second - 3.0).abs() < f64::EPSILON);
        assert_eq!(history.row(1).path.as_str(), "m:c");
    }

    #[test]
    fn counts_before_their_time_make_the_last_interval_longer() {
        let moment = Instant::now();
        let mut history = History::new(called(moment, 0, &[("a", Some(0))]), 0.0);
        history.update(called(moment, 1, &[("a", Some(3))]));
        history.add(called(moment, 2, &[("a", Some(5))]));
        history.update(called(moment, 4, &[("a", Some(6))]));
        assert_eq!(history.trend(0).collect::<Vec<_>>(), [3.0, 1.0]);
        assert_eq!(history.elapsed(), Duration::from_secs(4));
    }

    #[test]
    fn only_the_last_intervals_are_kept() {
        let moment = Instant::now();
        let (roll, tally) = called(moment, 0, &[("a", Some(0))]);
        let mut history = History::new((Arc::clone(&roll), tally), 0.0);
        for second in 1..=100 {
            let (_, tally) = called(moment, second, &[("a", Some(second * second))]);
            history.add((Arc::clone(&roll), tally));
        }
        let trend: Vec<_> = history.trend(0).collect();
        assert_eq!(trend.len(), INTERVALS);
        assert_eq!(trend.last(), Some(&199.0));
    }

    #[test]
    fn the_busiest_stand_first_and_equals_by_name() {
        let moment = Instant::now();
        let rows = |counts: [Option<u64>; 4]| {
            ["a", "b", "c", "d"]
                .into_iter()
                .zip(counts)
                .collect::<Vec<_>>()
        };
        let before = rows([Some(1), Some(9), None, Some(1)]);
        let now = rows([Some(5), Some(9), None, Some(5)]);
        let (roll, tally) = called(moment, 0, &before);
        let mut history = History::new((Arc::clone(&roll), tally), 0.0);
        history.add((roll, called(moment, 1, &now).1));
        for (sort, expected) in [
            (Sort::Calls, [1, 0, 3, 2]),
            (Sort::CallsPerSecond, [0, 3, 1, 2]),
            (Sort::Hits, [0, 1, 2, 3]),
            (Sort::Name, [0, 1, 2, 3]),
        ] {
            let mut order = [3, 2, 1, 0];
            history.sort(&mut order, sort);
            assert_eq!(order, expected, "{sort:?}");
        }
    }
}
