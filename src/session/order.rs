//! The order in which callables are shown.

use std::cmp::Reverse;

use super::history::History;

/// What callables are sorted by; the busiest stand first, those that are equally busy by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By name.
    #[default]
    Name,
    /// By calls.
    Calls,
    /// By hits.
    Hits,
    /// By calls in the last interval.
    CallsPerSecond,
    /// By hits in the last interval.
    HitsPerSecond,
}

impl Sort {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Calls,
        Self::Hits,
        Self::CallsPerSecond,
        Self::HitsPerSecond,
    ];
    /// Their words, in the same order.
    pub const WORDS: [&str; 5] = ["name", "calls", "hits", "calls/s", "hits/s"];

    /// The one that a word means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let place = Self::WORDS.iter().position(|it| *it == word)?;
        Self::ALL.get(place).copied()
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS[self.place()]
    }

    /// The one behind it; behind the last one the first.
    #[must_use]
    pub fn next(self) -> Self {
        Self::ALL[(self.place() + 1) % Self::ALL.len()]
    }

    fn place(self) -> usize {
        let place = Self::ALL.iter().position(|it| *it == self);
        place.unwrap_or_default()
    }
}

impl History {
    /// Sorts rows of the roll. It takes little time if they are in about this order already.
    pub fn sort(&self, rows: &mut [usize], by: Sort) {
        match by {
            Sort::Name => rows.sort_unstable(),
            Sort::Calls => rows.sort_by_cached_key(|row| (Reverse(self.calls(*row)), *row)),
            Sort::Hits => rows.sort_by_cached_key(|row| (Reverse(self.hits(*row)), *row)),
            // All rows share one interval: the rates are in the order of the counts.
            Sort::CallsPerSecond => {
                rows.sort_by_cached_key(|row| (Reverse(self.new_calls(*row)), *row));
            }
            Sort::HitsPerSecond => {
                rows.sort_by_cached_key(|row| (Reverse(self.new_hits(*row)), *row));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_through_all_and_words_mean_them() {
        let mut sort = Sort::default();
        for word in Sort::WORDS {
            assert_eq!(sort.word(), word);
            assert_eq!(Sort::from_word(word), Some(sort));
            sort = sort.next();
        }
        assert_eq!(sort, Sort::default());
        assert_eq!(Sort::from_word("size"), None);
    }
}
