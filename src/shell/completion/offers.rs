//! The candidates of a completion, and how a menu shows them.

use rustyline::completion::Pair;

use super::fitting::Fit;
use crate::program::Names;
use crate::view::is_unseen;

/// The most entries of a menu.
const LONGEST_MENU: usize = 1000;
const LONGEST_GUESS: usize = 100;

/// A candidate.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    /// The text to insert.
    pub(super) text: String,
    /// The text in a menu.
    pub(super) shown: String,
    /// What follows it once it is chosen.
    pub(super) end: &'static str,
}

/// The candidates.
#[derive(Default)]
pub(super) struct Offers {
    list: Vec<Offer>,
    /// The number of further candidates.
    others: usize,
    /// Whether all start with what was typed.
    go_on: bool,
    /// Whether they are paths, of which a menu leaves out the common pieces.
    are_paths: bool,
}

impl Offers {
    /// The words that fit best.
    pub(super) fn of_words(words: Vec<String>, typed: &str) -> Self {
        Self::fitting(words.clone(), typed, Fit::Beginning)
            .or(|| Self::fitting(words.clone(), typed, Fit::Inside))
            .or(|| Self::fitting(words, typed, Fit::Scattered))
    }

    /// The words that fit in one way.
    pub(super) fn fitting(words: Vec<String>, typed: &str, fit: Fit) -> Self {
        let fits = |word: String| Some((fit.distance(&word, typed)?, word));
        let mut fitting: Vec<_> = words.into_iter().filter_map(fits).collect();
        fitting.sort();
        let words = fitting.into_iter().map(|(_, word)| word);
        Self::new(words.map(Offer::word).collect(), fit)
    }

    /// The next pieces of paths, with what follows a complete one.
    pub(super) fn of_pieces(pieces: Vec<String>, end: &'static str) -> Self {
        let offers = pieces.into_iter().map(|text| {
            let is_whole = !text.ends_with(['.', ':']);
            Offer {
                shown: text.clone(),
                text,
                end: if is_whole { end } else { "" },
            }
        });
        Self::new(offers.collect(), Fit::Beginning).of_which_paths()
    }

    /// Marks them as paths.
    pub(super) fn of_which_paths(self) -> Self {
        Self {
            are_paths: true,
            ..self
        }
    }

    /// Modules and callables whose paths fit in one way. If some are the program's own, only those
    /// of them that fit about as well as the best.
    pub(super) fn of_paths(names: &Names, typed: &str, fit: Fit, end: &'static str) -> Self {
        let mut found = Vec::new();
        let mut path = String::new();
        for module in names.modules() {
            path.clear();
            path.push_str(&module.name);
            let is_foreign = !module.is_own;
            if let Some(distance) = fit.distance(&path, typed) {
                found.push((is_foreign, distance, module.name.as_str(), None));
                continue;
            }
            path.push(':');
            let length = path.len();
            for name in module.callables() {
                path.truncate(length);
                path.push_str(name);
                if let Some(distance) = fit.distance(&path, typed) {
                    found.push((is_foreign, distance, module.name.as_str(), Some(name)));
                }
            }
        }
        if let Some((is_foreign, best, ..)) = found.iter().min().copied() {
            found.retain(|it| it.0 == is_foreign && it.1 <= best.max(1));
        }
        let others = found.len().saturating_sub(LONGEST_GUESS);
        if others > 0 {
            found.select_nth_unstable(LONGEST_GUESS);
            found.truncate(LONGEST_GUESS);
        }
        found.sort_unstable();
        let offers = found.into_iter().map(|(_, _, module, name)| {
            let text = format!("{module}:{}", name.unwrap_or_default());
            let end = if name.is_some() { end } else { "" };
            (text, end)
        });
        let offers = offers.map(|(text, end)| Offer {
            shown: text.clone(),
            text,
            end,
        });
        Self {
            others,
            ..Self::new(offers.collect(), fit).of_which_paths()
        }
    }

    /// Keeps the candidates that can be typed: a terminal would obey control characters in the
    /// others.
    pub(super) fn new(mut list: Vec<Offer>, fit: Fit) -> Self {
        list.retain(|offer| !offer.text.contains(is_unseen));
        Self {
            list,
            others: 0,
            go_on: fit == Fit::Beginning,
            are_paths: false,
        }
    }

    /// These, or others if there are none.
    pub(super) fn or(self, others: impl FnOnce() -> Self) -> Self {
        if self.list.is_empty() { others() } else { self }
    }

    /// What the editor inserts instead of `typed`, and what it shows. It inserts the common
    /// beginning if that is longer than what was typed.
    pub(super) fn pairs(mut self, typed: &str, quote: Option<char>) -> Vec<Pair> {
        if let [only] = self.list.as_slice() {
            let closing = quote.filter(|_| !only.end.is_empty() && quote != Some('\\'));
            return vec![Pair {
                display: only.shown.clone(),
                replacement: quoted(&only.text, quote)
                    + &closing.map(String::from).unwrap_or_default()
                    + only.end,
            }];
        }
        let common = common_beginning(&self.list).to_owned();
        let replacement = quoted(&common, quote);
        let has_typed = self.go_on || self.others == 0 && common.contains(unquoted(typed, quote));
        let replacement = if has_typed {
            replacement
        } else {
            typed.to_owned()
        };
        self.others += self.list.len().saturating_sub(LONGEST_MENU);
        self.list.truncate(LONGEST_MENU);
        if self.are_paths {
            let separator = common.rfind(['.', ':']);
            let head = separator.map_or(0, |separator| separator + 1);
            for offer in &mut self.list {
                offer.shown.drain(..head);
            }
        }
        let more = (self.others > 0).then(|| format!("({} more)", self.others));
        let shown = self.list.into_iter().map(|offer| offer.shown).chain(more);
        let pair = |display| Pair {
            display,
            replacement: replacement.clone(),
        };
        shown.map(pair).collect()
    }
}

/// The common beginning of all texts.
fn common_beginning(offers: &[Offer]) -> &str {
    let first = offers.first().map_or("", |offer| offer.text.as_str());
    let shared = |other: &str| {
        let pairs = first.char_indices().zip(other.chars());
        let mut differing = pairs.filter(|((_, a), b)| a != b);
        let end = differing.next().map(|((place, _), _)| place);
        end.unwrap_or(first.len().min(other.len()))
    };
    let length = offers.iter().map(|offer| shared(&offer.text)).min();
    &first[..length.unwrap_or(0)]
}

/// A text inside the open quote, or escaped with backslashes.
fn quoted(text: &str, quote: Option<char>) -> String {
    let mut quoted = String::from_iter(quote.filter(|quote| *quote != '\\'));
    for character in text.chars() {
        match quote {
            Some('\'') if character == '\'' => quoted.push_str("'\\'"),
            Some('"') if matches!(character, '"' | '\\' | '$' | '`') => quoted.push('\\'),
            None | Some('\\') if character.is_whitespace() || "'\"\\;|#&$`".contains(character) => {
                quoted.push('\\');
            }
            _ => {}
        }
        quoted.push(character);
    }
    quoted
}

fn unquoted(typed: &str, quote: Option<char>) -> &str {
    typed.trim_start_matches(|it| Some(it) == quote)
}
