//! `stats`: totals, rates and costs of the session.

use super::command::{PATTERNS, example, flag};
use super::ls::LIMIT;
use super::quantity::SAMPLE;
use super::{Arguments, Command, Context, Pause};
use crate::error::{Error, Result};
use crate::measures::{Between, Measured};
use crate::protocol::{Scope, Statistics};
use crate::view::{Answer, StatisticsReport, keys};

pub(super) const COMMAND: Command = Command {
    name: "stats",
    alias: None,
    summary: "show totals, rates, and the cost of the patches",
    parameters: &[PATTERNS],
    options: &[
        LIMIT,
        flag(
            "--reset",
            "set hits, times and errors of the matching callables to zero",
        ),
    ],
    examples: &[
        example("stats", "for the whole session"),
        example("stats *mod_a", "for one module"),
        example(
            "stats --reset",
            "set hits, times and errors of all callables to zero",
        ),
    ],
    answers: &[("", keys::STATISTICS), ("--reset", keys::RESET)],
    acts: |arguments| arguments.has("--reset"),
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let scope = Scope::new(arguments.texts())?;
    if arguments.has("--reset") {
        return Ok(Answer::Reset(context.wait(context.session.reset(scope))?));
    }
    let limit = arguments.rows();
    let before = context.wait(context.session.statistics(scope.clone(), limit))?;
    if context.pause_until_target_ends(Some(SAMPLE)) == Pause::Interrupted {
        return Err(Error::interrupted());
    }
    let now = context.wait(context.session.statistics(scope, limit))?;
    let between = Between {
        before: &before,
        now: &now,
        // The measured time, not the time waited: on a busy program sampling takes time as well.
        length: now.run_time.saturating_sub(before.run_time),
        costs: now.costs,
    };
    let patches = now.patches.iter().cloned();
    let patches = patches.zip(Statistics::measured_patches(&between));
    Ok(Answer::Statistics(Box::new(StatisticsReport {
        patches: patches.collect(),
        measured: Measured {
            counts: now.counts.clone(),
            interval: Some(between.interval(|it| it.counts.clone())),
        },
        statistics: now,
    })))
}
