//! `restart`: ends the program and starts it anew, with its patches.

use super::command::example;
use super::{Arguments, Command, Context};
use crate::error::{Error, Result};
use crate::view::Answer;

pub(super) const COMMAND: Command = Command {
    name: "restart",
    alias: None,
    summary: "end the program and start it anew, with its patches",
    parameters: &[],
    options: &[],
    examples: &[example(
        "restart",
        "in a new process image: counts start at zero, patches are put on again by name",
    )],
    run,
};

fn run(context: &mut Context<'_>, _: &Arguments) -> Result<Answer> {
    if context.target.is_held() {
        return Err(Error::new("the program has not started yet").hint("`run` starts it"));
    }
    // What follows is told by the shell that goes on in the new image.
    context.host.restart(context.session.remembered())?;
    Ok(Answer::Nothing)
}
