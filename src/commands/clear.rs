//! `clear`: an empty screen.

use super::command::example;
use super::{Arguments, Command, Context};
use crate::error::Result;
use crate::view::{Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "clear",
    alias: None,
    summary: "clear the screen",
    parameters: &[],
    options: &[],
    examples: &[example("clear", "an empty screen")],
    answers: &[("", keys::DONE)],
    acts: |_| false,
    run,
};

fn run(context: &mut Context<'_>, _: &Arguments) -> Result<Answer> {
    context.host.clear_screen()?;
    Ok(Answer::Done)
}
