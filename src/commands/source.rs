//! `source`: runs a command file.

use std::path::Path;

use super::command::example;
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::Result;
use crate::view::{Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "source",
    alias: None,
    summary: "run the commands of a file",
    parameters: &[Parameter {
        name: "FILE",
        takes: Takes::File,
        required: true,
        repeated: false,
    }],
    options: &[],
    examples: &[example(
        "source examples/01_first_patch.instr",
        "an example from the repository",
    )],
    answers: &[("", keys::SOURCED)],
    acts: |_| true,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let file: String = arguments.texts().collect();
    let is_done = context.host.source(Path::new(&file))?;
    Ok(if is_done {
        Answer::Sourced(file)
    } else {
        Answer::Nothing
    })
}
