//! `unpatch`: restores the identical original code objects.

use std::time::{Duration, Instant};

use super::command::{example, flag};
use super::{Arguments, Command, CommandOption, Context, Parameter, Pause, Takes, Value};
use crate::error::{Error, Result, count};
use crate::protocol::Pattern;
use crate::view::{Answer, keys};

/// How often the running calls are checked.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

pub(super) const COMMAND: Command = Command {
    name: "unpatch",
    alias: None,
    summary: "restore the original code",
    parameters: &[Parameter {
        name: "PATTERN",
        takes: Takes::Patched,
        required: false,
        repeated: true,
    }],
    options: &[
        flag("--all", "everything that is patched"),
        CommandOption {
            name: "--drain",
            value: Value::OptionalDuration,
            summary: "also wait until no call runs the patched code",
            setting: None,
        },
    ],
    examples: &[
        example(
            "unpatch instrumenting_app.dummy_modules.mod_a:func_7",
            "one function",
        ),
        example("unpatch --all", "everything"),
        example(
            "unpatch --all --drain 5",
            "fail if calls still run it after 5 seconds",
        ),
    ],
    answers: &[("", keys::UNPATCHED)],
    acts: |_| true,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let pending = match (arguments.words(), arguments.has("--all")) {
        ([], true) => context.session.unpatch_all(),
        ([], false) => {
            return Err(Error::usage("`unpatch` needs a PATTERN or `--all`")
                .hint(format!("usage: `{}`", COMMAND.usage())));
        }
        (_, true) => {
            return Err(Error::usage("`--all` and a PATTERN cannot be combined")
                .hint("type `unpatch --all`"));
        }
        (_, false) => {
            let patterns = arguments
                .texts()
                .map(Pattern::parse)
                .collect::<Result<_>>()?;
            context.session.unpatch(patterns)
        }
    };
    let mut answer = super::patch::conclude(context, pending, Answer::Unpatched)?;
    if !arguments.has("--drain") {
        return Ok(answer);
    }
    let drained = drain(context, arguments.duration("--drain"));
    if drained.is_ok()
        && let Answer::Unpatched(report) = &mut answer
    {
        // Those calls have ended.
        report
            .outcomes
            .iter_mut()
            .for_each(|it| it.in_flight.clear());
    }
    context.host.show(&answer)?;
    drained.map(|()| Answer::Nothing)
}

/// Waits until no call runs removed patched code. Python has no event for the end of a frame, so
/// this polls.
fn drain(context: &mut Context<'_>, limit: Option<Duration>) -> Result<()> {
    let deadline = limit.map(|limit| Instant::now() + limit);
    let mut has_said = false;
    loop {
        let used = context.wait(context.session.lingering_codes())?;
        if used == 0 {
            return Ok(());
        }
        if !std::mem::replace(&mut has_said, true) {
            let callables = count(used, "callable");
            let waiting =
                format!("waiting for calls of {callables} to finish with the patched code");
            context.host.remark(&waiting);
        }
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Error::new(format!(
                "calls of {} are still running the patched code",
                count(used, "callable")
            ))
            .hint("they finish with it; later calls run the original code"));
        }
        if context.pause(Some(LOOK_AGAIN)) == Pause::Interrupted {
            return Err(Error::interrupted());
        }
    }
}
