//! `errors`: the exceptions that leave callables.

use super::command::example;
use super::measuring::{Asked, FOR, LATER, SLOW, SORT, TOP, run as measure};
use super::patch::{DRY_RUN, LIMIT, PATTERNS};
use super::{Arguments, Command, Context};
use crate::error::Result;
use crate::measures::ERRORS;
use crate::protocol::Recorders;
use crate::view::{Answer, Subject, keys};

pub(super) const COMMAND: Command = Command {
    name: "errors",
    alias: None,
    summary: "count exceptions that leave callables, by type and line",
    parameters: &[PATTERNS],
    options: &[FOR, SLOW, SORT, TOP, LIMIT, DRY_RUN, LATER],
    examples: &[
        example(
            "errors instrumenting_app.*:* --for 2s",
            "what fails, where, and with which message",
        ),
        example(
            "errors *mod_b:Door.*",
            "from now on; the same once more shows what there was",
        ),
    ],
    answers: &[
        ("--for TIME PATTERN", keys::CALLS),
        ("PATTERN", keys::PATCHED),
    ],
    acts: |arguments| !arguments.has("--dry-run"),
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let asked = Asked {
        recorders: Recorders::errors(arguments.duration("--slow")),
        subject: Subject::Errors,
        by: &ERRORS,
    };
    measure(context, arguments, &asked)
}
