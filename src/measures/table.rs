//! The table of measures, in the order of their columns.

use super::times::{
    ENDED, ERROR_RATE, ERRORS, LONGEST, MEAN, MEDIAN, P90, P99, SELF, SHORTEST, TOTAL, WAITING,
};
use super::{Interval, Measure, Reading, Source};

/// Each of them.
pub const MEASURES: &[Measure] = &[
    CALLS, HITS, ENDED, ERRORS, MEAN, MEDIAN, P90, P99, SHORTEST, LONGEST, TOTAL, SELF, WAITING,
    CALL_RATE, HIT_RATE, ERROR_RATE, CORE,
];

/// The program's own count.
pub const CALLS: Measure = Measure {
    name: "calls",
    heading: "Calls",
    key: "calls",
    summary: "how often it ran, if the program counts its calls",
    source: Source::Program,
    weight: 5,
    reading: Reading::Count(|counts| counts.calls),
};

/// The count of the hook.
pub const HITS: Measure = Measure {
    name: "hits",
    heading: "Hits",
    key: "hits",
    summary: "how often its hook ran",
    source: Source::Patch,
    weight: 7,
    reading: Reading::Count(|counts| Some(counts.recorded.hits)),
};

/// The rate of the program's own count.
pub const CALL_RATE: Measure = Measure {
    name: "calls/s",
    heading: "Calls/s",
    key: "calls_per_s",
    summary: "its calls per second in the last interval",
    source: Source::Program,
    weight: 3,
    reading: Reading::Rate(|counts| counts.calls),
};

/// The rate of the hook.
pub const HIT_RATE: Measure = Measure {
    name: "hits/s",
    heading: "Hits/s",
    key: "hits_per_s",
    summary: "its hits per second in the last interval",
    source: Source::Patch,
    weight: 4,
    reading: Reading::Rate(|counts| Some(counts.recorded.hits)),
};

/// The cost of the hook.
pub const CORE: Measure = Measure {
    name: "core",
    heading: "Core",
    key: "core_share",
    summary: "the share of a core that its hits take; 1 is a whole core",
    source: Source::Patch,
    weight: 0,
    reading: Reading::Share(|interval: &Interval| Some(interval.core_share())),
};
