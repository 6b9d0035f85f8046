//! What `expect` compares: numbers, the state of the program, and counts over a pattern.

use std::collections::VecDeque;
use std::ops::Add;
use std::time::{Duration, Instant};

use super::Context;
use super::quoting::quote;
use crate::error::{Error, Result, did_you_mean};
use crate::session::{Pattern, Row, Scope, State};
use crate::view::Found;

/// Rates are measured over at least this time.
pub(super) const SAMPLE: Duration = Duration::from_millis(250);

/// The program, of which its state is compared.
const PROGRAM: &str = "program";
/// Its former name.
const TARGET: &str = "target";
/// The states of the program.
const PROGRAM_STATES: [&str; 3] = ["held", "running", "ended"];

/// One side of a relation.
pub(super) enum Quantity {
    Number(f64),
    /// One of [`PROGRAM_STATES`].
    Word(&'static str),
    Program,
    Counted(Counted),
}

/// A count over a pattern, with the samples taken so far.
pub(super) struct Counted {
    count: Count,
    pattern: Pattern,
    /// The newest is last; a rate is measured from the first.
    tallies: VecDeque<Tally>,
}

/// What can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    Hits,
    Calls,
    Patched,
    Rate,
    Callables,
}

const COUNTS: [(&str, Count); 5] = [
    ("hits", Count::Hits),
    ("calls", Count::Calls),
    ("patched", Count::Patched),
    ("rate", Count::Rate),
    ("callables", Count::Callables),
];

/// Whether a word means the program.
pub(super) fn is_program(word: &str) -> bool {
    word == PROGRAM || word == TARGET
}

/// What can be compared, for completion; counts end with an opening bracket.
pub(super) fn names() -> Vec<String> {
    let counts = COUNTS.iter().map(|(name, _)| format!("{name}("));
    counts.chain([PROGRAM.to_owned()]).collect()
}

/// What a quantity can be compared with, for completion.
pub(super) fn values(quantity: &str) -> Vec<String> {
    if is_program(quantity) {
        return PROGRAM_STATES.map(str::to_owned).into();
    }
    COUNTS.map(|(name, _)| format!("{name}(")).into()
}

/// One sample of a pattern.
struct Tally {
    taken: Instant,
    callables: usize,
    patched: usize,
    hits: u64,
    /// The sum over all callables; none unless the program counts the calls of each.
    calls: Option<u64>,
    /// The sum over callables whose calls the program counts; none if it counts none.
    counted: Option<u64>,
}

impl Quantity {
    /// Parses a quantity.
    ///
    /// # Errors
    /// If it is not one, or its pattern is malformed.
    pub(super) fn parse(text: &str) -> Result<Self> {
        if is_program(text) {
            return Ok(Self::Program);
        }
        if let Some(state) = PROGRAM_STATES.into_iter().find(|state| *state == text) {
            return Ok(Self::Word(state));
        }
        if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
            return Ok(Self::Number(number));
        }
        let named = text.strip_suffix(')').and_then(|it| it.split_once('('));
        let (name, pattern) = named.unwrap_or((text, ""));
        match COUNTS.iter().find(|(count, _)| *count == name) {
            Some((_, count)) if named.is_some() => Ok(Self::Counted(Counted {
                count: *count,
                pattern: Pattern::parse(pattern)?,
                tallies: VecDeque::new(),
            })),
            _ => Err(unknown(text, name)),
        }
    }

    /// Whether it is a word, which has no order.
    pub(super) fn is_word(&self) -> bool {
        matches!(self, Self::Word(_) | Self::Program)
    }

    /// Whether it is its own value.
    pub(super) fn is_literal(&self) -> bool {
        matches!(self, Self::Word(_) | Self::Number(_))
    }

    /// Whether measuring it takes time.
    pub(super) fn is_rate(&self) -> bool {
        self.counted().is_some_and(|it| it.count == Count::Rate)
    }

    /// The pattern it counts over.
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
            Self::Number(number) => Some(Found::Number(*number)),
            Self::Word(word) => Some(Found::Word(word)),
            Self::Program => Some(Found::Word(match context.target.ending() {
                Some(_) => "ended",
                None if context.target.is_held() => "held",
                None => "running",
            })),
            Self::Counted(counted) => counted.value()?.map(Found::Number),
        })
    }

    /// Why it has no value.
    pub(super) fn missing(&self, context: &mut Context<'_>) -> Option<Error> {
        let counted = self.counted()?;
        let scope = Scope::Matching(vec![counted.pattern.clone()]);
        // The error for a pattern without matches suggests similar names.
        let nothing_matches = context.wait(context.session.rows(scope)).err();
        Some(nothing_matches.unwrap_or_else(|| counted.uncounted()))
    }
}

/// The error for a text that is not a quantity.
fn unknown(text: &str, name: &str) -> Error {
    let names = COUNTS.iter().map(|(count, _)| *count);
    let hint = match text.strip_prefix(name).filter(|rest| !rest.is_empty()) {
        Some(rest) => crate::error::nearest(name, names)
            .map(|nearest| format!("did you mean `{nearest}{rest}`?")),
        None => did_you_mean(text, PROGRAM_STATES.into_iter().chain([PROGRAM])),
    };
    Error::usage(format!("`{text}` is not a quantity")).hint(hint.unwrap_or_else(|| {
        let counts = COUNTS.map(|(count, _)| format!("`{count}(PATTERN)`"));
        format!("write a number, `program`, or {}", counts.join(", "))
    }))
}

/// Samples the program once for both sides.
///
/// # Errors
/// If there is no answer, or Ctrl-C is pressed.
pub(super) fn look(context: &mut Context<'_>, sides: [&mut Quantity; 2]) -> Result<()> {
    let patterns = sides.iter().filter_map(|side| side.pattern().cloned());
    let patterns: Vec<_> = patterns.collect();
    if patterns.is_empty() {
        return Ok(());
    }
    let rows = context.wait(context.session.rows_by_pattern(patterns))?;
    let taken = Instant::now();
    let counted = sides.into_iter().filter_map(|side| match side {
        Quantity::Counted(counted) => Some(counted),
        _ => None,
    });
    for (counted, rows) in counted.zip(rows) {
        counted.add(Tally::of(&rows, taken));
    }
    Ok(())
}

impl Tally {
    fn of(rows: &[Row], taken: Instant) -> Self {
        let is_patched = |row: &&Row| row.state == State::Patched;
        Self {
            taken,
            callables: rows.len(),
            patched: rows.iter().filter(is_patched).count(),
            hits: Row::total_hits(rows),
            calls: rows.iter().map(|row| row.calls).sum(),
            counted: rows.iter().filter_map(|row| row.calls).reduce(u64::add),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts beyond 2^53 are out of reach"
)]
impl Counted {
    fn add(&mut self, tally: Tally) {
        let is_old_enough = |of: &Tally| tally.taken.duration_since(of.taken) >= SAMPLE;
        while self.tallies.get(1).is_some_and(is_old_enough) {
            self.tallies.pop_front();
        }
        self.tallies.push_back(tally);
    }

    fn value(&self) -> Result<Option<f64>> {
        let Some(tally) = self.tallies.back() else {
            return Ok(None);
        };
        match self.count {
            Count::Patched => Ok(Some(tally.patched as f64)),
            Count::Callables => Ok(Some(tally.callables as f64)),
            Count::Hits | Count::Calls | Count::Rate if tally.callables == 0 => Ok(None),
            Count::Hits => Ok(Some(tally.hits as f64)),
            Count::Calls => match tally.calls {
                Some(calls) => Ok(Some(calls as f64)),
                None => Err(self.uncounted()),
            },
            Count::Rate => Ok(self.rate(tally)),
        }
    }

    /// Hits per second of patched callables; calls per second if none is patched.
    fn rate(&self, now: &Tally) -> Option<f64> {
        let before = self.tallies.front()?;
        let time = now.taken.duration_since(before.taken);
        let number = match now.patched {
            0 => now.counted?.saturating_sub(before.counted?),
            _ => now.hits.saturating_sub(before.hits),
        };
        (time >= SAMPLE).then(|| number as f64 / time.as_secs_f64())
    }

    fn uncounted(&self) -> Error {
        let pattern = &self.pattern;
        let hits = match self.count {
            Count::Rate => "compare the rate of its hits".to_owned(),
            _ => format!("use `hits({pattern})`"),
        };
        let is_patched = |tally: &Tally| tally.patched == tally.callables;
        let hint = if self.tallies.back().is_some_and(is_patched) {
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
