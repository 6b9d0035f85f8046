//! `stats`: totals, rates and costs of the session.

use super::command::{PATTERNS, example, flag};
use super::ls::LIMIT;
use super::quantity::SAMPLE;
use super::{Arguments, Command, Context, Pause};
use crate::error::{Error, Result};
use crate::session::Scope;
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
            "set the hits of the matching callables to zero, and show no table",
        ),
    ],
    examples: &[
        example("stats", "for the whole session"),
        example("stats *mod_a", "for one module"),
        example("stats --reset", "set the hits of all callables to zero"),
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
    let before = context.wait(context.session.statistics(scope.clone()))?;
    if context.pause_until_target_ends(Some(SAMPLE)) == Pause::Interrupted {
        return Err(Error::interrupted());
    }
    let mut statistics = context.wait(context.session.statistics(scope))?;
    // The measured time, not the time waited: on a busy program sampling takes time as well.
    let sample = statistics.run_time.saturating_sub(before.run_time);
    let shares = statistics.core_shares(&before, sample);
    let total_patches = statistics.patches.len();
    let patches = statistics.patches.drain(..).zip(shares);
    Ok(Answer::Statistics(Box::new(StatisticsReport {
        patches: patches.take(arguments.rows()).collect(),
        before,
        statistics,
        sample,
        total_patches,
    })))
}
