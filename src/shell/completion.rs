//! What Tab offers, derived from what the commands declare and from what is loaded now.

use std::time::Duration;

use rustyline::completion::{FilenameCompleter, Pair};

use super::words;
use crate::commands::{
    self, Aliases, Command, Parameter, SETTINGS, Setting, Shortening, TOPICS, Takes, Value, find,
};
use crate::session::{Pending, Session};

/// Tab gives up after this time: the target may hold the interpreter.
const PATIENCE: Duration = Duration::from_millis(500);

/// The candidates for the word that `line` ends with, and where that word starts.
pub(super) fn complete(session: &Session, aliases: &Aliases, line: &str) -> (usize, Vec<Pair>) {
    let (statement, start) = words::last_word(line);
    let word = &line[start..];
    let before = &statement[..statement.len() - word.len()];
    let words = shlex::split(before).unwrap_or_default();
    let words = meant(aliases, &words);
    let Some((name, rest)) = words.split_first() else {
        let mut commands = names_of_commands(word);
        commands.extend(whole_words(aliases.names(), word));
        let is_path = word.contains(['.', ':']) || commands.is_empty();
        return (
            start,
            if is_path {
                paths(session.names(word.to_owned()))
            } else {
                commands
            },
        );
    };
    let Ok(command) = find(name, Shortening::Allowed) else {
        return (start, Vec::new());
    };
    if let Some(values) = values_of_option(command, rest) {
        return (start, whole_words(values.iter().copied(), word));
    }
    if word.starts_with('-') {
        return (
            start,
            whole_words(command.all_options().map(|option| option.name), word),
        );
    }
    let given = rest.iter().filter(|word| !word.starts_with("--"));
    let given: Vec<_> = given.map(String::as_str).collect();
    let values = match command.parameters.get(given.len()) {
        Some(next) if next.takes == Takes::Setting => names_of_settings(),
        Some(next) if next.takes == Takes::ValueOfSetting => values_of_setting(&given),
        Some(next) if next.takes == Takes::Alias => aliases.names().collect(),
        _ => Vec::new(),
    };
    if !values.is_empty() {
        return (start, whole_words(values.into_iter(), word));
    }
    let place = given.len();
    parameter(session, command, place, line, start)
}

/// The words in front of the one to be completed, of the command that it belongs to: of what an alias
/// stands for, or of what is to get one.
fn meant(aliases: &Aliases, words: &[String]) -> Vec<String> {
    let words = aliases.expand(words);
    let command = words
        .first()
        .and_then(|name| find(name, Shortening::Allowed).ok());
    let line = command.and_then(|command| {
        let mut parameters = command.parameters.iter();
        parameters.position(|parameter| parameter.takes == Takes::CommandLine)
    });
    let mut plain = words.iter().enumerate();
    let last = line.and_then(|place| {
        let is_plain = |(_, word): &(usize, &String)| !word.starts_with("--");
        plain.by_ref().filter(is_plain).nth(place)
    });
    match last {
        Some((last, _)) => meant(aliases, &words[last + 1..]),
        None => words,
    }
}

fn names_of_settings<'a>() -> Vec<&'a str> {
    SETTINGS.iter().map(|setting| setting.name).collect()
}

/// The values of the setting that was named last.
fn values_of_setting<'a>(given: &[&str]) -> Vec<&'a str> {
    let setting = given.last().and_then(|name| Setting::named(name).ok());
    match setting.map(|setting| setting.value) {
        Some(Value::OneOf(values)) => values.to_vec(),
        _ => Vec::new(),
    }
}

fn parameter(
    session: &Session,
    command: &Command,
    place: usize,
    line: &str,
    start: usize,
) -> (usize, Vec<Pair>) {
    let word = &line[start..];
    let takes = command
        .parameters
        .get(place)
        .or_else(|| {
            command
                .parameters
                .last()
                .filter(|parameter| parameter.repeated)
        })
        .map(|parameter: &Parameter| parameter.takes);
    match takes {
        // The time of `watch` may be left out: what follows fits there as well.
        Some(Takes::Plain)
            if command
                .parameters
                .get(place + 1)
                .is_some_and(|next| next.takes == Takes::Callables) =>
        {
            (start, paths(session.names(word.to_owned())))
        }
        Some(Takes::Callables) => (start, paths(session.names(word.to_owned()))),
        Some(Takes::Patched) => {
            let patched = answer(session.patched_names(word.to_owned()));
            (start, whole_words(patched.iter().map(String::as_str), word))
        }
        Some(Takes::Command) => {
            let topics = TOPICS.iter().map(|topic| topic.name);
            let names = commands::all().flat_map(Command::names).chain(topics);
            (start, whole_words(names, word))
        }
        Some(Takes::File) => FilenameCompleter::new()
            .complete_path(line, line.len())
            .unwrap_or((start, Vec::new())),
        // Completed already, as far as that can be.
        Some(Takes::Setting | Takes::ValueOfSetting | Takes::Alias | Takes::CommandLine) => {
            (start, Vec::new())
        }
        Some(Takes::Plain) => match word.rsplit_once('(') {
            // The pattern of `hits(`, `calls(` and their like.
            Some((quantity, path)) => (
                start + quantity.len() + 1,
                paths(session.names(path.to_owned())),
            ),
            None => (start, Vec::new()),
        },
        None => (start, Vec::new()),
    }
}

/// The words that may follow, if the last word is an option that takes one of some words.
fn values_of_option(command: &Command, words: &[String]) -> Option<&'static [&'static str]> {
    let last = words.last()?;
    let option = command.options.iter().find(|option| option.name == last)?;
    match option.value {
        Value::OneOf(values) => Some(values),
        Value::Number | Value::Duration => Some(&[]),
        Value::Flag | Value::OptionalDuration => None,
    }
}

fn names_of_commands(word: &str) -> Vec<Pair> {
    whole_words(commands::all().flat_map(Command::names), word)
}

/// Candidates that end a word: a space follows.
fn whole_words<'a>(candidates: impl Iterator<Item = &'a str>, word: &str) -> Vec<Pair> {
    let fitting = candidates.filter(|candidate| candidate.starts_with(word));
    fitting
        .map(|candidate| Pair {
            display: candidate.to_owned(),
            replacement: format!("{candidate} "),
        })
        .collect()
}

/// Pieces of symbol paths, shown by their last piece.
fn paths(pending: Pending<Vec<String>>) -> Vec<Pair> {
    let shown = |name: &str| {
        let piece = name
            .trim_end_matches(['.', ':'])
            .rfind(['.', ':'])
            .map_or(0, |separator| separator + 1);
        name[piece..].to_owned()
    };
    answer(pending)
        .into_iter()
        .map(|name| Pair {
            display: shown(&name),
            replacement: name,
        })
        .collect()
}

/// The names that the worker finds in time; none if it does not.
fn answer(pending: Pending<Vec<String>>) -> Vec<String> {
    let Pending { reply, progress } = pending;
    let answer = reply.recv_timeout(PATIENCE);
    if answer.is_err() {
        progress.cancel();
    }
    answer.ok().and_then(Result::ok).unwrap_or_default()
}
