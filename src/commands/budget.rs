//! `budget`: limits what the patches cost.

use std::time::Instant;

use super::command::example;
use super::quantity::SAMPLE;
use super::{Arguments, Command, Context, Parameter, Pause, Takes};
use crate::error::{Error, Result};
use crate::measures::Between;
use crate::view::{Answer, BudgetReport, keys};

/// Typed instead of a number.
const OFF: &str = "off";

pub(super) const COMMAND: Command = Command {
    name: "budget",
    alias: None,
    summary: "limit the cost of all patches: unpatch the most expensive",
    parameters: &[Parameter {
        name: "PERCENT|off",
        takes: Takes::Words(|_| vec![OFF.to_owned()]),
        required: false,
        repeated: false,
    }],
    options: &[],
    examples: &[
        example(
            "budget 2",
            "whenever all hits together take more than 2 % of a core for a second, unpatch the most expensive callables until the rest take less",
        ),
        example("budget", "the limit, and what the hits take now"),
        example("budget off", "no limit; what was unpatched stays unpatched"),
    ],
    answers: &[("", keys::BUDGET), ("PERCENT|off", keys::DONE)],
    acts: |arguments| !arguments.words().is_empty(),
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let percent = match arguments.texts().next() {
        None => return report(context),
        Some(OFF) => None,
        Some(word) => Some(percent(word)?),
    };
    context.wait(context.session.set_budget(percent))?;
    Ok(Answer::Done)
}

/// `2`, `0.5` or `2%`
fn percent(word: &str) -> Result<f64> {
    let number = word.strip_suffix('%').unwrap_or(word).trim_end();
    let percent = number.parse().ok();
    percent
        .filter(|percent: &f64| percent.is_finite() && *percent > 0.0)
        .ok_or_else(|| {
            Error::usage(format!("`{word}` is not a percentage"))
                .hint("write a percentage of a core: `budget 2`, `budget 0.5%`; `budget off` removes the limit")
        })
}

fn report(context: &mut Context<'_>) -> Result<Answer> {
    let session = context.session;
    let before = session.recorded_in_place()?;
    let start = Instant::now();
    if context.pause_until_target_ends(Some(SAMPLE)) == Pause::Interrupted {
        return Err(Error::interrupted());
    }
    let now = session.recorded_in_place()?;
    let between = Between {
        before: &before,
        now: &now,
        length: start.elapsed(),
        costs: session.costs(),
    };
    let interval = between.interval(|recorded| recorded.clone().into());
    Ok(Answer::Budget(BudgetReport {
        budget: session.budget(),
        interval,
        recorded: now,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_number_above_zero_with_its_sign_or_without() {
        for (word, expected) in [("2", 2.0), ("0.5", 0.5), ("2%", 2.0), ("1.5 %", 1.5)] {
            assert_eq!(percent(word).ok(), Some(expected), "{word}");
        }
        for word in [
            "", "%", "0", "-1", "0%", "nan", "inf", "1e999", "two", "2%%", "Off",
        ] {
            assert!(percent(word).is_err(), "{word}");
        }
    }
}
