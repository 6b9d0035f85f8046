//! What `expect` compares: numbers, the state of the program, and what is measured over a pattern.

use std::time::Duration;

use super::Context;
use super::literal::{PROGRAM_STATES, literal};
use super::quoting::quote;
use crate::error::{Error, Result, did_you_mean};
use crate::measures::{
    Costs, HIT_RATE, HITS, MEASURES, Measure, Measured, Samples, Sort, Source, Unit, Value,
};
use crate::protocol::{Pattern, RowsRequest, Scope, Summary};
use crate::view::Found;

/// Rates are measured over at least this time.
pub(super) const SAMPLE: Duration = Duration::from_millis(250);

/// The program, of which its state is compared.
const PROGRAM: &str = "program";
/// Its former name.
const TARGET: &str = "target";

/// One side of a relation.
pub(super) enum Quantity {
    /// A number, a time or a share.
    Literal(Found),
    Program,
    Counted(Counted),
}

/// What is compared of a pattern, with the samples taken so far.
pub(super) struct Counted {
    what: What,
    pattern: Pattern,
    /// A rate is measured from the first to the newest.
    samples: Samples<Summary>,
}

/// What can be compared of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Measure(&'static Measure),
    Patched,
    Rate,
    Callables,
}

/// What is not a measure.
const OTHERS: [(&str, What); 3] = [
    ("patched", What::Patched),
    ("rate", What::Rate),
    ("callables", What::Callables),
];

/// What can be compared with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Time,
    Share,
    Word,
}

/// Whether a word means the program.
pub(super) fn is_program(word: &str) -> bool {
    word == PROGRAM || word == TARGET
}

/// Everything that can be compared of a pattern, by name.
fn all() -> impl Iterator<Item = (&'static str, What)> + Clone {
    let measures = MEASURES.iter();
    let measures = measures.map(|measure| (measure.name, What::Measure(measure)));
    measures.chain(OTHERS)
}

/// What can be compared, for completion; what is compared of a pattern ends with an opening bracket.
pub(super) fn names() -> Vec<String> {
    let names = all().map(|(name, _)| format!("{name}("));
    names.chain([PROGRAM.to_owned()]).collect()
}

/// What a quantity can be compared with, for completion.
pub(super) fn values(quantity: &str) -> Vec<String> {
    if is_program(quantity) {
        return PROGRAM_STATES.map(str::to_owned).into();
    }
    let kind = Quantity::parse(quantity, Costs::default()).map_or(Kind::Number, |it| it.kind());
    let comparable = all().filter(|(_, what)| what.kind() == kind);
    comparable.map(|(name, _)| format!("{name}(")).collect()
}

impl What {
    fn kind(self) -> Kind {
        match self {
            Self::Patched | Self::Rate | Self::Callables => Kind::Number,
            Self::Measure(measure) => match measure.unit() {
                Unit::Count | Unit::Rate => Kind::Number,
                Unit::Time => Kind::Time,
                Unit::Share => Kind::Share,
            },
        }
    }

    /// Who records what it is read from.
    fn source(self) -> Option<Source> {
        match self {
            Self::Measure(measure) => Some(measure.source),
            Self::Patched | Self::Rate | Self::Callables => None,
        }
    }
}

impl Quantity {
    /// Parses a quantity; `costs` is what events cost.
    ///
    /// # Errors
    /// If it is not one, or its pattern is malformed.
    pub(super) fn parse(text: &str, costs: Costs) -> Result<Self> {
        if is_program(text) {
            return Ok(Self::Program);
        }
        if let Some(literal) = literal(text) {
            return Ok(Self::Literal(literal));
        }
        let named = text.strip_suffix(')').and_then(|it| it.split_once('('));
        let (name, pattern) = named.unwrap_or((text, ""));
        match all().find(|(known, _)| *known == name) {
            Some((_, what)) if named.is_some() => Ok(Self::Counted(Counted {
                what,
                pattern: Pattern::parse(pattern)?,
                samples: Samples::new(costs),
            })),
            _ => Err(unknown(text, name)),
        }
    }

    /// What it can be compared with.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Literal(Found::Number(_)) => Kind::Number,
            Self::Literal(Found::Time(_)) => Kind::Time,
            Self::Literal(Found::Share(_)) => Kind::Share,
            Self::Literal(Found::Word(_)) | Self::Program => Kind::Word,
            Self::Counted(counted) => counted.what.kind(),
        }
    }

    /// Whether it is its own value.
    pub(super) fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }

    /// Whether measuring it takes time.
    pub(super) fn is_rate(&self) -> bool {
        self.counted().is_some_and(|counted| match counted.what {
            What::Measure(measure) => measure.needs_interval(),
            What::Rate => true,
            What::Patched | What::Callables => false,
        })
    }

    /// The pattern it is compared of.
    pub(super) fn pattern(&self) -> Option<&Pattern> {
        self.counted().map(|counted| &counted.pattern)
    }

    fn counted(&self) -> Option<&Counted> {
        match self {
            Self::Counted(counted) => Some(counted),
            _ => None,
        }
    }

    /// Its value as of the last sample; none if nothing matches, or a rate needs another sample.
    ///
    /// # Errors
    /// If it will never have one.
    pub(super) fn value(&self, context: &Context<'_>) -> Result<Option<Found>> {
        Ok(match self {
            Self::Literal(found) => Some(*found),
            Self::Program => Some(Found::Word(match context.session.ending() {
                Some(_) => "ended",
                None if context.session.is_held() => "held",
                None => "running",
            })),
            Self::Counted(counted) => counted.value()?,
        })
    }

    /// Why it has no value.
    pub(super) fn missing(&self, context: &mut Context<'_>) -> Option<Error> {
        let counted = self.counted()?;
        // The error for a pattern without matches suggests similar names.
        let none = RowsRequest {
            scope: Scope::Matching(vec![counted.pattern.clone()]),
            only_patched: false,
            sort: Sort::Name,
            limit: 0,
        };
        let nothing_matches = context.wait(context.session.rows(none)).err();
        Some(nothing_matches.unwrap_or_else(|| counted.missing()))
    }
}

/// The error for a text that is not a quantity.
fn unknown(text: &str, name: &str) -> Error {
    let names = all().map(|(known, _)| known);
    let hint = match text.strip_prefix(name).filter(|rest| !rest.is_empty()) {
        Some(rest) => crate::error::nearest(name, names.clone())
            .map(|nearest| format!("did you mean `{nearest}{rest}`?")),
        None => did_you_mean(text, PROGRAM_STATES.into_iter().chain([PROGRAM])),
    };
    Error::usage(format!("`{text}` is not a quantity")).hint(hint.unwrap_or_else(|| {
        let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
        format!(
            "write a number, `program`, or `NAME(PATTERN)`, where NAME is {}",
            names.join(", ")
        )
    }))
}

/// Samples the program once for both sides.
///
/// # Errors
/// If there is no answer, or Ctrl-C is pressed.
pub(super) fn look(context: &mut Context<'_>, sides: [&mut Quantity; 2]) -> Result<()> {
    let counted = sides.iter().filter_map(|side| side.counted());
    let of: Vec<_> = counted
        .map(|counted| (counted.pattern.clone(), counted.what.source()))
        .collect();
    if of.is_empty() {
        return Ok(());
    }
    let summaries = context.wait(context.session.summaries(of))?;
    let taken = context.session.run_time();
    let counted = sides.into_iter().filter_map(|side| match side {
        Quantity::Counted(counted) => Some(counted),
        _ => None,
    });
    for (counted, summary) in counted.zip(summaries) {
        counted.samples.add(taken, summary);
        counted.samples.keep_time(SAMPLE);
    }
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts beyond 2^53 are out of reach"
)]
impl Counted {
    fn value(&self) -> Result<Option<Found>> {
        let Some(look) = self.samples.newest() else {
            return Ok(None);
        };
        Ok(match self.what {
            What::Patched => Some(Found::Number(look.patched as f64)),
            What::Callables => Some(Found::Number(look.callables as f64)),
            What::Measure(_) | What::Rate if look.callables == 0 => None,
            What::Measure(_) if !look.is_covered => return Err(self.missing()),
            What::Measure(measure) => measure.of(&self.measured(look)).map(|value| match value {
                Value::Count(count) => Found::Number(count as f64),
                Value::Rate(rate) => Found::Number(rate),
                Value::Time(time) => Found::Time(time),
                Value::Share(share) => Found::Share(share),
            }),
            What::Rate => self.rate(look).map(Found::Number),
        })
    }

    fn measured(&self, look: &Summary) -> Measured {
        let interval = self.samples.all(SAMPLE);
        Measured {
            counts: look.counts.clone(),
            interval: interval.map(|all| all.interval(|look| look.counts.clone())),
        }
    }

    /// Hits per second of patched callables; calls per second if none is patched.
    fn rate(&self, now: &Summary) -> Option<f64> {
        let interval = self.measured(now).interval?;
        let number = match now.patched {
            0 => interval.counts.calls?,
            _ => interval.counts.recorded.hits,
        };
        Some(interval.per_second(number))
    }

    /// Why it has no value although something matches.
    fn missing(&self) -> Error {
        let pattern = &self.pattern;
        let is_covered = self.samples.newest().is_some_and(|look| look.is_covered);
        match self.what {
            What::Measure(measure) if is_covered => {
                let quantity = format!("{}({pattern})", measure.name);
                Error::new(format!("`{quantity}` has no value yet"))
                    .hint("`--within 10` waits for it")
            }
            What::Measure(measure) => match measure.source {
                Source::Times => self.unrecorded("timed", "time"),
                Source::Ends => self.unrecorded("watched for errors", "errors"),
                Source::Program | Source::Patch => self.uncounted(),
            },
            What::Patched | What::Callables | What::Rate => self.uncounted(),
        }
    }

    fn unrecorded(&self, recorded: &str, command: &str) -> Error {
        let pattern = &self.pattern;
        Error::new(format!("the calls of `{pattern}` are not {recorded}"))
            .hint(format!("`{command} {}` first", quote(pattern.as_str())))
    }

    fn uncounted(&self) -> Error {
        let pattern = &self.pattern;
        let hits = match self.what {
            What::Rate => "compare the rate of its hits".to_owned(),
            What::Measure(measure) if measure.needs_interval() => {
                format!("use `{}({pattern})`", HIT_RATE.name)
            }
            _ => format!("use `{}({pattern})`", HITS.name),
        };
        let is_patched = |look: &Summary| look.patched == look.callables;
        let hint = if self.samples.newest().is_some_and(is_patched) {
            hits
        } else {
            format!("`patch {}` first, then {hits}", quote(pattern.as_str()))
        };
        Error::new(format!(
            "the program does not count the calls of `{pattern}`"
        ))
        .hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<Kind> {
        Quantity::parse(text, Costs::default())
            .ok()
            .map(|quantity| quantity.kind())
    }

    #[test]
    fn each_measure_is_a_quantity_of_its_kind() {
        for measure in MEASURES {
            let quantity = format!("{}(m:f)", measure.name);
            assert_eq!(
                kind(&quantity) == Some(Kind::Share),
                measure.is_share(),
                "{quantity}"
            );
        }
        assert_eq!(kind("hits/s(m:f)"), Some(Kind::Number));
        assert_eq!(kind("hits"), None);
    }
}
