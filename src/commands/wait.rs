//! `wait`: waits until the program has ended.

use super::command::{SECONDS, example};
use super::{Arguments, Command, Context, Pause, duration};
use crate::error::{Error, Result};
use crate::program::Session;
use crate::protocol::Ending;
use crate::view::{Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "wait",
    alias: None,
    summary: "wait until the program ends, and report how it ended",
    parameters: &[SECONDS],
    options: &[],
    examples: &[
        example("wait", "without a limit"),
        example("wait 30", "fail after 30 seconds"),
    ],
    answers: &[("", keys::ENDED)],
    acts: |_| true,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let limit = arguments.texts().next().map(duration::parse).transpose()?;
    if context.session.is_held() && limit.is_none() {
        return Err(
            Error::new("the program has not started and would never end").hint("`run` starts it"),
        );
    }
    match context.pause_until_target_ends(limit) {
        Pause::TargetEnded => {}
        Pause::Elapsed => {
            return Err(Error::new("the program is still running")
                .hint("`wait` without a time waits until it ends"));
        }
        Pause::Interrupted => return Err(Error::interrupted()),
    }
    how_it_ended(context.session)
}

/// The notice that the program has ended, for a user who did not `wait` for it.
pub const ENDED: &str = "the program has ended; `wait` tells how";

/// The error of commands that need a running program.
pub(super) fn has_ended() -> Error {
    ended("the program has ended")
}

fn ended(how: &str) -> Error {
    Error::new(how).hint("`restart` starts it again")
}

/// The end of a program as an answer, or as an error if it failed.
pub(super) fn how_it_ended(session: &Session) -> Result<Answer> {
    match session.ending() {
        Some(Ending::Status(0)) => Ok(Answer::Ended),
        Some(Ending::Status(status)) => Err(ended(&format!(
            "the program has ended with status {status}"
        ))),
        Some(Ending::Raised { status, exception }) => Err(ended(&format!(
            "the program has ended with status {status} ({exception})"
        ))),
        Some(Ending::Gone(gone)) => Err(Error::new(gone.sentence).hint(gone.hint)),
        None => Err(ended("the program has ended in an unknown way")),
    }
}
