//! `ls` and `watch`: callables in a table.

use std::collections::VecDeque;

use super::csv;
use super::json::ROW;
use super::numbers::{LONGEST_SHARE, grouped, rate, share, time};
use super::table::{Column, clean, cut, lay_out, number, text};
use super::{Layout, Listing, Painter, Rates, WatchFrame};
use crate::error::count;
use crate::session::{PendingPattern, Row, State};

/// The headings of optional columns.
pub(super) const TREND: &str = "Trend";
const CALLS: &str = "Calls";
const CALL_RATE: &str = "Calls/s";
pub(super) const KIND: &str = "Kind";
pub(super) const CORE: &str = "Core";

/// The number of pending patterns shown below the rows; after `restart` there can be as many as
/// there were patches.
const PENDING_SHOWN: usize = 10;

impl Listing {
    pub(super) fn paint(&self, painter: &Painter) -> String {
        if self.layout == Layout::Csv {
            return csv::lay_out(&ROW, &self.rows, painter);
        }
        let table = paint_rows(&self.rows.iter().collect::<Vec<_>>(), Vec::new(), painter);
        let rest = match self.total - self.rows.len() {
            0 => String::new(),
            _ => format!(" of {}", grouped(self.total as u64)),
        };
        let shown = format!("{}{rest}", count(self.rows.len(), "callable"));
        let pending = self.pending.iter().take(PENDING_SHOWN);
        let pending: String = pending
            .map(|pattern| paint_pending(pattern, painter))
            .collect();
        let more = match self.pending.len().saturating_sub(PENDING_SHOWN) {
            0 => String::new(),
            more => format!("{more} more pending\n"),
        };
        format!("{table}{}\n{pending}{more}", painter.faint(&shown))
    }
}

/// `pending: package.*:*, 12 callables patched so far`
fn paint_pending(pending: &PendingPattern, painter: &Painter) -> String {
    let name = painter.name(&clean(&pending.pattern));
    let patched = match pending.patched {
        0 => String::new(),
        patched => format!(", {} patched so far", count(patched, "callable")),
    };
    let trouble = pending
        .trouble
        .as_ref()
        .map_or_else(String::new, |trouble| {
            let sentence = clean(&trouble.to_string());
            painter.hint(&format!("  {sentence}\n"))
        });
    format!("pending: {name}{patched}\n{trouble}")
}

impl WatchFrame {
    pub(super) fn paint(&self, painter: &Painter) -> String {
        let (rows, rates): (Vec<&Row>, Vec<&Rates>) =
            self.rows.iter().map(|(row, rates)| (row, rates)).unzip();
        let head = format!(
            "{} watched, {}, {} at {:.1} ns, {} of a core",
            time(self.elapsed),
            count(self.total, "callable"),
            count(usize::try_from(self.hits).unwrap_or(usize::MAX), "hit"),
            self.hook_cost,
            share(self.core_share)
        );
        let table = paint_rows(&rows, rate_columns(&rates), painter);
        format!("{}\n{table}", painter.heading(&cut(&head, painter)))
    }
}

/// The columns of a watch that come before the state.
pub(super) fn rate_columns(rates: &[&Rates]) -> Vec<Column> {
    let rates = rates.iter();
    let calls = |rates: &&Rates| rates.calls.map_or_else(|| "-".into(), rate);
    // As wide as it can get: a table that is refreshed in place must not move.
    let core = |rates: &&Rates| format!("{:>LONGEST_SHARE$}", share(rates.core_share));
    vec![
        number(CALL_RATE, 3, rates.clone().map(calls)),
        number("Hits/s", 4, rates.clone().map(|rates| rate(rates.hits))),
        number(CORE, 0, rates.clone().map(core)),
        text("Trend", 1, rates.map(|rates| sparkline(&rates.trend))),
    ]
}

/// The columns of rows; those in `extra` come before the state. Calls have a column only if the
/// program counts some.
pub(super) fn row_columns(rows: &[&Row], extra: Vec<Column>, counts_calls: bool) -> Vec<Column> {
    let calls = |row: &&Row| row.calls.map_or_else(|| "-".into(), grouped);
    let state = |row: &&Row| state(row.state).to_owned();
    let mut columns = vec![
        text("Callable", 9, rows.iter().map(|row| row.path.to_string())),
        text(KIND, 0, rows.iter().map(|row| row.kind.to_string())),
        number(CALLS, 5, rows.iter().map(calls)),
        number("Hits", 7, rows.iter().map(|row| grouped(row.hits))),
    ];
    columns.extend(extra);
    columns.push(text("State", 6, rows.iter().map(state)));
    columns.retain(|column| counts_calls || ![CALLS, CALL_RATE].contains(&column.heading));
    columns
}

/// The table of `ls` and of a plain `watch`.
fn paint_rows(rows: &[&Row], extra: Vec<Column>, painter: &Painter) -> String {
    let counts_calls = rows.iter().any(|row| row.calls.is_some());
    let mut lines = lay_out(row_columns(rows, extra, counts_calls), painter).into_iter();
    let heading = lines
        .next()
        .map_or_else(String::new, |line| painter.heading(&line));
    let body = lines
        .zip(rows)
        .map(|(line, row)| paint_line(&line, state(row.state), painter));
    std::iter::once(heading)
        .chain(body)
        .map(|line| line + "\n")
        .collect()
}

/// Styles the name at the start of a line, and the state at its end.
pub(super) fn paint_line(line: &str, state: &str, painter: &Painter) -> String {
    let (name, rest) = line.split_at(line.find(' ').unwrap_or(line.len()));
    match rest.strip_suffix(state) {
        Some(middle) if !state.is_empty() => painter.name(name) + middle + &painter.patched(state),
        _ => painter.name(name) + rest,
    }
}

pub(super) fn state(state: State) -> &'static str {
    match state {
        State::Original => "",
        State::Patched => "● patched",
        State::Replaced => "○ replaced",
        State::Copied => "○ copy in use",
        State::Removed => "○ removed",
    }
}

/// A row of bars; the highest bar is the highest rate of the row.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a bar is one of eight"
)]
fn sparkline(trend: &VecDeque<f64>) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let highest = trend.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let bar = |rate: &f64| {
        BARS[((rate / highest * (BARS.len() - 1) as f64).round() as usize).min(BARS.len() - 1)]
    };
    trend.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_relative_to_the_highest() {
        assert_eq!(sparkline(&VecDeque::from([0.0, 5.0, 10.0])), "▁▅█");
        assert_eq!(sparkline(&VecDeque::from([0.0, 0.0])), "▁▁");
    }
}
