//! `run`: starts a program that `--hold` has held.

use super::command::example;
use super::{Arguments, Command, Context};
use crate::error::{Error, Result};
use crate::view::{Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "run",
    alias: None,
    summary: "start the program that `--hold` has kept waiting",
    parameters: &[],
    options: &[],
    examples: &[example(
        "run",
        "starts it with the patches that are in place",
    )],
    answers: &[("", keys::DONE)],
    acts: |_| true,
    run,
};

fn run(context: &mut Context<'_>, _: &Arguments) -> Result<Answer> {
    if context.session.is_held() {
        context.wait(context.session.release())?;
        return Ok(Answer::Done);
    }
    if context.session.ending().is_some() {
        return Err(Error::new("the program has ended").hint("`restart` starts it again"));
    }
    Err(Error::new("the program has already started")
        .hint("`restart --hold` starts it again, but not before `run`"))
}
