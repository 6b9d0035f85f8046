//! What Tab offers: what fits at the cursor, by what the commands declare and by what is loaded now.
//!
//! What begins with the typed word comes first; if nothing does, what has it inside; then what has its
//! characters in their order. A menu never destroys what was typed.

mod files;
mod fitting;
mod offers;

use std::sync::Arc;
use std::time::Duration;

use rustyline::completion::Pair;

use super::known::Known;
use super::line::{Part, Role};
use crate::commands::{Command, Value};
use crate::session::Names;
use fitting::Fit;
use offers::{Offer, Offers};

/// Tab waits so long for a look at the target that is under way.
const PATIENCE: Duration = Duration::from_millis(30);
/// The same before the first one has ended.
const FIRST_PATIENCE: Duration = Duration::from_millis(500);

/// The candidates for the word that `line` ends with, and where that word starts.
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

/// Those of the command that are not given yet.
fn options(command: &Command, given: &[&str]) -> Vec<String> {
    let options = command.all_options().map(|option| option.name);
    let others = options.filter(|option| !given.contains(option));
    others.map(str::to_owned).collect()
}

/// What a line begins with: as soon as no command does, a path.
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

/// Symbol paths, piece by piece as long as one begins with `word`; `end` stands behind a whole one.
fn paths(names: &Names, word: &str, end: &'static str) -> Offers {
    Offers::of_pieces(names.pieces(word), end)
        .or(|| Offers::of_paths(names, word, Fit::Inside, end))
        .or(|| Offers::of_paths(names, word, Fit::Scattered, end))
}

/// What is loaded. A target that holds the interpreter is not waited for.
fn names(known: &Known) -> Arc<Names> {
    let names = known.names(PATIENCE);
    if names.is_empty() {
        return known.names(FIRST_PATIENCE);
    }
    names
}

impl Offer {
    /// A word that is whole.
    fn word(text: String) -> Self {
        // A bracket waits for what stands in it.
        let end = if text.ends_with('(') { "" } else { " " };
        Self {
            shown: text.clone(),
            text,
            end,
        }
    }
}
