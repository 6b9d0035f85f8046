//! `exit`: undoes every patch, interrupts the program and leaves the shell.

use super::command::example;
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::{Error, Result};
use crate::view::{Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "exit",
    alias: Some("quit"),
    summary: "undo every patch, end the program and leave",
    parameters: &[Parameter {
        name: "N",
        takes: Takes::Plain,
        required: false,
        repeated: false,
    }],
    options: &[],
    examples: &[
        example("exit", "with status 0"),
        example("exit 3", "with status 3"),
    ],
    answers: &[("", keys::LEAVING)],
    acts: |_| false,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let status = match arguments.texts().next() {
        None => None,
        Some(word) => Some(word.parse().map_err(|_| {
            Error::usage(format!("`{word}` is not an exit status"))
                .hint("use a number from 0 to 255")
        })?),
    };
    Ok(Answer::Leaving {
        status: context.host.leave(status),
    })
}
