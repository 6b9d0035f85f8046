//! What `time` and `errors` have in common: they add a recorder to callables, for a time or until
//! `unpatch`, and show what was recorded.

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use super::command::{CommandOption, Value, flag};
use super::patch::{self, LAZY};
use super::{Arguments, Completion, Context, Pause};
use crate::counts::CounterId;
use crate::error::{Error, Result};
use crate::measures::{Counts, Interval, Measure, Sort};
use crate::protocol::{CallReport, Change, Outcome, Recorders, Report, Row, Wanted};
use crate::view::{Answer, CallListing, Subject};

/// How many callables are shown without `--top`.
const SHOWN: usize = 20;

/// `--for TIME`
pub(super) const FOR: CommandOption = CommandOption {
    name: "--for",
    value: Value::Duration,
    summary: "measure for so long, answer, and take it off again",
    setting: None,
};

/// `--slow TIME`
pub(super) const SLOW: CommandOption = CommandOption {
    name: "--slow",
    value: Value::Duration,
    summary: "only calls that take at least so long; 0: all again",
    setting: None,
};

/// `--top N`
pub(super) const TOP: CommandOption = CommandOption {
    name: "--top",
    value: Value::Number,
    summary: "show the first N callables (default: 20); 0 shows all",
    setting: None,
};

/// `--sort WORD`
pub(super) const SORT: CommandOption = CommandOption {
    name: "--sort",
    value: Value::OneOf(Sort::WORDS),
    summary: "the highest first",
    setting: None,
};

/// `--lazy`
pub(super) const LATER: CommandOption = flag(LAZY, "also what is imported or defined later");

/// What is recorded, and how it is shown.
pub(super) struct Asked {
    pub(super) recorders: Recorders,
    pub(super) subject: Subject,
    /// What comes first.
    pub(super) by: &'static Measure,
}

/// A callable that is measured, and what was recorded of it before.
type Measured = (CounterId, Option<Recorders>);

/// Adds the recorder; for a time, or until it is taken off.
pub(super) fn run(
    context: &mut Context<'_>,
    arguments: &Arguments,
    asked: &Asked,
) -> Result<Answer> {
    let request = patch::request(arguments, Wanted::Also(asked.recorders))?;
    let Some(time) = arguments.duration("--for") else {
        let pending = context.session.patch(request);
        let (report, completion) = context.wait_for_part(pending)?;
        let is_nothing_new = report.lazy.is_empty() && is_all_known(&report.outcomes);
        if arguments.has("--dry-run") || !is_nothing_new || completion == Completion::Interrupted {
            return patch::settle(context, report, completion, Answer::Report);
        }
        return so_far(context, arguments, asked, &report);
    };
    check(arguments, time)?;
    let pending = context.session.patch(request);
    let (mut report, completion) = context.wait_for_part(pending)?;
    let measured = measured(&report);
    if completion == Completion::Interrupted || measured.is_empty() {
        let pending = context.session.end_interval(measured);
        context.wait(pending)?;
        report
            .outcomes
            .retain(|it| matches!(it.change, Change::Refused(_)));
        return patch::settle(context, report, completion, Answer::Report);
    }
    for_a_time(
        context,
        arguments,
        asked,
        (time, measured, refused(&report)),
    )
}

/// Whether the options go together.
fn check(arguments: &Arguments, time: Duration) -> Result<()> {
    if time.is_zero() {
        return Err(
            Error::usage("`--for` needs a time to measure").hint("write for example `--for 5s`")
        );
    }
    for other in [LAZY, "--dry-run"] {
        if arguments.has(other) {
            return Err(
                Error::usage(format!("`--for` and `{other}` cannot be combined"))
                    .hint(format!("leave `--for` out, or `{other}`")),
            );
        }
    }
    Ok(())
}

/// What can be measured now, with what was recorded of it before.
fn measured(report: &Report) -> Vec<Measured> {
    let measured = |outcome: &Outcome| match outcome.change {
        Change::Patched { former, .. } => Some((outcome.counter?, former)),
        Change::AlreadyPatched(recorders) => Some((outcome.counter?, Some(recorders))),
        _ => None,
    };
    report.outcomes.iter().filter_map(measured).collect()
}

/// Whether there is something that is measured, and nothing else that can be.
fn is_all_known(outcomes: &[Outcome]) -> bool {
    let is_known = |outcome: &Outcome| matches!(outcome.change, Change::AlreadyPatched(_));
    let is_refused = |outcome: &Outcome| matches!(outcome.change, Change::Refused(_));
    outcomes.iter().any(is_known) && outcomes.iter().all(|it| is_known(it) || is_refused(it))
}

/// How many could not be patched, and why the first could not.
fn refused(report: &Report) -> Option<(usize, Error)> {
    let mut refusals = report
        .outcomes
        .iter()
        .filter_map(|outcome| match &outcome.change {
            Change::Refused(error) => Some(error),
            _ => None,
        });
    let number = refusals.clone().count();
    refusals.next().map(|first| (number, first.clone()))
}

/// Measures for a time, or until the program ends or Ctrl-C is pressed; then it takes the recorder off.
fn for_a_time(
    context: &mut Context<'_>,
    arguments: &Arguments,
    asked: &Asked,
    (time, measured, refused): (Duration, Vec<Measured>, Option<(usize, Error)>),
) -> Result<Answer> {
    let counters = measured.iter().map(|(counter, _)| *counter).collect();
    if let Err(error) = context.wait(context.session.begin_interval(counters)) {
        context.wait(context.session.end_interval(measured))?;
        return Err(error);
    }
    let began = Instant::now();
    let pause = context.pause_until_target_ends(Some(time));
    let length = began.elapsed();
    let kept = measured
        .iter()
        .filter(|(_, former)| former.is_some())
        .count();
    let report = context.wait(context.session.end_interval(measured))?;
    let mut listing = list(arguments, asked, report.callables);
    listing.length = Some(length);
    listing.kept = kept;
    listing.refused = refused;
    let interval = Interval {
        counts: listing.all.clone(),
        length,
        costs: context.session.costs(),
    };
    listing.core_share = Some(interval.core_share());
    let trouble = report.trouble.into_iter().next();
    if trouble.is_none() && pause != Pause::Interrupted {
        return Ok(Answer::Calls(listing));
    }
    context.host.show(&Answer::Calls(listing))?;
    Err(trouble.unwrap_or_else(Error::interrupted))
}

/// What was recorded since the recorder was added.
fn so_far(
    context: &mut Context<'_>,
    arguments: &Arguments,
    asked: &Asked,
    report: &Report,
) -> Result<Answer> {
    let counters = measured(report).into_iter().map(|(counter, _)| counter);
    let pending = context.session.call_reports(counters.collect());
    let callables = context.wait(pending)?;
    let mut listing = list(arguments, asked, callables);
    listing.refused = refused(report);
    Ok(Answer::Calls(listing))
}

/// The callables that were called, in order.
fn list(arguments: &Arguments, asked: &Asked, mut callables: Vec<CallReport>) -> CallListing {
    let total = callables.len();
    let mut all = Counts::default();
    for callable in &callables {
        all.add(&callable.row.measured.counts);
    }
    let was_called = |row: &Row| {
        let recorded = &row.measured.counts.recorded;
        recorded.hits > 0 || recorded.times.as_ref().is_some_and(|times| times.calls > 0)
    };
    callables.retain(|callable| match asked.subject {
        Subject::Times => was_called(&callable.row),
        Subject::Errors => !callable.errors.is_empty(),
    });
    let by = match arguments.sort() {
        Sort::By(measure) => Some(measure),
        Sort::Name if arguments.has("--sort") => None,
        Sort::Name => Some(asked.by),
    };
    if let Some(by) = by {
        callables.sort_by_key(|callable| Reverse(by.rank(&callable.row.measured)));
    }
    let called = callables.len();
    let top = arguments.number("--top").unwrap_or(SHOWN);
    callables.truncate(if top == 0 { usize::MAX } else { top });
    CallListing {
        callables,
        subject: asked.subject,
        total,
        called,
        all,
        length: None,
        kept: total,
        refused: None,
        core_share: None,
        is_drawn: arguments.has("--hist"),
    }
}
