//! What a table is sorted by: the names of its rows, or a measure.

use serde::{Deserialize, Serialize};

use super::{MEASURES, Measure, Measured};

/// Typed to sort by names.
const NAME: &str = "name";

/// The sort key. Among equals, patched callables come first, then the others, each by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Sort {
    /// What is patched, then the rest, each by name.
    #[default]
    Name,
    /// The highest value of a measure first; what has no value comes last.
    By(&'static Measure),
}

const fn number(with_intervals: bool) -> usize {
    let (mut number, mut next) = (1, 0);
    while next < MEASURES.len() {
        if with_intervals || !MEASURES[next].needs_interval() {
            number += 1;
        }
        next += 1;
    }
    number
}

const fn words<const NUMBER: usize>(with_intervals: bool) -> [&'static str; NUMBER] {
    let mut words = [NAME; NUMBER];
    let (mut number, mut next) = (1, 0);
    while next < MEASURES.len() {
        if with_intervals || !MEASURES[next].needs_interval() {
            words[number] = MEASURES[next].name;
            number += 1;
        }
        next += 1;
    }
    words
}

impl From<Sort> for String {
    fn from(sort: Sort) -> Self {
        sort.word().to_owned()
    }
}

impl TryFrom<String> for Sort {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        Self::from_word(&word).ok_or_else(|| format!("no measure has the name `{word}`"))
    }
}

impl Sort {
    /// The words for a table without intervals, for options and settings.
    pub const WORDS: &'static [&'static str] = &words::<{ number(false) }>(false);
    /// The words for a table with intervals.
    pub const WORDS_WITH_INTERVALS: &'static [&'static str] = &words::<{ number(true) }>(true);

    /// The one that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            NAME => Some(Self::Name),
            _ => Measure::named(word).map(Self::By),
        }
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => NAME,
            Self::By(measure) => measure.name,
        }
    }

    /// The next one among those whose measures have a value in `all`, the sum of all rows; after the
    /// last comes the first.
    #[must_use]
    pub fn next(self, all: &Measured) -> Self {
        let place = match self {
            Self::Name => 0,
            Self::By(by) => MEASURES.iter().take_while(|it| *it != by).count() + 1,
        };
        let mut later = MEASURES.iter().skip(place);
        let next = later.find(|measure| measure.of(all).is_some());
        next.map_or(Self::Name, Self::By)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::measures::{CALL_RATE, CALLS, Counts, Interval, Recorded};

    #[test]
    fn words_mean_what_they_name() {
        assert_eq!(Sort::WORDS_WITH_INTERVALS.len(), MEASURES.len() + 1);
        for word in Sort::WORDS_WITH_INTERVALS {
            let sort = Sort::from_word(word);
            assert_eq!(sort.map(Sort::word), Some(*word));
        }
        assert_eq!(Sort::from_word("size"), None);
        assert!(Sort::WORDS.contains(&CALLS.name));
        assert!(!Sort::WORDS.contains(&CALL_RATE.name));
    }

    #[test]
    fn a_key_goes_through_what_has_values() {
        let counted = Counts {
            calls: Some(0),
            ..Counts::default()
        };
        let timed = Counts {
            recorded: Recorded {
                hits: 1,
                times: Some(Arc::default()),
                ..Recorded::default()
            },
            ..counted.clone()
        };
        let (of_calls, of_hits, of_ends) = (2, 3, 3);
        for (counts, expected) in [
            (timed, of_calls + of_hits + of_ends),
            (counted, of_calls + of_hits),
            (Counts::default(), of_hits),
        ] {
            let all = Measured {
                interval: Some(Interval {
                    counts: counts.clone(),
                    ..Interval::default()
                }),
                counts,
            };
            let sorts = std::iter::successors(Some(Sort::Name), |sort| {
                Some(sort.next(&all)).filter(|next| *next != Sort::Name)
            });
            assert_eq!(sorts.count(), 1 + expected);
        }
    }
}
