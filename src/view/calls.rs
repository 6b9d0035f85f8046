//! `time` and `errors`: what was recorded of the calls of callables.

use std::time::Duration;

use super::listing::{has_value, measure_columns, paint_measure, sparkline};
use super::numbers::{grouped, long_time, share, time};
use super::table::{Column, clean, lay_out, number, text};
use super::{CallListing, Painter, Subject};
use crate::counts::Times;
use crate::error::count;
use crate::measures::{ENDED, ERRORS, LONGEST, MEAN, MEDIAN, Measure, P90, P99, SELF, TOTAL};
use crate::protocol::CallReport;

/// The measures of a table of times, after the number of calls.
const OF_TIMES: [&Measure; 8] = [&ERRORS, &MEAN, &MEDIAN, &P90, &P99, &LONGEST, &TOTAL, &SELF];
/// The columns of a distribution in a table, and the lines of one that is drawn.
const BARS: usize = 12;
const LINES: usize = 16;
/// The longest bar of a line.
const LONGEST_BAR: usize = 40;

impl CallListing {
    pub(super) fn paint(&self, painter: &Painter) -> String {
        let columns = match self.subject {
            Subject::Times => self.columns_of_times(),
            Subject::Errors => self.columns_of_errors(),
        };
        let is_empty = columns.first().is_none_or(|first| first.cells.is_empty());
        let mut lines = lay_out(columns, painter).into_iter();
        let heading = lines.next().filter(|_| !is_empty);
        let heading = heading.map(|line| painter.heading(&line) + "\n");
        let body = lines.map(|line| {
            let (name, rest) = line.split_at(line.find(' ').unwrap_or(line.len()));
            painter.name(name) + rest + "\n"
        });
        let body: String = heading.into_iter().chain(body).collect();
        let drawn: String = if self.is_drawn {
            let drawn = self.callables.iter().filter_map(|it| draw(it, painter));
            drawn.collect()
        } else {
            String::new()
        };
        let summary = painter.faint(&self.summary());
        let refused = self
            .refused
            .as_ref()
            .map_or_else(String::new, |(number, first)| {
                let sentence = format!(
                    "  {} refused; the first: {first}\n",
                    count(*number, "callable")
                );
                painter.hint(&sentence)
            });
        format!("{body}{drawn}{summary}\n{refused}")
    }

    fn columns_of_times(&self) -> Vec<Column> {
        let callables = || self.callables.iter();
        let measured = callables().map(|it| &it.row.measured);
        let mut columns = vec![
            text("Callable", 9, callables().map(|it| it.row.path.to_string())),
            number(
                "Calls",
                7,
                measured.clone().map(|it| paint_measure(&ENDED, it)),
            ),
        ];
        let shows =
            |measure: &Measure| OF_TIMES.contains(&measure) && has_value(measure, measured.clone());
        columns.extend(measure_columns(measured.clone(), 0, shows));
        let times = || callables().map(times_of);
        if let Some((from, to)) = range(times().flatten()) {
            let spread = |times: Option<&Times>| {
                let spread = times.map(|times| times.spread(from, to, BARS));
                spread.map_or_else(String::new, |spread| bars(&spread))
            };
            let scale = format!("{} … {}", time(from), time(to));
            columns.push(text(scale, 3, times().map(spread)));
        }
        let waiting = || times().map(|times| times.map_or_else(String::new, waiting));
        if waiting().any(|it| !it.is_empty()) {
            columns.push(text("Waiting", 5, waiting()));
        }
        columns
    }

    fn columns_of_errors(&self) -> Vec<Column> {
        let sites = || {
            let callables = self.callables.iter();
            callables.flat_map(|it| it.errors.iter().map(move |site| (it, site)))
        };
        let line = |line: u32| match line {
            0 => "-".to_owned(),
            line => line.to_string(),
        };
        vec![
            text(
                "Callable",
                9,
                sites().map(|(it, _)| it.row.path.to_string()),
            ),
            number("Errors", 8, sites().map(|(_, site)| grouped(site.errors))),
            number(
                "Of",
                5,
                sites().map(|(it, _)| {
                    let calls = it.row.measured.counts.recorded.times.as_ref();
                    grouped(calls.map_or(0, |times| times.calls))
                }),
            ),
            text("Type", 8, sites().map(|(_, site)| site.kind.clone())),
            number("Line", 7, sites().map(|(_, site)| line(site.line))),
            text(
                "Last message",
                6,
                sites().map(|(_, site)| site.message.clone()),
            ),
        ]
    }

    /// `2 callables timed for 30 s, 0.003 % of a core; the original code is back`
    fn summary(&self) -> String {
        let done = match self.subject {
            Subject::Times => "timed",
            Subject::Errors => "watched for errors",
        };
        let mut summary = format!("{} {done}", count(self.total, "callable"));
        if let Some(length) = self.length {
            let is_long = length >= Duration::from_secs(1);
            let length = if is_long {
                long_time(length)
            } else {
                time(length)
            };
            summary += &format!(" for {length}");
        }
        if let Some(part) = self.core_share {
            summary += &format!(", {} of a core", share(part));
        }
        let quiet = self.total - self.called;
        let shown = self.callables.len();
        match (quiet, self.subject) {
            (0, _) => {}
            (quiet, Subject::Times) => {
                summary += &format!("; {} not called", grouped(quiet as u64));
            }
            (quiet, Subject::Errors) => {
                summary += &format!("; {} without an error", grouped(quiet as u64));
            }
        }
        if shown < self.called {
            let more = grouped((self.called - shown) as u64);
            summary += &format!("; {more} more with `--top 0`");
        }
        match (self.length, self.kept) {
            (None, _) => summary += "; it goes on until `unpatch`",
            (Some(_), 0) => summary += "; the original code is back",
            (Some(_), kept) => {
                summary += &format!("; {} as before", count(kept, "callable"));
            }
        }
        summary
    }
}

fn times_of(callable: &CallReport) -> Option<&Times> {
    let times = callable.row.measured.counts.recorded.times.as_deref();
    times.filter(|times| times.timed > 0)
}

/// The share of the time that calls wait, if they do.
fn waiting(times: &Times) -> String {
    if times.waiting == 0 {
        return String::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "a share, for people")]
    let part = times.waiting as f64 / times.sum.max(1) as f64;
    share(part)
}

/// Powers of ten around all durations.
fn range<'a>(times: impl Iterator<Item = &'a Times>) -> Option<(Duration, Duration)> {
    let extremes = times.filter_map(Times::extremes);
    let (shortest, longest) = extremes.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    let power = |seconds: f64| 10_f64.powf(seconds);
    let from = power(shortest.as_secs_f64().max(1e-9).log10().floor());
    let to = power(longest.as_secs_f64().max(1e-9).log10().ceil());
    Some((
        Duration::from_secs_f64(from),
        Duration::from_secs_f64(to.max(from * 10.0)),
    ))
}

/// A bar for each number; zero is a space.
fn bars(spread: &[u64]) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a bar is one of eight")]
    let numbers: Vec<f64> = spread.iter().map(|number| *number as f64).collect();
    let bars = sparkline(&numbers);
    let bar = |(bar, number): (char, &u64)| if *number == 0 { '·' } else { bar };
    bars.chars().zip(spread).map(bar).collect()
}

/// The distribution of a callable, a line for each range of durations.
fn draw(callable: &CallReport, painter: &Painter) -> Option<String> {
    let times = times_of(callable)?;
    let (from, to) = range([times].into_iter())?;
    let spread = times.spread(from, to, LINES);
    let most = spread.iter().copied().max().filter(|most| *most > 0)?;
    let edge = |line: usize| {
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let part = line as f64 / LINES as f64;
        let ratio = to.as_secs_f64() / from.as_secs_f64();
        Duration::from_secs_f64(from.as_secs_f64() * ratio.powf(part))
    };
    let is_used = |number: &u64| *number > 0;
    let first = spread.iter().position(is_used)?;
    let last = spread.iter().rposition(is_used)?;
    let width = spread.iter().map(|number| grouped(*number).len()).max()?;
    let lines = (first..=last).map(|line| {
        let number = spread[line];
        let length = (u128::from(number) * LONGEST_BAR as u128).div_ceil(most.into()) as usize;
        let (from, to) = (time(edge(line)), time(edge(line + 1)));
        let bar = "█".repeat(length);
        format!(
            "  {from:>7} … {to:>7}  {:>width$}  {bar}\n",
            grouped(number)
        )
    });
    let lines: String = lines.collect();
    let name = painter.name(&clean(callable.row.path.as_str()));
    Some(format!("\n{name}\n{lines}"))
}
