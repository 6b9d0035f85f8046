//! `watch`: the table of callables, again and again, with rates and their recent history.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::command::example;
use super::ls::{LIMIT, SORT, sort};
use super::wait::ENDED;
use super::{
    Arguments, Command, CommandOption, Context, Parameter, Pause, Takes, duration, settings,
};
use crate::cpython::SymbolPath;
use crate::error::{Error, Result};
use crate::session::{Row, Scope};
use crate::view::{Answer, Rates, WatchFrame, WatchView, keys};

/// Intervals that the trend shows.
const TREND_LENGTH: usize = 30;

pub(super) const COMMAND: Command = Command {
    name: "watch",
    alias: None,
    summary: "show calls, hits and rates, refreshed in place",
    parameters: &[
        Parameter {
            name: "SECONDS",
            takes: Takes::Plain,
            required: false,
            repeated: false,
        },
        Parameter {
            name: "PATTERN",
            takes: Takes::Callables,
            required: false,
            repeated: true,
        },
    ],
    options: &[
        CommandOption {
            name: "--every",
            value: settings::EVERY.value,
            summary: "time between refreshes (1 s)",
            setting: Some(&settings::EVERY),
        },
        SORT,
        LIMIT,
    ],
    examples: &[
        example("watch", "until `q`, Enter or Ctrl-C"),
        example("watch 10 *mod_a:func_?", "some of them, for 10 seconds"),
        example(
            "watch 2m --every 500ms --sort hits --limit 20",
            "the busiest 20, twice a second",
        ),
    ],
    answers: &[("", keys::WATCH)],
    acts: |_| false,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let (limit, patterns) = time_and_patterns(arguments)?;
    let every = arguments.duration("--every").unwrap_or_default();
    settings::check_interval(every, "--every")?;
    let scope = Scope::new(patterns)?;
    let had_ended = context.target.ending().is_some();
    let mut history = History::new(context.wait(context.session.rows(scope.clone()))?);
    let is_live = context.host.begin_live_view()?;
    let outcome = refresh(
        context,
        arguments,
        &scope,
        &mut history,
        limit,
        every,
        is_live,
    );
    if is_live {
        context.host.end_live_view();
    }
    match outcome? {
        // In a live view, Ctrl-C is one way to leave; elsewhere it stops the script.
        Pause::Interrupted if !is_live => Err(Error::interrupted()),
        pause => {
            if is_live {
                // What was on the screen last stays to be read, like any other answer.
                let last = Answer::Watch(history.frame(arguments, WatchView::Last));
                context.host.show(&last)?;
            }
            // Of an end that comes during a live view, the prompt tells by itself.
            let is_news = pause == Pause::TargetEnded && (had_ended || !is_live);
            Ok(if is_news {
                Answer::Sentence(ENDED.into())
            } else {
                Answer::Nothing
            })
        }
    }
}

/// The first word if it is a time, and the rest.
fn time_and_patterns(
    arguments: &Arguments,
) -> Result<(Option<Duration>, impl Iterator<Item = &str>)> {
    let limit = match arguments.texts().next() {
        Some(word) if duration::is_meant(word) => Some(duration::parse(word)?),
        _ => None,
    };
    Ok((limit, arguments.texts().skip(usize::from(limit.is_some()))))
}

/// Shows a frame after each interval, until time, the user or the target ends it.
fn refresh(
    context: &mut Context<'_>,
    arguments: &Arguments,
    scope: &Scope,
    history: &mut History,
    limit: Option<Duration>,
    every: Duration,
    is_live: bool,
) -> Result<Pause> {
    let deadline = limit.map(|limit| Instant::now() + limit);
    let view = if is_live {
        WatchView::Live
    } else {
        WatchView::Plain
    };
    if is_live {
        context
            .host
            .show(&Answer::Watch(history.frame(arguments, WatchView::Live)))?;
    }
    let mut next = Instant::now() + every;
    loop {
        let until = deadline.map_or(next, |deadline| deadline.min(next));
        let pause =
            context.pause_until_target_ends(Some(until.saturating_duration_since(Instant::now())));
        let is_last = deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if matches!(pause, Pause::Elapsed | Pause::TargetEnded) {
            history.add(context.wait(context.session.rows_if_any(scope.clone()))?);
            context
                .host
                .show(&Answer::Watch(history.frame(arguments, view)))?;
        }
        if pause != Pause::Elapsed || is_last {
            return Ok(pause);
        }
        next += every;
    }
}

/// The counts of the last intervals.
struct History {
    started: Instant,
    rows: Vec<Row>,
    taken: Instant,
    rates: HashMap<SymbolPath, Rates>,
}

impl History {
    fn new(rows: Vec<Row>) -> Self {
        let now = Instant::now();
        Self {
            started: now,
            rows,
            taken: now,
            rates: HashMap::new(),
        }
    }

    /// Takes in the counts of this moment: what changed since the last ones are the rates.
    fn add(&mut self, rows: Vec<Row>) {
        let now = Instant::now();
        let seconds = now
            .duration_since(self.taken)
            .as_secs_f64()
            .max(f64::EPSILON);
        let before: HashMap<_, _> = self.rows.iter().map(|row| (&row.path, row)).collect();
        for row in &rows {
            let Some(before) = before.get(&row.path) else {
                continue;
            };
            let rates = self.rates.entry(row.path.clone()).or_default();
            rates.calls = row
                .calls
                .zip(before.calls)
                .map(|(now, before)| per_second(now, before, seconds));
            rates.hits = per_second(row.hits, before.hits, seconds);
            push(&mut rates.trend, rates.calls.unwrap_or(rates.hits));
        }
        (self.rows, self.taken) = (rows, now);
    }

    fn frame(&self, arguments: &Arguments, view: WatchView) -> WatchFrame {
        let mut rows = self.rows.clone();
        sort(&mut rows, arguments.text("--sort"));
        let total = rows.len();
        rows.truncate(arguments.rows());
        let rates = |row: &Row| self.rates.get(&row.path).cloned().unwrap_or_default();
        WatchFrame {
            elapsed: self.taken.duration_since(self.started),
            total,
            hits: Row::total_hits(&self.rows),
            rows: rows
                .into_iter()
                .map(|row| (rates(&row), row))
                .map(|(rates, row)| (row, rates))
                .collect(),
            view,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a rate is read by people: 53 bits are plenty"
)]
fn per_second(now: u64, before: u64, seconds: f64) -> f64 {
    now.saturating_sub(before) as f64 / seconds
}

fn push(trend: &mut VecDeque<f64>, value: f64) {
    if trend.len() == TREND_LENGTH {
        trend.pop_front();
    }
    trend.push_back(value);
}
