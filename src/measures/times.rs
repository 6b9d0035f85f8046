//! The measures of how calls end, and how long they take.

use std::time::Duration;

use super::{Counts, Measure, Reading, Source};
use crate::counts::Times;

/// What is recorded of the ends of calls.
fn ends(counts: &Counts) -> Option<&Times> {
    counts.recorded.times.as_deref()
}

/// The same, if calls were timed.
fn times(counts: &Counts) -> Option<&Times> {
    ends(counts).filter(|times| times.timed > 0)
}

fn time(counts: &Counts, ticks: impl FnOnce(&Times) -> Option<u64>) -> Option<Duration> {
    times(counts).and_then(ticks).map(Times::time_of)
}

/// The calls of which the end was recorded.
pub const ENDED: Measure = Measure {
    name: "ended",
    heading: "Ended",
    key: "ended",
    summary: "calls that have ended while that was recorded",
    source: Source::Ends,
    weight: 2,
    reading: Reading::Count(|counts| Some(ends(counts)?.calls)),
};

/// Those that an exception ended.
pub const ERRORS: Measure = Measure {
    name: "errors",
    heading: "Errors",
    key: "errors",
    summary: "calls that ended with an exception",
    source: Source::Ends,
    weight: 6,
    reading: Reading::Count(|counts| Some(ends(counts)?.errors)),
};

/// The rate of errors.
pub const ERROR_RATE: Measure = Measure {
    name: "errors/s",
    heading: "Errors/s",
    key: "errors_per_s",
    summary: "its errors per second in the last interval",
    source: Source::Ends,
    weight: 3,
    reading: Reading::Rate(|counts| Some(ends(counts)?.errors)),
};

/// The mean duration.
pub const MEAN: Measure = Measure {
    name: "mean",
    heading: "Mean",
    key: "mean_s",
    summary: "the mean time of a call",
    source: Source::Times,
    weight: 6,
    reading: Reading::Time(|counts| time(counts, Times::mean)),
};

/// The median duration.
pub const MEDIAN: Measure = Measure {
    name: "p50",
    heading: "p50",
    key: "p50_s",
    summary: "the time that half of the calls do not exceed",
    source: Source::Times,
    weight: 6,
    reading: Reading::Time(|counts| time(counts, |times| times.percentile(0.5))),
};

/// A percentile.
pub const P90: Measure = Measure {
    name: "p90",
    heading: "p90",
    key: "p90_s",
    summary: "the time that 90 % of the calls do not exceed",
    source: Source::Times,
    weight: 4,
    reading: Reading::Time(|counts| time(counts, |times| times.percentile(0.9))),
};

/// A percentile.
pub const P99: Measure = Measure {
    name: "p99",
    heading: "p99",
    key: "p99_s",
    summary: "the time that 99 % of the calls do not exceed",
    source: Source::Times,
    weight: 6,
    reading: Reading::Time(|counts| time(counts, |times| times.percentile(0.99))),
};

/// The shortest duration.
pub const SHORTEST: Measure = Measure {
    name: "min",
    heading: "Min",
    key: "min_s",
    summary: "the time of the shortest call",
    source: Source::Times,
    weight: 1,
    reading: Reading::Time(|counts| time(counts, |times| times.shortest)),
};

/// The longest duration.
pub const LONGEST: Measure = Measure {
    name: "max",
    heading: "Max",
    key: "max_s",
    summary: "the time of the longest call",
    source: Source::Times,
    weight: 5,
    reading: Reading::Time(|counts| time(counts, |times| times.longest)),
};

/// All durations, without calls within calls of the same callable.
pub const TOTAL: Measure = Measure {
    name: "total",
    heading: "Total",
    key: "total_s",
    summary: "the time of all calls; recursive ones count once",
    source: Source::Times,
    weight: 4,
    reading: Reading::Time(|counts| time(counts, |times| Some(times.total))),
};

/// The time that was spent in the callable itself.
pub const SELF: Measure = Measure {
    name: "self",
    heading: "Self",
    key: "self_s",
    summary: "of it, neither waiting nor in timed callees",
    source: Source::Times,
    weight: 4,
    reading: Reading::Time(|counts| time(counts, |times| Some(times.own))),
};

/// The time between a `yield` or `await` and its return.
pub const WAITING: Measure = Measure {
    name: "waiting",
    heading: "Waiting",
    key: "waiting_s",
    summary: "of it, suspended at `yield` and `await`",
    source: Source::Times,
    weight: 2,
    reading: Reading::Time(|counts| {
        time(counts, |times| (times.waiting > 0).then_some(times.waiting))
    }),
};
