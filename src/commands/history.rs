//! `history`: the lines typed so far.

use super::command::example;
use super::{Arguments, Command, Context};
use crate::error::Result;
use crate::view::{Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "history",
    alias: None,
    summary: "show the lines typed so far",
    parameters: &[],
    options: &[],
    examples: &[example("history", "all of them, numbered")],
    answers: &[("", keys::HISTORY)],
    acts: |_| false,
    run,
};

#[expect(clippy::unnecessary_wraps, reason = "every command has this shape")]
fn run(context: &mut Context<'_>, _: &Arguments) -> Result<Answer> {
    Ok(Answer::History(context.host.history()))
}
