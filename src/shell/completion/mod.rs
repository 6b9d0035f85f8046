//! What Tab offers: what fits at the cursor, according to the declarations of the commands and to
//! what is loaded.
//!
//! Candidates that start with the typed word come first; if there are none, those that contain it;
//! then those that contain its characters in order. A menu never destroys what was typed.

mod files;
mod fitting;
mod offers;

use std::sync::Arc;
use std::time::Duration;

use rustyline::completion::Pair;

use super::known::Known;
use super::line::{Part, Role};
use crate::commands::{Command, Value};
use crate::program::Names;
use fitting::Fit;
use offers::{Offer, Offers};

/// How long Tab waits for a collection of names that is under way.
const PATIENCE: Duration = Duration::from_millis(30);
/// The same before the first collection has ended.
const FIRST_PATIENCE: Duration = Duration::from_millis(500);

/// The candidates for the last word of `line`, and where that word starts.
pub(super) fn complete(known: &Known, line: &str) -> (usize, Vec<Pair>) {
    let Some(part) = known.parts(line, line.len()).pop() else {
        return (line.len(), Vec::new());
    };
    let start = part.range.start;
    (start, offers(known, &part).pairs(&line[start..], part.open))
}

fn offers(known: &Known, part: &Part) -> Offers {
    let word = part.text.as_str();
    let words = |words: Vec<String>| Offers::of_words(words, word);
    match &part.role {
        Role::Command => commands_and_paths(known, word),
        Role::Option(command, given) => words(options(command, given)),
        Role::Value(option) => match option.value {
            Value::OneOf(values) => words(values.iter().map(|&value| value.to_owned()).collect()),
            _ => Offers::default(),
        },
        Role::Callables(callables) => {
            let end = if callables.in_brackets { ") " } else { " " };
            paths(&names(known), word, end)
        }
        Role::Patched(which) => words(known.patched(*which)).of_which_paths(),
        Role::Topic => words(Known::topics()),
        Role::Alias => words(known.aliases()),
        Role::Words(fitting) => words(fitting.clone()),
        Role::File | Role::Shell => files::offers(known, word),
        Role::Duration | Role::Plain | Role::Excess | Role::Separator | Role::Comment => {
            Offers::default()
        }
    }
}

/// The options of a command that were not given yet.
fn options(command: &Command, given: &[&str]) -> Vec<String> {
    let options = command.all_options().map(|option| option.name);
    let others = options.filter(|option| !given.contains(option));
    others.map(str::to_owned).collect()
}

/// Candidates for the beginning of a line: commands, or paths if no command fits.
fn commands_and_paths(known: &Known, word: &str) -> Offers {
    let commands = known.commands();
    let fitting = |fit| Offers::fitting(commands.clone(), word, fit);
    fitting(Fit::Beginning).or(|| {
        let names = names(known);
        Offers::of_pieces(names.pieces(word), " ")
            .or(|| fitting(Fit::Inside))
            .or(|| Offers::of_paths(&names, word, Fit::Inside, " "))
            .or(|| fitting(Fit::Scattered))
            .or(|| Offers::of_paths(&names, word, Fit::Scattered, " "))
    })
}

/// Symbol paths, piece by piece as long as one starts with `word`; `end` follows a complete one.
fn paths(names: &Names, word: &str, end: &'static str) -> Offers {
    Offers::of_pieces(names.pieces(word), end)
        .or(|| Offers::of_paths(names, word, Fit::Inside, end))
        .or(|| Offers::of_paths(names, word, Fit::Scattered, end))
}

/// The loaded names. Does not wait for a program that holds the GIL.
fn names(known: &Known) -> Arc<Names> {
    let names = known.names(PATIENCE);
    if names.is_empty() {
        return known.names(FIRST_PATIENCE);
    }
    names
}

impl Offer {
    /// A complete word.
    fn word(text: String) -> Self {
        // After an opening bracket, more follows.
        let end = if text.ends_with('(') { "" } else { " " };
        Self {
            shown: text.clone(),
            text,
            end,
        }
    }
}
