//! The order in which callables are shown.

use std::cmp::Reverse;

use super::history::History;
use super::patch::State;
use super::rows::Row;

/// The sort key. Among equals, patched callables come first, then the others, each by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What is patched, then the rest, each by name.
    #[default]
    Name,
    /// The most called first.
    Calls,
    /// The most hit first.
    Hits,
    /// The most called in the last interval first.
    CallsPerSecond,
    /// The most hit in the last interval first.
    HitsPerSecond,
}

impl Sort {
    /// All of them, in the order in which a key cycles through them.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Calls,
        Self::Hits,
        Self::CallsPerSecond,
        Self::HitsPerSecond,
    ];
    /// Their words, in the same order.
    pub const WORDS: [&str; 5] = ["name", "calls", "hits", "calls/s", "hits/s"];

    /// The one that a word names.
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

    /// The next one; after the last, the first.
    #[must_use]
    pub fn next(self) -> Self {
        Self::ALL[(self.place() + 1) % Self::ALL.len()]
    }

    /// Whether it depends on the program's own counts.
    #[must_use]
    pub fn is_by_calls(self) -> bool {
        matches!(self, Self::Calls | Self::CallsPerSecond)
    }

    fn place(self) -> usize {
        let place = Self::ALL.iter().position(|it| *it == self);
        place.unwrap_or_default()
    }
}

impl Row {
    /// Sorts rows that are sorted by name.
    pub fn sort(rows: &mut [Self], by: Sort) {
        match by {
            Sort::Calls => rows.sort_by_key(|row| (Reverse(row.calls), row.is_original())),
            Sort::Hits => rows.sort_by_key(|row| (Reverse(row.hits), row.is_original())),
            // There is no interval.
            Sort::Name | Sort::CallsPerSecond | Sort::HitsPerSecond => {
                rows.sort_by_key(Self::is_original);
            }
        }
    }

    fn is_original(&self) -> bool {
        self.state == State::Original
    }
}

impl History {
    /// Sorts rows of the list. Nearly sorted rows take little time.
    pub fn sort(&self, rows: &mut [usize], by: Sort) {
        let among_equals = |row: usize| (self.roll().rows()[row].is_original(), row);
        match by {
            Sort::Name => rows.sort_unstable_by_key(|row| among_equals(*row)),
            Sort::Calls => {
                rows.sort_by_cached_key(|row| (Reverse(self.calls(*row)), among_equals(*row)));
            }
            Sort::Hits => {
                rows.sort_by_cached_key(|row| (Reverse(self.hits(*row)), among_equals(*row)));
            }
            // All rows share one interval: rates are in the order of the counts.
            Sort::CallsPerSecond => {
                rows.sort_by_cached_key(|row| (Reverse(self.new_calls(*row)), among_equals(*row)));
            }
            Sort::HitsPerSecond => {
                rows.sort_by_cached_key(|row| (Reverse(self.new_hits(*row)), among_equals(*row)));
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
