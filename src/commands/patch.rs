//! `patch`: rewrites callables to count their calls.

use super::command::{self, example, flag, limit};
use super::{Arguments, Command, CommandOption, Completion, Context, Parameter};
use crate::error::{Error, Result, count};
use crate::program::Pending;
use crate::protocol::{Change, PatchRequest, Pattern, Report, Wanted};
use crate::view::{Answer, keys};

/// The number of matches that `patch` accepts without `--limit`.
pub(super) const DEFAULT_LIMIT: usize = 1000;

/// `PATTERN...`: at least one pattern over everything that is loaded.
pub(super) const PATTERNS: Parameter = Parameter {
    required: true,
    ..command::PATTERNS
};

/// `--limit N`, for matches.
pub(super) const LIMIT: CommandOption =
    limit("refuse more than N matches (default: 1000); 0 allows any number");

/// `--dry-run`
pub(super) const DRY_RUN: CommandOption = flag("--dry-run", "only show what would be patched");

/// The option that makes a pattern match later imports and definitions, too.
pub const LAZY: &str = "--lazy";

pub(super) const COMMAND: Command = Command {
    name: "patch",
    alias: None,
    summary: "rewrite callables to count their calls",
    parameters: &[PATTERNS],
    options: &[
        LIMIT,
        DRY_RUN,
        flag(LAZY, "also patch what is imported or defined later"),
    ],
    examples: &[
        example(
            "patch instrumenting_app.dummy_modules.mod_a:func_7",
            "one function",
        ),
        example("patch *mod_b:Door.*", "the methods of a class"),
        example(
            "patch instrumenting_app.dummy_modules.*:* --dry-run",
            "show what this would patch",
        ),
        example(
            "patch --lazy json.decoder:*",
            "now, or as soon as it is imported",
        ),
    ],
    answers: &[("", keys::PATCHED)],
    acts: |arguments| !arguments.has("--dry-run"),
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let request = request(arguments, Wanted::default())?;
    let pending = context.session.patch(request);
    conclude(context, pending, Answer::Report)
}

/// What a command line asks to record.
///
/// # Errors
/// If a pattern is malformed.
pub(super) fn request(arguments: &Arguments, wanted: Wanted) -> Result<PatchRequest> {
    let limit = arguments.number("--limit").unwrap_or(DEFAULT_LIMIT);
    let dry_run = arguments.has("--dry-run");
    Ok(PatchRequest {
        patterns: arguments
            .texts()
            .map(Pattern::parse)
            .collect::<Result<_>>()?,
        // What is only shown needs no limit.
        limit: (limit > 0 && !dry_run).then_some(limit),
        dry_run,
        lazy: arguments.has(LAZY),
        wanted,
    })
}

/// The answer to `patch` and `unpatch`: what was done, also after an interruption. If something was
/// refused, it shows the rest and then fails.
pub(super) fn conclude(
    context: &mut Context<'_>,
    pending: Pending<Report>,
    answer: fn(Report) -> Answer,
) -> Result<Answer> {
    let (report, completion) = context.wait_for_part(pending)?;
    settle(context, report, completion, answer)
}

/// The same for a report that is there.
pub(super) fn settle(
    context: &mut Context<'_>,
    mut report: Report,
    completion: Completion,
    answer: fn(Report) -> Answer,
) -> Result<Answer> {
    let (refusals, outcomes): (Vec<_>, Vec<_>) = report
        .outcomes
        .into_iter()
        .partition(|outcome| matches!(outcome.change, Change::Refused(_)));
    report.outcomes = outcomes;
    let refused = refusals.len();
    let first = refusals
        .into_iter()
        .find_map(|outcome| match outcome.change {
            Change::Refused(error) => Some(error),
            _ => None,
        });
    let error = match (first, completion) {
        (_, Completion::Interrupted) => Error::interrupted(),
        (None, Completion::Whole) => return Ok(answer(report)),
        (Some(first), Completion::Whole) if refused == 1 => first,
        (Some(first), Completion::Whole) => Error::new(format!(
            "{} refused; the first: {first}",
            count(refused, "callable")
        ))
        .hint_of(&first),
    };
    if !report.outcomes.is_empty() || !report.lazy.is_empty() || report.untouched > 0 {
        context.host.show(&answer(report))?;
    }
    Err(error)
}
