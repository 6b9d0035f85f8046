//! `interrupt`: does to the program what Ctrl-C does under `python`.

use super::command::example;
use super::wait::has_ended;
use super::{Arguments, Command, Context};
use crate::error::{Error, Result};
use crate::protocol::Interruption;
use crate::view::{Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "interrupt",
    alias: None,
    summary: "send SIGINT to the program, as Ctrl-C would",
    parameters: &[],
    options: &[],
    examples: &[example(
        "interrupt",
        "raises KeyboardInterrupt in the program, or calls its SIGINT handler",
    )],
    answers: &[("", keys::DONE)],
    acts: |_| true,
    run,
};

fn run(context: &mut Context<'_>, _: &Arguments) -> Result<Answer> {
    if context.session.is_held() {
        return Err(Error::new("the program has not started yet").hint("`run` starts it"));
    }
    match context.wait(context.session.interrupt())? {
        Some(Interruption::Sent) => Ok(Answer::Done),
        Some(Interruption::Ignored) => {
            Err(Error::new("the program ignores SIGINT").hint("`exit` ends it"))
        }
        Some(Interruption::Deadly) => Err(Error::new(
            "the program has no handler for SIGINT, which would therefore end the shell too",
        )
        .hint("`exit` ends both cleanly")),
        None => Err(has_ended()),
    }
}
