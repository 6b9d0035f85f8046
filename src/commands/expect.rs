//! `expect`: fails unless a relation between two quantities holds, now or within a time.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use super::command::example;
use super::quantity::{self, Kind, Quantity, SAMPLE};
use super::quoting::{line, quote};
use super::{Arguments, Command, CommandOption, Context, Parameter, Pause, Takes, Value, duration};
use crate::error::{Error, Result};
use crate::measures::Costs;
use crate::view::{Answer, Expectation, Found, keys};

pub(super) const COMMAND: Command = Command {
    name: "expect",
    alias: None,
    summary: "fail unless a relation holds, such as `hits(PATTERN) > 0`",
    parameters: &[
        part("QUANTITY", |_| quantity::names()),
        part("OP", relations),
        part("VALUE", |before| quantity::values(&before[0])),
    ],
    options: &[CommandOption {
        name: "--within",
        value: Value::Duration,
        summary: "wait until it holds; fail if it has not by then",
        setting: None,
    }],
    examples: &[
        example("expect program == running", "the program has not ended"),
        example(
            "expect callables(*mod_a:func_?) == 10",
            "exactly ten callables match",
        ),
        example("expect patched(*mod_a) == 0", "none of them is patched"),
        example(
            "expect hits(instrumenting_app.dummy_modules.mod_a:func_7) >= 0",
            "the number of hits",
        ),
        example(
            "expect calls(*mod_a:func_?) > 0 --within 10",
            "wait up to 10 seconds for the first call",
        ),
        example(
            "expect rate(*mod_a) >= 0",
            "hits per second; calls per second if nothing is patched",
        ),
    ],
    answers: &[("", keys::EXPECTATION)],
    acts: |_| true,
    run,
};

const fn part(name: &'static str, words: fn(&[String]) -> Vec<String>) -> Parameter {
    Parameter {
        name,
        takes: Takes::Words(words),
        required: true,
        repeated: false,
    }
}

/// The pause between two samples: at first, and after a while.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);
const USUAL_PAUSE: Duration = Duration::from_millis(200);
/// Where a sample takes long because it counts many callables, the pause is this many times as
/// long, up to [`LONGEST_PAUSE`], so that the answer does not come much later than the event.
const PAUSE_PER_LOOK: u32 = 9;
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Whether a relation accepts an ordering of two quantities.
type Holds = fn(Ordering) -> bool;

const RELATIONS: [(&str, Holds); 6] = [
    ("==", Ordering::is_eq),
    ("!=", Ordering::is_ne),
    ("<", Ordering::is_lt),
    ("<=", Ordering::is_le),
    (">", Ordering::is_gt),
    (">=", Ordering::is_ge),
];

/// The relations between words, which have no order.
const EQUALITIES: [&str; 2] = ["==", "!="];

/// The relations that fit the quantity before them.
fn relations(before: &[String]) -> Vec<String> {
    if before
        .first()
        .is_some_and(|left| quantity::is_program(left))
    {
        return EQUALITIES.map(str::to_owned).into();
    }
    RELATIONS.map(|(sign, _)| sign.to_owned()).into()
}

/// A relation as typed, and parsed.
struct Relation<'a> {
    texts: [&'a str; 3],
    left: Quantity,
    holds: Holds,
    right: Quantity,
}

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let mut relation = Relation::parse(arguments, context.session.costs())?;
    let within = arguments.duration("--within");
    let started = Instant::now();
    let mut deadline = None;
    let mut pause = SHORTEST_PAUSE;
    loop {
        let begun = Instant::now();
        quantity::look(context, [&mut relation.left, &mut relation.right])?;
        let is_last = deadline.is_some_and(|deadline| begun >= deadline);
        let found = relation.found(context)?;
        let holds = found.is_some_and(|(left, right)| relation.is_held_by(left, right));
        let now = Instant::now();
        let deadline = *deadline.get_or_insert_with(|| relation.deadline(started, within, now));
        if holds || is_last || deadline <= now || relation.is_settled(context) {
            let waited = within.map(|_| started.elapsed());
            return relation.conclude(context, found, holds, waited);
        }
        let rest = deadline - now;
        let rested = (now - begun) * PAUSE_PER_LOOK;
        let until_next = match within {
            None => rest,
            Some(_) => rest.min(rested.clamp(pause, LONGEST_PAUSE)),
        };
        wait(context, until_next)?;
        pause = (pause * 3 / 2).min(USUAL_PAUSE);
    }
}

/// Waits; the end of the program ends the wait, since it may be what the user waits for.
fn wait(context: &mut Context<'_>, time: Duration) -> Result<()> {
    let pause = match context.session.ending() {
        None => context.pause_until_target_ends(Some(time)),
        Some(_) => context.pause(Some(time)),
    };
    match pause {
        Pause::Elapsed | Pause::TargetEnded => Ok(()),
        Pause::Interrupted => Err(Error::interrupted()),
    }
}

impl<'a> Relation<'a> {
    fn parse(arguments: &'a Arguments, costs: Costs) -> Result<Self> {
        let texts: Vec<_> = arguments.texts().collect();
        let &[left, sign, right] = texts.as_slice() else {
            return Err(Error::usage("`expect` needs a relation")
                .hint(format!("usage: `{}`", COMMAND.usage())));
        };
        let known = RELATIONS.iter().find(|(known, _)| *known == sign);
        let &(_, holds) = known.ok_or_else(|| {
            let signs = RELATIONS.map(|(sign, _)| sign);
            Error::usage(format!("`{sign}` is not a relation"))
                .hint(format!("it is one of `{}`", signs.join("`, `")))
        })?;
        let relation = Self {
            texts: [left, sign, right],
            left: Quantity::parse(left, costs)?,
            holds,
            right: Quantity::parse(right, costs)?,
        };
        relation.check()?;
        Ok(relation)
    }

    /// Checks that both sides are of one kind, and that words are compared only for equality.
    fn check(&self) -> Result<()> {
        let [left, sign, right] = self.texts;
        let kinds = [self.left.kind(), self.right.kind()];
        if kinds[0] != kinds[1] {
            let (text, kind) = if self.left.is_literal() {
                (right, kinds[1])
            } else {
                (left, kinds[0])
            };
            let hint = match kind {
                Kind::Word => {
                    "`program` is `held`, `running` or `ended`, and nothing else is".to_owned()
                }
                Kind::Time => format!("`{text}` is a time: compare it with one, such as `50ms`"),
                Kind::Share => {
                    format!("`{text}` is a share: compare it with a percentage, such as `2%`")
                }
                Kind::Number => format!("`{text}` is a number: compare it with one, such as `5`"),
            };
            return Err(
                Error::usage(format!("`{left}` and `{right}` cannot be compared")).hint(hint),
            );
        }
        if kinds[0] == Kind::Word && !EQUALITIES.contains(&sign) {
            return Err(
                Error::usage(format!("`{left}` and `{right}` cannot be ordered"))
                    .hint(format!("use `expect {left} == {right}`")),
            );
        }
        Ok(())
    }

    /// The time of the last sample, given that the first one was taken at `now`.
    fn deadline(&self, started: Instant, within: Option<Duration>, now: Instant) -> Instant {
        let has_rate = self.left.is_rate() || self.right.is_rate();
        let measured = if has_rate { now + SAMPLE } else { now };
        within.map_or(measured, |within| measured.max(started + within))
    }

    /// Whether the relation can no longer change.
    fn is_settled(&self, context: &Context<'_>) -> bool {
        let sides = [&self.left, &self.right];
        let has_ended = context.session.ending().is_some();
        sides
            .iter()
            .all(|side| side.is_literal() || side.kind() == Kind::Word && has_ended)
    }

    /// Both values as of the last sample, if both have one.
    fn found(&self, context: &Context<'_>) -> Result<Option<(Found, Found)>> {
        let (left, right) = (self.left.value(context)?, self.right.value(context)?);
        Ok(left.zip(right))
    }

    fn is_held_by(&self, left: Found, right: Found) -> bool {
        left.partial_cmp(&right).is_some_and(self.holds)
    }

    /// The answer if it holds, else an error with the values found and the time waited.
    fn conclude(
        self,
        context: &mut Context<'_>,
        found: Option<(Found, Found)>,
        holds: bool,
        waited: Option<Duration>,
    ) -> Result<Answer> {
        let Some(values) = found else {
            return Err(self.missing(context));
        };
        if !holds {
            return Err(self.failure(values, waited));
        }
        let [left, relation, right] = self.texts.map(str::to_owned);
        let (left_value, right_value) = values;
        Ok(Answer::Expectation(Expectation {
            left,
            left_value,
            relation,
            right,
            right_value,
            holds,
        }))
    }

    /// Why a side has no value.
    fn missing(&self, context: &mut Context<'_>) -> Error {
        let sides = [&self.left, &self.right];
        let missing = sides
            .into_iter()
            .find_map(|side| match side.value(context) {
                Ok(None) => side.missing(context),
                _ => None,
            });
        missing.unwrap_or_else(|| Error::new("there is nothing to compare"))
    }

    fn failure(&self, values: (Found, Found), waited: Option<Duration>) -> Error {
        let [left, sign, right] = self.texts;
        let sides = [(&self.left, left, values.0), (&self.right, right, values.1)];
        let found = sides.iter().filter(|(side, ..)| !side.is_literal());
        let found: Vec<_> = found
            .map(|(_, text, value)| format!("{text} is {value}"))
            .collect();
        let but = match found.as_slice() {
            [] => "which can never be true".to_owned(),
            _ => format!("but {}", found.join(" and ")),
        };
        let pattern = sides.iter().find_map(|(side, ..)| side.pattern());
        let hint = match (waited, pattern) {
            _ if found.is_empty() => {
                "compare something that can change: `expect program == running`".to_owned()
            }
            (None, _) => format!("`expect {} --within 10` waits for it", line(self.texts)),
            (Some(_), Some(pattern)) => {
                format!("`ls {}` shows the current counts", quote(pattern.as_str()))
            }
            (Some(_), None) => "`wait` waits until the program ends".to_owned(),
        };
        let waited = waited.filter(|_| !found.is_empty());
        let waited = waited.map_or_else(String::new, |waited| {
            format!(" after {}", duration::passed(waited))
        });
        Error::new(format!("expected {left} {sign} {right}, {but}{waited}")).hint(hint)
    }
}
