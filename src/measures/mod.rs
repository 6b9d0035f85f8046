//! Floor 1, beside `cpython/`: what is measured of callables. Each measure is declared once, in
//! [`MEASURES`]; sort words, columns, JSON keys, `expect` names, help and completion follow from it.
//!
//! To add a measure: write its constant in `table.rs`, and list it there. A measure of something
//! that was not recorded before also needs a field in [`Recorded`], and a [`Source`].
//!
//! Counts are plain data: nothing in an answer refers to a counter.

mod counts;
mod samples;
mod sort;
mod table;
mod times;
mod value;

use serde::{Deserialize, Serialize};

use std::fmt;
use std::time::Duration;

pub use crate::counts::Costs;
pub use counts::{Counts, Interval, Measured, Recorded};
pub use samples::{Between, Samples};
pub use sort::Sort;
pub use table::{CALL_RATE, CALLS, CORE, HIT_RATE, HITS, MEASURES};
pub use times::{
    ENDED, ERROR_RATE, ERRORS, LONGEST, MEAN, MEDIAN, P90, P99, SELF, SHORTEST, TOTAL, WAITING,
};
pub use value::{Unit, Value};

/// Something that is measured of callables.
pub struct Measure {
    /// What is typed: the word to sort by, and the name in `expect`.
    pub name: &'static str,
    /// The heading of its column.
    pub heading: &'static str,
    /// Its key in JSON, and its column in CSV.
    pub key: &'static str,
    /// Its meaning in help, under 60 characters.
    pub summary: &'static str,
    /// Who records what it is read from.
    pub source: Source,
    /// How long a narrow table keeps its column: the lowest weight goes first.
    pub weight: u8,
    /// How it is read.
    pub reading: Reading,
}

/// How a measure is read from counts. Those of several callables are added first, so that the
/// measure of a pattern is that of all their calls together.
#[derive(Clone, Copy)]
pub enum Reading {
    /// A number of events.
    Count(fn(&Counts) -> Option<u64>),
    /// A time.
    Time(fn(&Counts) -> Option<Duration>),
    /// A number of events in an interval, shown per second.
    Rate(fn(&Counts) -> Option<u64>),
    /// A share of the interval; 1 is all of it.
    Share(fn(&Interval) -> Option<f64>),
}

/// Who records what a measure is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The program, if it counts its own calls.
    Program,
    /// The hook of a patch.
    Patch,
    /// The same, if it records how calls end.
    Ends,
    /// The same, if it times calls.
    Times,
}

impl Source {
    /// Whether it has recorded anything of a callable.
    #[must_use]
    pub fn covers(self, counts: &Counts) -> bool {
        match self {
            Self::Program => counts.calls.is_some(),
            // What was never patched has no hits.
            Self::Patch => true,
            Self::Ends => counts.recorded.times.is_some(),
            // Of a callable that was not called yet, it is not known whether its calls would be timed.
            Self::Times => counts
                .recorded
                .times
                .as_ref()
                .is_some_and(|it| it.timed > 0 || it.calls == 0),
        }
    }
}

impl Measure {
    /// The one with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        MEASURES.iter().find(|measure| measure.name == name)
    }

    /// Its value, if there is one.
    #[must_use]
    pub fn of(&self, measured: &Measured) -> Option<Value> {
        let interval = measured.interval.as_ref();
        match self.reading {
            Reading::Count(read) => read(&measured.counts).map(Value::Count),
            Reading::Time(read) => read(&measured.counts).map(Value::Time),
            Reading::Rate(read) => interval.and_then(|interval| {
                let events = read(&interval.counts)?;
                Some(Value::Rate(interval.per_second(events)))
            }),
            Reading::Share(read) => interval.and_then(read).map(Value::Share),
        }
    }

    /// A number in the order of its values; none is the lowest.
    #[must_use]
    pub fn rank(&self, measured: &Measured) -> Option<u64> {
        self.of(measured).map(Value::rank)
    }

    /// The unit of its values.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        match self.reading {
            Reading::Count(_) => Unit::Count,
            Reading::Time(_) => Unit::Time,
            Reading::Rate(_) => Unit::Rate,
            Reading::Share(_) => Unit::Share,
        }
    }

    /// Whether it is measured over an interval.
    #[must_use]
    pub const fn needs_interval(&self) -> bool {
        matches!(self.reading, Reading::Rate(_) | Reading::Share(_))
    }

    /// Whether a callable may have no value of it even in an interval.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        let nothing = Measured {
            interval: Some(Interval::default()),
            ..Measured::default()
        };
        self.of(&nothing).is_none()
    }

    /// Whether it needs no interval.
    #[must_use]
    pub fn is_total(&self) -> bool {
        !self.needs_interval()
    }

    /// Whether its values are shares.
    #[must_use]
    pub fn is_share(&self) -> bool {
        self.unit() == Unit::Share
    }

    /// Whether it is shown for each patch by itself: what it recorded, and its cost.
    #[must_use]
    pub fn is_by_patch(&self) -> bool {
        self.source != Source::Program && self.unit() != Unit::Rate
    }

    /// Whether a patch records it, in all.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.source != Source::Program && self.is_total()
    }

    /// Whether it is known for each process: whether it follows from sums.
    #[must_use]
    pub fn is_by_process(&self) -> bool {
        let sums = Counts::from(Recorded::of_sums());
        self.is_recorded() && self.of(&sums.into()).is_some()
    }
}

impl PartialEq for Measure {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Measure {}

impl fmt::Debug for Measure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_keys_and_headings_are_unique() {
        let texts: [fn(&Measure) -> &'static str; 3] = [|it| it.name, |it| it.key, |it| it.heading];
        for text in texts {
            let unique: HashSet<_> = MEASURES.iter().map(text).collect();
            assert_eq!(unique.len(), MEASURES.len());
        }
    }

    #[test]
    fn each_is_declared_as_help_and_json_need_it() {
        for measure in MEASURES {
            let Measure { name, key, .. } = *measure;
            assert!(measure.heading.eq_ignore_ascii_case(name), "{name}");
            assert!(measure.summary.len() < 60, "{name}: the summary is short");
            assert!(measure.weight < 8, "{name}: the sort column weighs most");
            let is_plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
            assert!(key.chars().all(|it| is_plain(it) || it == '_'), "{key}");
            assert!(name.chars().all(|it| is_plain(it) || it == '/'), "{name}");
            let (name_end, key_end) = match measure.unit() {
                Unit::Time => ("", "_s"),
                Unit::Rate => ("/s", "_per_s"),
                Unit::Share => ("", "_share"),
                Unit::Count => ("", ""),
            };
            assert!(name.ends_with(name_end) && key.ends_with(key_end), "{name}");
        }
    }

    #[test]
    fn a_time_is_read_and_ranked_like_any_other_measure() {
        let age = Measure {
            name: "age",
            heading: "Age",
            key: "age_s",
            reading: Reading::Time(|counts| counts.calls.map(Duration::from_millis)),
            ..CALLS
        };
        let of = |calls| Measured::from(Counts::of_calls(calls));
        assert_eq!(
            age.of(&of(Some(20))),
            Some(Value::Time(Duration::from_millis(20)))
        );
        let ranks = [None, Some(0), Some(3), Some(20)].map(|calls| age.rank(&of(calls)));
        assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
        assert!(age.is_optional() && age.is_total());
    }

    #[test]
    fn what_does_not_follow_from_sums_is_not_known_for_each_process() {
        let recorded = MEASURES.iter().filter(|it| it.is_recorded());
        let in_all = recorded.filter(|it| !it.is_by_process());
        let names: Vec<_> = in_all.map(|measure| measure.name).collect();
        assert_eq!(names, ["p50", "p90", "p99", "min", "max"]);
    }

    #[test]
    fn a_measure_without_its_source_or_interval_has_no_value() {
        let nothing = Measured::default();
        for measure in MEASURES {
            let counts = &nothing.counts;
            let is_there = measure.source.covers(counts) && !measure.needs_interval();
            assert_eq!(measure.of(&nothing).is_some(), is_there, "{measure:?}");
        }
    }
}
