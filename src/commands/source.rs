//! `source`: runs a command file.

use std::path::Path;

use super::command::example;
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::Result;
use crate::view::Answer;

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
        "an example of this project",
    )],
    acts: |_| true,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    for file in arguments.texts() {
        context
            .host
            .source(context.session, context.target, Path::new(file))?;
    }
    Ok(Answer::Nothing)
}
