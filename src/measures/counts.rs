//! What was counted of callables, at a moment and in an interval.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::counts::{Costs, Meter, Processes, ReadableTiming, Times};

/// What was counted of one callable, or of several together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The program's own count of its calls, if there is one.
    pub calls: Option<u64>,
    /// What its patch has recorded.
    pub recorded: Recorded,
}

/// What a patch has recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// How often its hook ran.
    pub hits: u64,
    /// Calls that were timed, and left out because they took too little time.
    pub skipped: u64,
    /// How calls ended, and how long they took, if that was ever recorded.
    pub times: Option<Arc<Times>>,
}

/// What was counted in an interval.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The counts at its end since its beginning.
    pub counts: Counts,
    /// How long it was.
    pub length: Duration,
    /// What an event costs.
    pub costs: Costs,
}

/// What is known of a callable at a moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Its counts since the last reset.
    pub counts: Counts,
    /// Those of the last interval, if it was sampled twice.
    pub interval: Option<Interval>,
}

impl Counts {
    /// The program's own count of calls, of what was never patched.
    #[must_use]
    pub fn of_calls(calls: Option<u64>) -> Self {
        Self {
            calls,
            ..Self::default()
        }
    }

    /// Adds the counts of another callable. The calls are those of all that the program counts.
    pub fn add(&mut self, other: &Self) {
        self.add_calls(other.calls);
        self.recorded.add(&other.recorded);
    }

    /// Adds the calls of another callable, if the program counts them.
    pub fn add_calls(&mut self, calls: Option<u64>) {
        if let Some(calls) = calls {
            self.calls = Some(self.calls.unwrap_or(0).saturating_add(calls));
        }
    }

    /// What was counted since an earlier moment.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let calls = self.calls.zip(before.calls);
        Self {
            calls: calls.map(|(now, before)| now.saturating_sub(before)),
            recorded: self.recorded.since(&before.recorded),
        }
    }
}

impl Recorded {
    /// What was recorded since the last reset.
    #[must_use]
    pub fn since_reset(meter: &Meter<'_>) -> Self {
        Self {
            hits: meter.hits(),
            skipped: meter.timing().map_or(0, |timing| timing.skipped()),
            times: times(meter, ReadableTiming::times),
        }
    }

    /// The sums of all that was ever recorded, regardless of resets: the base of rates.
    #[must_use]
    pub fn ever(meter: &Meter<'_>) -> Self {
        Self {
            hits: meter.hits_ever(),
            skipped: meter.timing().map_or(0, |timing| timing.skipped_ever()),
            times: times(meter, ReadableTiming::sums_ever),
        }
    }

    /// What was recorded since the last reset in each running process, and in all that have ended.
    #[must_use]
    pub fn by_process(meter: &Meter<'_>, processes: &Processes) -> (Vec<Self>, Self) {
        let (living, ended) = meter.hits_by(processes);
        let times = meter.has_recording().then(|| {
            let timing = meter.timing();
            let none = || (vec![Times::default(); living.len()], Times::default());
            timing.map_or_else(none, |timing| timing.times_by(processes))
        });
        let (times, ended_times) = times.unzip();
        let mut times = times.unwrap_or_default().into_iter();
        let recorded = |hits, times: Option<Times>| Self {
            hits,
            skipped: 0,
            times: times.map(Arc::new),
        };
        let living = living.into_iter().map(|hits| recorded(hits, times.next()));
        let (living, ended) = (living.collect(), recorded(ended, ended_times));
        (living, ended)
    }

    /// As much as is kept for each process: sums, and none of them zero.
    pub(super) fn of_sums() -> Self {
        Self {
            hits: 1,
            skipped: 0,
            times: Some(Arc::new(Times::of_equal_sums(1))),
        }
    }

    /// Whether there is anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hits == 0 && self.times.as_ref().is_none_or(|times| times.calls == 0)
    }

    /// Adds what another patch has recorded.
    pub fn add(&mut self, other: &Self) {
        self.hits = self.hits.saturating_add(other.hits);
        self.skipped = self.skipped.saturating_add(other.skipped);
        if let Some(times) = &other.times {
            Arc::make_mut(self.times.get_or_insert_default()).add(times);
        }
    }

    /// What was recorded since an earlier moment.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            hits: self.hits.saturating_sub(before.hits),
            skipped: self.skipped.saturating_sub(before.skipped),
            times: self.times.as_ref().map(|now| match &before.times {
                None => Arc::clone(now),
                Some(before) => Arc::new(now.since(before)),
            }),
        }
    }

    /// The nanoseconds that the hooks took. A call that runs is taken for one that is only counted.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "what is estimated needs no more than 53 bits"
    )]
    pub fn cost(&self, costs: Costs) -> f64 {
        let counted = |calls: u64| self.hits.saturating_sub(calls) as f64 * costs.hit;
        let Some(Times {
            calls,
            timed,
            resumes,
            ..
        }) = self.times.as_deref()
        else {
            return counted(0);
        };
        let [calls, timed] = [calls, timed].map(|number| number + self.skipped);
        let share = timed as f64 / calls.max(1) as f64;
        let resumed = costs.resumed() + share * (costs.resumed_timed() - costs.resumed());
        counted(calls)
            + calls.saturating_sub(timed) as f64 * costs.ended
            + timed as f64 * costs.timed
            + *resumes as f64 * resumed
    }
}

/// The times of a callable that was never called.
static NONE: LazyLock<Arc<Times>> = LazyLock::new(Arc::default);

/// The times of a patch that has ever recorded them.
fn times<'m>(meter: &Meter<'m>, read: fn(&ReadableTiming<'m>) -> Times) -> Option<Arc<Times>> {
    let timing = meter.has_recording().then(|| meter.timing())?;
    Some(timing.map_or_else(|| Arc::clone(&NONE), |timing| Arc::new(read(&timing))))
}

impl From<Recorded> for Counts {
    fn from(recorded: Recorded) -> Self {
        Self {
            calls: None,
            recorded,
        }
    }
}

impl From<Counts> for Measured {
    fn from(counts: Counts) -> Self {
        Self {
            counts,
            interval: None,
        }
    }
}

impl Interval {
    /// Whether anything happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.calls.unwrap_or(0) == 0 && self.counts.recorded.is_empty()
    }

    /// How many events a second, if there were so many in the interval.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a rate is read by people: 53 bits are plenty"
    )]
    pub fn per_second(&self, events: u64) -> f64 {
        events as f64 / self.length.as_secs_f64().max(f64::EPSILON)
    }

    /// The share of a core that the hooks took; 1 is a whole core.
    #[must_use]
    pub fn core_share(&self) -> f64 {
        let seconds = self.counts.recorded.cost(self.costs) / 1e9;
        seconds / self.length.as_secs_f64().max(f64::EPSILON)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COSTS: Costs = Costs {
        hit: 10.0,
        ended: 30.0,
        timed: 50.0,
    };

    fn counts(calls: Option<u64>, hits: u64) -> Counts {
        Counts {
            calls,
            recorded: Recorded {
                hits,
                ..Recorded::default()
            },
        }
    }

    #[test]
    fn counts_of_several_callables_are_added() {
        let mut all = Counts::default();
        for one in [counts(None, 1), counts(Some(5), 2), counts(Some(7), 0)] {
            all.add(&one);
        }
        assert_eq!(all, counts(Some(12), 3));
    }

    #[test]
    fn an_interval_has_what_came_since_and_never_less_than_nothing() {
        let now = counts(Some(5), 9);
        assert_eq!(now.since(&counts(Some(2), 4)), counts(Some(3), 5));
        assert_eq!(now.since(&counts(None, 10)), counts(None, 0));
    }

    #[test]
    fn a_share_is_what_the_hits_cost_of_the_time() {
        let interval = Interval {
            counts: counts(None, 3_000_000),
            length: Duration::from_secs(2),
            costs: COSTS,
        };
        assert!((interval.core_share() - 0.015).abs() < 1e-12);
        assert!(Interval::default().core_share().abs() < f64::EPSILON);
    }

    #[test]
    fn calls_cost_what_is_done_for_them() {
        let cost = |hits, skipped, times: Times| {
            let times = Some(Arc::new(times));
            let recorded = Recorded {
                hits,
                skipped,
                times,
            };
            recorded.cost(COSTS)
        };
        let times = |calls, timed, resumes| Times {
            calls,
            timed,
            resumes,
            ..Times::default()
        };
        let is = |cost: f64, expected: f64| assert!((cost - expected).abs() < 1e-9, "{cost}");
        is(cost(9, 0, Times::default()), 9.0 * 10.0);
        is(cost(9, 0, times(9, 9, 0)), 9.0 * 50.0);
        is(cost(9, 0, times(9, 0, 0)), 9.0 * 30.0);
        // Four that are only counted, two with their ends, two with times, and one shorter than that.
        let each = 4.0 * 10.0 + 2.0 * 30.0 + 3.0 * 50.0;
        is(cost(9, 1, times(4, 2, 0)), each);
        // What has begun before the interval has ended in it.
        is(cost(0, 0, times(1, 1, 0)), 50.0);
        is(cost(1, 0, times(1, 0, 7)), 30.0 + 7.0 * 20.0);
        is(cost(1, 0, times(1, 1, 7)), 50.0 + 7.0 * 40.0);
    }
}
