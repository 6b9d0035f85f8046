//! `help`: what can be typed, derived from what the commands declare.

use super::command::example;
use super::{Arguments, Command, Context, Parameter, Shortening, Takes};
use crate::error::Result;
use crate::view::{Answer, HelpEntry, HelpPage};

pub(super) const COMMAND: Command = Command {
    name: "help",
    alias: None,
    summary: "list the commands, or explain one",
    parameters: &[Parameter {
        name: "COMMAND",
        takes: Takes::Command,
        required: false,
        repeated: false,
    }],
    options: &[],
    examples: &[
        example("help", "every command on one line"),
        example("help patch", "one command"),
    ],
    run,
};

fn run(_: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    match arguments.texts().next() {
        None => Ok(Answer::Commands(commands())),
        Some(word) => {
            super::find(word, Shortening::Allowed).map(|command| Answer::Help(page(command)))
        }
    }
}

/// Every command with its usage and summary.
fn commands() -> Vec<HelpEntry> {
    super::all()
        .map(|command| HelpEntry {
            term: command.invocation(),
            meaning: command.summary.to_owned(),
        })
        .collect()
}

fn page(command: &Command) -> HelpPage {
    let entry = |term: String, meaning: &str| HelpEntry {
        term,
        meaning: meaning.to_owned(),
    };
    HelpPage {
        usage: command.usage(),
        summary: command.summary.to_owned(),
        alias: command.alias.map(str::to_owned),
        options: command
            .options
            .iter()
            .map(|option| entry(option.usage(), option.summary))
            .collect(),
        examples: command
            .examples
            .iter()
            .map(|example| entry(example.line.to_owned(), example.meaning))
            .collect(),
    }
}
