//! `sleep`: waits while the program runs on.

use std::time::Instant;

use super::command::example;
use super::{Arguments, Command, Context, Parameter, Pause, Takes, duration};
use crate::error::{Error, Result};
use crate::view::{Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "sleep",
    alias: None,
    summary: "wait for a time, while the program keeps running",
    parameters: &[Parameter {
        name: "SECONDS",
        takes: Takes::Duration,
        required: true,
        repeated: false,
    }],
    options: &[],
    examples: &[
        example("sleep 2", "two seconds"),
        example("sleep 500ms", "half a second"),
    ],
    answers: &[("", keys::SLEPT)],
    acts: |_| true,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let time = arguments.texts().next().map(duration::parse).transpose()?;
    let start = Instant::now();
    match context.pause(time) {
        Pause::Interrupted => Err(Error::interrupted()),
        Pause::Elapsed | Pause::TargetEnded => Ok(Answer::Slept(start.elapsed())),
    }
}
