//! How well a name fits what was typed.
//!
//! Scattered matching is written here instead of taken from a crate, because the pieces of a symbol
//! path must weigh most, and forty lines suffice.

/// The way in which a name fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// It starts with what was typed.
    Beginning,
    /// It contains it.
    Inside,
    /// It contains its characters in order, not too far apart.
    Scattered,
}

/// The least number of bytes to type before names are matched inside or scattered.
const SHORTEST_INSIDE: usize = 2;
const SHORTEST_SCATTERED: usize = 3;
/// The cost of a character skipped inside a word.
const STEPS_OF_A_SLIP: usize = 3;

impl Fit {
    /// The distance of `name` from what was typed; smaller is better. None if it does not fit.
    pub(super) fn distance(self, name: &str, typed: &str) -> Option<usize> {
        // The dashes of an option are ignored.
        let length = typed.trim_start_matches('-').len();
        match self {
            Self::Beginning => name.starts_with(typed).then_some(0),
            Self::Inside if length < SHORTEST_INSIDE => None,
            Self::Inside => inside(name, typed),
            Self::Scattered if length < SHORTEST_SCATTERED => None,
            Self::Scattered => scattered(name.as_bytes(), typed.as_bytes()),
        }
    }
}

/// 0 if it is one of the pieces, 1 if a piece starts with it, 2 if it is elsewhere.
fn inside(name: &str, typed: &str) -> Option<usize> {
    let first = name.find(typed)?;
    let begins = |start: usize| start == 0 || is_separator(name.as_bytes()[start - 1]);
    let ends = |end: usize| name.as_bytes().get(end).is_none_or(|it| is_separator(*it));
    let places = name[first..].match_indices(typed);
    let distances = places.map(|(place, _)| match first + place {
        start if !begins(start) => 2,
        start if ends(start + typed.len()) => 0,
        _ => 1,
    });
    distances.min()
}

/// The cost of walking along the name from the start of a word: one step to continue at the start
/// of another word, and more to skip characters in between. None if that is too much for so few
/// characters.
fn scattered(name: &[u8], typed: &[u8]) -> Option<usize> {
    let (first, rest) = typed.split_first()?;
    let starts = (0..name.len()).filter(|&at| is_like(name[at], *first) && begins_word(name, at));
    let steps = starts.filter_map(|start| steps_from(name, start + 1, rest));
    let most = STEPS_OF_A_SLIP.max(typed.len() / 2);
    steps.min().filter(|steps| *steps <= most)
}

fn steps_from(name: &[u8], mut place: usize, typed: &[u8]) -> Option<usize> {
    let mut steps = 0;
    for wanted in typed {
        if !name.get(place).is_some_and(|it| is_like(*it, *wanted)) {
            let mut places = (place..name.len()).filter(|&at| is_like(name[at], *wanted));
            let nearest = places.clone().next()?;
            (place, steps) = match places.find(|&at| begins_word(name, at)) {
                Some(word) => (word, steps + 1),
                None => (nearest, steps + STEPS_OF_A_SLIP + nearest - place - 1),
            };
        }
        place += 1;
    }
    Some(steps)
}

fn is_like(character: u8, typed: u8) -> bool {
    character.eq_ignore_ascii_case(&typed)
}

fn begins_word(name: &[u8], place: usize) -> bool {
    let Some(before) = place.checked_sub(1).map(|before| name[before]) else {
        return true;
    };
    let here = name[place];
    !before.is_ascii_alphanumeric()
        || here.is_ascii_uppercase() && !before.is_ascii_uppercase()
        || here.is_ascii_digit() && !before.is_ascii_digit()
}

fn is_separator(character: u8) -> bool {
    matches!(character, b'.' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(names: &[&'static str], typed: &str, fit: Fit) -> Vec<&'static str> {
        let distance = |name: &&'static str| Some((fit.distance(name, typed)?, *name));
        let mut ranked: Vec<_> = names.iter().filter_map(distance).collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn a_whole_piece_fits_better_than_a_part_of_one() {
        let names = [
            "a.mod:my_func_7",
            "a.mod:func_70",
            "b.mod:func_7",
            "b.mod:func_8",
        ];
        assert_eq!(
            ranked(&names, "func_7", Fit::Inside),
            ["b.mod:func_7", "a.mod:func_70", "a.mod:my_func_7"]
        );
        assert_eq!(ranked(&names, "mod:func_8", Fit::Inside), ["b.mod:func_8"]);
        assert!(ranked(&names, "f", Fit::Inside).is_empty());
    }

    #[test]
    fn the_beginnings_of_words_fit_better_than_what_stands_inside() {
        let names = [
            "app.mod_a:refund_sum",
            "app.mod_a:func_7",
            "app.mod_b:Account.deposit",
        ];
        assert_eq!(
            ranked(&names, "mafunc7", Fit::Scattered),
            ["app.mod_a:func_7"]
        );
        assert_eq!(
            ranked(&names, "accdep", Fit::Scattered),
            ["app.mod_b:Account.deposit"]
        );
        assert_eq!(ranked(&names, "func_sum", Fit::Scattered), [""; 0]);
        assert_eq!(ranked(&names, "7func", Fit::Scattered), [""; 0]);
        assert_eq!(ranked(&["--json"], "--s", Fit::Scattered), [""; 0]);
        let commands = ["patch", "unpatch", "watch"];
        assert_eq!(ranked(&commands, "ptch", Fit::Scattered), ["patch"]);
    }

    #[test]
    fn what_is_too_far_apart_does_not_fit() {
        let far = "abcdefghijklmnopqrstuvwxyz";
        assert_eq!(Fit::Scattered.distance(far, "acd"), Some(3));
        assert_eq!(Fit::Scattered.distance(far, "ade"), None);
        let pieces = "app.dummy_modules.mod:with_positional";
        assert_eq!(Fit::Scattered.distance(pieces, "dumps"), None);
    }
}
