//! The counts of the last intervals, and their rates.

use std::sync::Arc;
use std::time::Duration;

use super::listed::{Listed, Tally};
use crate::counts::Memory;
use crate::error::Result;
use crate::measures::{Costs, Counts, Measure, Measured, Samples};
use crate::protocol::{Row, Sample};

/// The number of intervals kept.
const INTERVALS: usize = 30;

/// Callables with their counts in the last intervals.
pub struct History {
    listed: Arc<Listed>,
    tallies: Samples<Tally>,
    totals: Totals,
    began: Duration,
    memory: &'static Memory,
}

/// What all callables add up to.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    /// The number of callables.
    pub callables: usize,
    /// The number of patched callables.
    pub patched: usize,
    /// Their counts, each hook counted once.
    pub measured: Measured,
}

impl History {
    /// Starts with the first counts, which come with the list of callables; the rest is read in the memory.
    ///
    /// # Errors
    /// If the memory cannot be read.
    pub fn new(mut first: Sample, memory: &'static Memory, costs: Costs) -> Result<Self> {
        let listed = first.roster.take().map(Listed::new);
        let mut history = Self {
            listed: Arc::new(listed.unwrap_or_default()),
            began: first.taken,
            tallies: Samples::new(costs),
            totals: Totals::default(),
            memory,
        };
        history.add(first)?;
        Ok(history)
    }

    /// Adds the counts at the end of an interval, possibly of other callables than before.
    ///
    /// # Errors
    /// If the memory cannot be read.
    pub fn add(&mut self, sample: Sample) -> Result<()> {
        let tally = self.adopt(sample)?;
        if let Some(earlier) = self.tallies.iter_mut().nth_back(1) {
            earlier.fade();
        }
        self.tallies.add(tally.taken, tally);
        self.tallies.keep_intervals(INTERVALS);
        self.totals = self.sum_up();
        Ok(())
    }

    /// Replaces the newest counts before an interval has ended. The last interval grows instead of
    /// adding a short one, whose rates would be accidental.
    ///
    /// # Errors
    /// If the memory cannot be read.
    pub fn update(&mut self, sample: Sample) -> Result<()> {
        let tally = self.adopt(sample)?;
        self.tallies.replace_newest(tally.taken, tally);
        self.totals = self.sum_up();
        Ok(())
    }

    /// Makes earlier counts those of the callables of a sample, if they are other ones.
    fn adopt(&mut self, mut sample: Sample) -> Result<Tally> {
        let listed = sample.roster.take().map(Listed::new);
        let tally = Tally::new(sample, listed.as_ref().unwrap_or(&self.listed), self.memory)?;
        for earlier in self.tallies.iter_mut() {
            earlier.age();
            if let Some(listed) = &listed {
                *earlier = listed.adopt(earlier, &self.listed, &tally);
            }
        }
        if let Some(listed) = listed {
            self.listed = Arc::new(listed);
        }
        Ok(tally)
    }

    /// The callables and their names.
    #[must_use]
    pub fn listed(&self) -> &Arc<Listed> {
        &self.listed
    }

    /// The time from the first to the last counts.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        let last = self.tallies.taken();
        last.map_or(Duration::ZERO, |last| last.saturating_sub(self.began))
    }

    /// What all callables add up to.
    #[must_use]
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// What events cost.
    #[must_use]
    pub fn costs(&self) -> Costs {
        self.tallies.costs()
    }

    /// A callable with its last counts.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn row(&self, row: usize) -> Row {
        Row {
            measured: self.measured(row),
            ..self.listed.rows()[row].clone()
        }
    }

    /// The last counts of a callable.
    #[must_use]
    pub fn measured(&self, row: usize) -> Measured {
        self.read(
            |tally| self.listed.since_reset(tally, row),
            |tally| self.listed.ever(tally, row),
        )
    }

    /// What is known of a callable for this measure.
    pub(super) fn measured_for(&self, measure: &Measure, row: usize) -> Measured {
        if measure.needs_interval() {
            return self.measured(row);
        }
        let newest = self.tallies.newest();
        let counts = newest.map(|tally| self.listed.since_reset(tally, row));
        counts.unwrap_or_default().into()
    }

    /// Its rates in the last intervals, the oldest first: of its calls if the program counts them,
    /// else of its hits.
    pub fn trend(&self, row: usize) -> impl Iterator<Item = f64> {
        self.tallies.intervals().map(move |between| {
            let interval = between.interval(|tally| self.listed.ever(tally, row));
            let Counts { calls, recorded } = &interval.counts;
            interval.per_second(calls.unwrap_or(recorded.hits))
        })
    }

    fn sum_up(&self) -> Totals {
        Totals {
            callables: self.listed.rows().len(),
            patched: self.listed.patched(),
            measured: self.read(Tally::total_since_reset, Tally::total_ever),
        }
    }

    /// The last counts, and those of the last interval; before the end of the first one nothing has
    /// happened in it.
    fn read(
        &self,
        since_reset: impl Fn(&Tally) -> Counts,
        ever: impl Fn(&Tally) -> Counts,
    ) -> Measured {
        let last = self.tallies.last_or_empty();
        Measured {
            counts: self.tallies.newest().map(since_reset).unwrap_or_default(),
            interval: last.map(|last| last.interval(ever)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::{CALL_RATE, CALLS, HITS, Sort, Value};
    use crate::program::testing::{called, called_again, history};

    /// Its calls per second in the last interval.
    fn rate(history: &History, row: usize) -> Option<f64> {
        match CALL_RATE.of(&history.measured(row))? {
            Value::Rate(rate) => Some(rate),
            other => panic!("{other:?} is a rate"),
        }
    }

    fn has_changed(history: &History, row: usize) -> bool {
        let interval = history.measured(row).interval;
        interval.is_some_and(|interval| !interval.is_empty())
    }

    #[test]
    fn rates_are_of_the_last_interval_and_the_trend_of_all() {
        let first = called(0, &[("a", Some(10)), ("b", None)]);
        let mut history = history(first);
        assert_eq!(
            (rate(&history, 0), has_changed(&history, 0)),
            (Some(0.0), false)
        );
        history
            .add(called_again(2, &[("a", Some(30)), ("b", None)]))
            .expect("memory");
        history
            .add(called_again(3, &[("a", Some(31)), ("b", None)]))
            .expect("memory");
        assert_eq!(history.measured(0).counts.calls, Some(31));
        assert_eq!(rate(&history, 0), Some(1.0));
        assert_eq!(history.trend(0).collect::<Vec<_>>(), [10.0, 1.0]);
        assert!(has_changed(&history, 0));
        assert_eq!(history.measured(1).counts.calls, None);
        assert_eq!(rate(&history, 1), None);
        let Totals {
            callables,
            measured,
            ..
        } = history.totals();
        assert_eq!((measured.counts.calls, *callables), (Some(31), 2));
        assert_eq!(CALL_RATE.of(measured), Some(Value::Rate(1.0)));
        assert_eq!(history.elapsed(), Duration::from_secs(3));
    }

    #[test]
    fn what_is_listed_anew_keeps_its_past_and_what_is_new_has_none() {
        let mut history = history(called(0, &[("b", Some(1)), ("c", Some(5))]));
        history
            .add(called(1, &[("a", Some(100)), ("c", Some(8)), ("d", None)]))
            .expect("memory");
        assert_eq!(history.trend(0).collect::<Vec<_>>(), [0.0]);
        assert_eq!(history.trend(1).collect::<Vec<_>>(), [3.0]);
        let total = CALL_RATE.of(&history.totals().measured);
        assert_eq!(total, Some(Value::Rate(3.0)));
        assert_eq!(history.row(1).path.as_str(), "m:c");
    }

    #[test]
    fn counts_before_their_time_make_the_last_interval_longer() {
        let mut history = history(called(0, &[("a", Some(0))]));
        history
            .update(called(1, &[("a", Some(3))]))
            .expect("memory");
        history.add(called(2, &[("a", Some(5))])).expect("memory");
        history
            .update(called(4, &[("a", Some(6))]))
            .expect("memory");
        assert_eq!(history.trend(0).collect::<Vec<_>>(), [3.0, 1.0]);
        assert_eq!(history.elapsed(), Duration::from_secs(4));
    }

    #[test]
    fn only_the_last_intervals_are_kept() {
        let first = called(0, &[("a", Some(0))]);
        let mut history = history(first);
        for second in 1..=100 {
            history
                .add(called_again(second, &[("a", Some(second * second))]))
                .expect("memory");
        }
        let trend: Vec<_> = history.trend(0).collect();
        assert_eq!(trend.len(), INTERVALS);
        assert_eq!(trend.last(), Some(&199.0));
    }

    #[test]
    fn the_busiest_stand_first_and_equals_by_name() {
        let rows = |counts: [Option<u64>; 4]| {
            ["a", "b", "c", "d"]
                .into_iter()
                .zip(counts)
                .collect::<Vec<_>>()
        };
        let before = rows([Some(1), Some(9), None, Some(1)]);
        let now = rows([Some(5), Some(9), None, Some(5)]);
        let first = called(0, &before);
        let mut history = history(first);
        history.add(called_again(1, &now)).expect("memory");
        for (sort, expected) in [
            (Sort::By(&CALLS), [1, 0, 3, 2]),
            (Sort::By(&CALL_RATE), [0, 3, 1, 2]),
            (Sort::By(&HITS), [0, 1, 2, 3]),
            (Sort::Name, [0, 1, 2, 3]),
        ] {
            let mut order = [3, 2, 1, 0];
            history.sort(&mut order, sort);
            assert_eq!(order, expected, "{sort:?}");
        }
    }
}
