//! `time`: how long calls take.

use super::command::{example, flag};
use super::measuring::{Asked, FOR, LATER, SLOW, SORT, TOP, run as measure};
use super::patch::{DRY_RUN, LIMIT, PATTERNS};
use super::{Arguments, Command, Context};
use crate::error::Result;
use crate::measures::TOTAL;
use crate::protocol::Recorders;
use crate::view::{Answer, Subject, keys};

pub(super) const COMMAND: Command = Command {
    name: "time",
    alias: None,
    summary: "time calls: mean, percentiles, self time, errors",
    parameters: &[PATTERNS],
    options: &[
        FOR,
        flag("--hist", "draw how the times are distributed"),
        SLOW,
        SORT,
        TOP,
        LIMIT,
        DRY_RUN,
        LATER,
    ],
    examples: &[
        example(
            "time instrumenting_app.*:* --for 2s",
            "what is slow, how slow, and how often it fails",
        ),
        example(
            "time *mod_a:func_7 --for 1 --hist",
            "with the distribution of its times",
        ),
        example(
            "time *mod_b:Door.*",
            "from now on: `ls`, `watch`, `stats` and `expect` show it",
        ),
        example("time *mod_a:* --slow 50ms", "only calls of at least 50 ms"),
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
        recorders: Recorders::times(arguments.duration("--slow")),
        subject: Subject::Times,
        by: &TOTAL,
    };
    measure(context, arguments, &asked)
}
