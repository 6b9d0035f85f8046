//! `expect`: fails unless a relation of quantities holds.

use std::fmt;

use super::command::example;
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::{Error, Result};
use crate::session::{Pattern, Row, Scope, State};
use crate::view::Answer;

pub(super) const COMMAND: Command = Command {
    name: "expect",
    alias: None,
    summary: "fail unless a relation holds",
    parameters: &[
        Parameter {
            name: "QUANTITY",
            takes: Takes::Plain,
            required: true,
            repeated: false,
        },
        Parameter {
            name: "OP",
            takes: Takes::Plain,
            required: true,
            repeated: false,
        },
        Parameter {
            name: "VALUE",
            takes: Takes::Plain,
            required: true,
            repeated: false,
        },
    ],
    options: &[],
    examples: &[
        example("expect target == running", "the target has not ended"),
        example(
            "expect callables(*mod_a:func_?) == 10",
            "there are ten of them",
        ),
        example("expect patched(*mod_a) == 0", "none of them is patched"),
        example(
            "expect hits(instrumenting_app.dummy_modules.mod_a:func_7) >= 0",
            "a count of hits",
        ),
    ],
    run,
};

/// Whether two quantities in some order stand in a relation.
type Holds = fn(std::cmp::Ordering) -> bool;

/// The relations, the longer sign first where one starts with the other.
const RELATIONS: [(&str, Holds); 6] = [
    ("==", std::cmp::Ordering::is_eq),
    ("!=", std::cmp::Ordering::is_ne),
    ("<=", std::cmp::Ordering::is_le),
    (">=", std::cmp::Ordering::is_ge),
    ("<", std::cmp::Ordering::is_lt),
    (">", std::cmp::Ordering::is_gt),
];

/// What can stand on either side.
#[derive(Debug, Clone, PartialEq)]
enum Quantity {
    Number(f64),
    /// `held`, `running` or `ended`
    Word(&'static str),
    Target,
    Counted(Count, String),
}

/// What can be counted over a pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Count {
    Hits,
    Calls,
    Patched,
    Callables,
}

const COUNTS: [(&str, Count); 4] = [
    ("hits", Count::Hits),
    ("calls", Count::Calls),
    ("patched", Count::Patched),
    ("callables", Count::Callables),
];

const TARGET_STATES: [&str; 3] = ["held", "running", "ended"];

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let [left, relation, right] = arguments.words() else {
        return Err(
            Error::usage("`expect` needs a relation").hint(format!("usage: `{}`", COMMAND.usage()))
        );
    };
    let (sign, holds) = RELATIONS
        .iter()
        .find(|(sign, _)| sign == relation)
        .ok_or_else(|| {
            Error::usage(format!("`{relation}` is not a relation"))
                .hint("it is one of `==`, `!=`, `<`, `<=`, `>`, `>=`")
        })?;
    let quantities = [Quantity::parse(left)?, Quantity::parse(right)?];
    let is_about_words =
        |quantity: &Quantity| matches!(quantity, Quantity::Word(_) | Quantity::Target);
    if is_about_words(&quantities[0]) != is_about_words(&quantities[1]) {
        return Err(
            Error::usage(format!("`{left}` and `{right}` cannot be compared"))
                .hint("`target` is `held`, `running` or `ended`; all else are numbers"),
        );
    }
    let [left_value, right_value] = evaluate(context, &quantities)?;
    let ordering = left_value.partial_cmp(&right_value);
    if ordering.is_some_and(holds) {
        return Ok(Answer::Nothing);
    }
    Err(Error::new(format!(
        "expected {left} {sign} {right}, but {left} is {left_value}{}",
        match &quantities[1] {
            Quantity::Number(_) | Quantity::Word(_) => String::new(),
            _ => format!(" and {right} is {right_value}"),
        }
    )))
}

/// A value that was found.
#[derive(Debug, PartialEq, PartialOrd)]
enum Found {
    Number(f64),
    Word(&'static str),
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Word(word) => formatter.write_str(word),
        }
    }
}

impl Quantity {
    fn parse(text: &str) -> Result<Self> {
        if text == "target" {
            return Ok(Self::Target);
        }
        if let Some(state) = TARGET_STATES.into_iter().find(|state| *state == text) {
            return Ok(Self::Word(state));
        }
        if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
            return Ok(Self::Number(number));
        }
        let counted = COUNTS.iter().find_map(|(name, count)| {
            let pattern = text
                .strip_prefix(name)?
                .strip_prefix('(')?
                .strip_suffix(')')?;
            Some(Self::Counted(*count, pattern.to_owned()))
        });
        counted.ok_or_else(|| {
            Error::usage(format!("`{text}` is not a quantity"))
                .hint("write a number, `target`, or `hits(PATTERN)`, `calls(...)`, `patched(...)`, `callables(...)`")
        })
    }
}

/// Finds both values; counts of both sides are taken from one look at the target.
fn evaluate(context: &mut Context<'_>, quantities: &[Quantity; 2]) -> Result<[Found; 2]> {
    let patterns = quantities.iter().filter_map(|quantity| match quantity {
        Quantity::Counted(_, pattern) => Some(Pattern::parse(pattern)),
        _ => None,
    });
    let patterns = patterns.collect::<Result<Vec<_>>>()?;
    let rows = if patterns.is_empty() {
        Vec::new()
    } else {
        context.wait(context.session.rows_by_pattern(patterns))?
    };
    let mut rows = rows.into_iter();
    let [left, right] = quantities;
    Ok([
        find(context, left, &mut rows)?,
        find(context, right, &mut rows)?,
    ])
}

/// The value of a quantity; a counted one takes the next of the rows.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts beyond 2^53 are out of reach"
)]
fn find(
    context: &mut Context<'_>,
    quantity: &Quantity,
    rows: &mut impl Iterator<Item = Vec<Row>>,
) -> Result<Found> {
    match quantity {
        Quantity::Number(number) => Ok(Found::Number(*number)),
        Quantity::Word(word) => Ok(Found::Word(word)),
        Quantity::Target => Ok(Found::Word(match context.target.ending() {
            Some(_) => "ended",
            None if context.target.is_held() => "held",
            None => "running",
        })),
        Quantity::Counted(count, pattern) => {
            let rows = rows.next().unwrap_or_default();
            let must_exist = matches!(count, Count::Hits | Count::Calls);
            if rows.is_empty() && must_exist {
                // Asked again for the error that names what is near.
                context.wait(context.session.rows(Scope::new([pattern.as_str()])?))?;
            }
            count
                .of(&rows, pattern)
                .map(|number| Found::Number(number as f64))
        }
    }
}

impl Count {
    fn of(self, rows: &[Row], pattern: &str) -> Result<u64> {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Ok(match self {
            Self::Hits => Row::total_hits(rows),
            Self::Patched => number(
                rows.iter()
                    .filter(|row| row.state == State::Patched)
                    .count(),
            ),
            Self::Callables => number(rows.len()),
            Self::Calls => rows
                .iter()
                .map(|row| row.calls)
                .sum::<Option<u64>>()
                .ok_or_else(|| {
                    Error::new(format!("the target keeps no call count of `{pattern}`"))
                        .hint(format!("patch it and use its hits: `hits({pattern})`"))
                })?,
        })
    }
}
