//! The counts of the last intervals, and the rates that follow from them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::roll::{Roll, Tally};
use super::rows::Row;

/// Intervals that are kept.
const INTERVALS: usize = 30;

/// Callables with the counts of the last intervals.
pub struct History {
    roll: Arc<Roll>,
    /// One more than there are intervals, the oldest first.
    tallies: VecDeque<Tally>,
    totals: Totals,
    /// How long the counts were followed.
    elapsed: Duration,
}

/// All callables together.
#[derive(Debug, Clone, Copy, Default)]
pub struct Totals {
    /// How many there are.
    pub callables: usize,
    /// How many of them are patched.
    pub patched: usize,
    /// Their calls, as far as the target counts them.
    pub calls: u64,
    /// Their hits, each hook counted once.
    pub hits: u64,
    /// Calls per second in the last interval.
    pub calls_per_second: f64,
    /// Hits per second in the last interval.
    pub hits_per_second: f64,
}

impl History {
    /// From the first counts on.
    #[must_use]
    pub fn new((roll, tally): (Arc<Roll>, Tally)) -> Self {
        let mut history = Self {
            roll,
            tallies: VecDeque::from([tally]),
            totals: Totals::default(),
            elapsed: Duration::ZERO,
        };
        history.totals = history.sum_up();
        history
    }

    /// Takes in the counts of this moment, which may be of other callables than those before.
    pub fn add(&mut self, (roll, tally): (Arc<Roll>, Tally)) {
        if !Arc::ptr_eq(&self.roll, &roll) {
            for earlier in &mut self.tallies {
                *earlier = roll.adopt(earlier, &self.roll, &tally);
            }
            self.roll = roll;
        }
        if let Some(before) = self.tallies.back() {
            self.elapsed += tally.taken().duration_since(before.taken());
        }
        if self.tallies.len() > INTERVALS {
            self.tallies.pop_front();
        }
        self.tallies.push_back(tally);
        self.totals = self.sum_up();
    }

    /// The callables that are counted.
    #[must_use]
    pub fn roll(&self) -> &Arc<Roll> {
        &self.roll
    }

    /// From the first counts to the last ones.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// All callables together.
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

    /// How often a callable was called, if the target counts that.
    #[must_use]
    pub fn calls(&self, row: usize) -> Option<u64> {
        self.roll.calls(self.tallies.back()?, row)
    }

    /// How often its hook ran.
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

    /// Whether its counts have changed in the last interval.
    #[must_use]
    pub fn has_changed(&self, row: usize) -> bool {
        self.new_calls(row).is_some_and(|calls| calls > 0) || self.new_hits(row) > 0
    }

    /// Its calls in the last interval, if the target counts them.
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
            let then = self.roll.hits(before, row);
            self.roll.hits(now, row).saturating_sub(then)
        })
    }

    /// Its rates in the last intervals, the oldest first: of its calls if the target counts them, or
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
        counts.map(|(then, calls)| per_second(then, calls, before, now))
    }

    fn hits_between(&self, (before, now): (&Tally, &Tally), row: usize) -> f64 {
        let (then, hits) = (self.roll.hits(before, row), self.roll.hits(now, row));
        per_second(then, hits, before, now)
    }

    fn sum_up(&self) -> Totals {
        let totals = |tally: &Tally| (tally.total_calls(), tally.total_hits());
        let (calls, hits) = self.tallies.back().map(totals).unwrap_or_default();
        let rates = self.last_interval().map(|(before, now)| {
            let then = totals(before);
            let rate = |then, total| per_second(then, total, before, now);
            (rate(then.0, calls), rate(then.1, hits))
        });
        let (calls_per_second, hits_per_second) = rates.unwrap_or_default();
        Totals {
            callables: self.roll.rows().len(),
            patched: self.roll.patched(),
            calls,
            hits,
            calls_per_second,
            hits_per_second,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a rate is read by people: 53 bits are plenty"
)]
fn per_second(then: u64, count: u64, before: &Tally, now: &Tally) -> f64 {
    let seconds = now.taken().duration_since(before.taken()).as_secs_f64();
    count.saturating_sub(then) as f64 / seconds.max(f64::EPSILON)
}
