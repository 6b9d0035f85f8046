//! What was counted of callables, at a moment and in an interval.

use std::time::Duration;

use crate::counts::{Meter, Processes, Times};

/// What was counted of one callable, or of several together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// The program's own count of its calls, if there is one.
    pub calls: Option<u64>,
    /// What its patch has recorded.
    pub recorded: Recorded,
}

/// What a patch has recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// How often its hook ran.
    pub hits: u64,
    /// How calls ended, and how long they took, if that was ever recorded.
    pub times: Option<Box<Times>>,
}

/// What was counted in an interval.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Interval {
    /// The counts at its end since its beginning.
    pub counts: Counts,
    /// How long it was.
    pub length: Duration,
    /// What an event costs.
    pub costs: Costs,
}

/// What is known of a callable at a moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measured {
    /// Its counts since the last reset.
    pub counts: Counts,
    /// Those of the last interval, if it was sampled twice.
    pub interval: Option<Interval>,
}

/// What events cost the program, in nanoseconds, measured in this process.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Costs {
    /// Of a hit.
    pub hit: f64,
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
    pub fn since_reset(meter: &Meter) -> Self {
        Self {
            hits: meter.counter.hits(),
            times: times(meter),
        }
    }

    /// All hits that were ever recorded, regardless of resets: the base of rates. Times are those since
    /// the last reset.
    #[must_use]
    pub fn ever(meter: &Meter) -> Self {
        Self {
            hits: meter.counter.hits_ever(),
            times: times(meter),
        }
    }

    /// What was recorded since the last reset in each running process, and in all that have ended.
    #[must_use]
    pub fn by_process(meter: &Meter, processes: &Processes) -> (Vec<Self>, Self) {
        let (living, ended) = meter.counter.hits_by(processes);
        let times = meter.recording.as_ref();
        let times = times.map(|recording| recording.timing.times_by(processes));
        let (times, ended_times) = times.unzip();
        let mut times = times.unwrap_or_default().into_iter();
        let recorded = |hits| Self {
            hits,
            times: times.next().map(Box::new),
        };
        let living = living.into_iter().map(recorded).collect();
        let ended = Self {
            hits: ended,
            times: ended_times.map(Box::new),
        };
        (living, ended)
    }

    /// Whether there is anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hits == 0
    }

    /// Adds what another patch has recorded.
    pub fn add(&mut self, other: &Self) {
        self.hits = self.hits.saturating_add(other.hits);
        if let Some(times) = &other.times {
            self.times.get_or_insert_default().add(times);
        }
    }

    /// What was recorded since an earlier moment.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            hits: self.hits.saturating_sub(before.hits),
            times: self.times.as_ref().map(|now| {
                let before = before.times.as_deref();
                Box::new(before.map_or_else(|| (**now).clone(), |before| now.since(before)))
            }),
        }
    }
}

/// The times of a patch that has ever recorded them. Those of a callable that was never called are not
/// read: that would touch their memory.
fn times(meter: &Meter) -> Option<Box<Times>> {
    let timing = &meter.recording.as_ref()?.timing;
    let was_called = meter.counter.hits_ever() > 0;
    Some(Box::new(if was_called {
        timing.times()
    } else {
        Times::default()
    }))
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
        self.per_second(self.counts.recorded.hits) * self.costs.hit / 1e9
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(calls: Option<u64>, hits: u64) -> Counts {
        Counts {
            calls,
            recorded: Recorded { hits, times: None },
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
            costs: Costs { hit: 10.0 },
        };
        assert!((interval.core_share() - 0.015).abs() < 1e-12);
        assert!(Interval::default().core_share().abs() < f64::EPSILON);
    }
}
