//! `fg`: gives the terminal to a program that needs it, for a debugger, curses or a question.

use super::command::example;
use super::wait::{has_ended, how_it_ended};
use super::{Arguments, Command, Context, Returned};
use crate::error::Result;
use crate::view::{Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "fg",
    alias: None,
    summary: "give the program the terminal until Ctrl-Z or its end",
    parameters: &[],
    options: &[],
    examples: &[example(
        "fg",
        "for example to use a debugger; also starts a program that `--hold` has kept waiting",
    )],
    answers: &[("", keys::TERMINAL_BACK)],
    acts: |_| false,
    run,
};

fn run(context: &mut Context<'_>, _: &Arguments) -> Result<Answer> {
    if context.session.ending().is_some() {
        return Err(has_ended());
    }
    match context.host.give_terminal()? {
        Returned::ByEnd => {
            how_it_ended(context.session).map(|_| Answer::TerminalBack { has_ended: true })
        }
        Returned::ByStop => Ok(Answer::TerminalBack { has_ended: false }),
    }
}
