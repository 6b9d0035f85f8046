//! `patch`: rewrites callables so that each call is counted.

use super::command::{example, flag, limit};
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::{Error, Result, count};
use crate::session::{Change, Outcome, PatchRequest, Pattern};
use crate::view::Answer;

/// Matches that may be patched without asking for it.
const DEFAULT_LIMIT: usize = 1000;

pub(super) const COMMAND: Command = Command {
    name: "patch",
    alias: None,
    summary: "rewrite callables so that their calls are counted",
    parameters: &[Parameter {
        name: "PATTERN",
        takes: Takes::Callables,
        required: true,
        repeated: true,
    }],
    options: &[
        limit("refuse more than N matches (1000); 0 allows any number"),
        flag("--dry-run", "only say what would be patched"),
    ],
    examples: &[
        example(
            "patch instrumenting_app.dummy_modules.mod_a:func_7",
            "one function",
        ),
        example("patch *mod_b:Door.*", "the methods of a class"),
        example(
            "patch instrumenting_app.dummy_modules.*:* --dry-run",
            "what all of this would be",
        ),
    ],
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let limit = arguments.number("--limit").unwrap_or(DEFAULT_LIMIT);
    let request = PatchRequest {
        patterns: arguments
            .texts()
            .map(Pattern::parse)
            .collect::<Result<_>>()?,
        limit: (limit > 0).then_some(limit),
        dry_run: arguments.has("--dry-run"),
    };
    let outcomes = context.wait(context.session.patch(request))?;
    conclude(context, outcomes)
}

/// The answer to `patch` and `unpatch`; it fails if something was refused, after all was said.
pub(super) fn conclude(context: &mut Context<'_>, outcomes: Vec<Outcome>) -> Result<Answer> {
    let (mut refusals, outcomes): (Vec<_>, Vec<_>) = outcomes
        .into_iter()
        .partition(|outcome| matches!(outcome.change, Change::Refused(_)));
    let refused = refusals.len();
    let Some(Outcome {
        change: Change::Refused(first),
        ..
    }) = refusals.drain(..).next()
    else {
        return Ok(Answer::Outcomes(outcomes));
    };
    if !outcomes.is_empty() {
        context.host.show(&Answer::Outcomes(outcomes))?;
    }
    Err(match refused {
        1 => first,
        _ => Error::new(format!(
            "{} refused, the first: {first}",
            count(refused, "callable")
        )),
    })
}
