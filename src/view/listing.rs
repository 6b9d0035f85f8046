//! `ls` and `watch`: callables in a table.

use std::collections::VecDeque;

use super::csv;
use super::json::ROW;
use super::numbers::{grouped, rate, time};
use super::table::{Column, clean, cut, lay_out, number, text};
use super::{Layout, Listing, Painter, Rates, WatchFrame, WatchView};
use crate::error::count;
use crate::session::{PendingPattern, Row, State};

/// Lines of a live view beside its rows: the head, the table's heading, and the hint below.
const LINES_AROUND_ROWS: usize = 4;

/// Patterns that are shown below the rows; after `restart` as many can wait as were patched.
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
        let room = painter
            .height()
            .filter(|_| self.view != WatchView::Plain)
            .map(|height| height.saturating_sub(LINES_AROUND_ROWS));
        let shown = self.rows.len().min(room.unwrap_or(usize::MAX));
        let (rows, rates): (Vec<&Row>, Vec<&Rates>) = self.rows[..shown]
            .iter()
            .map(|(row, rates)| (row, rates))
            .unzip();
        let head = format!(
            "{} watched, {}, {}",
            time(self.elapsed),
            count(self.total, "callable"),
            count(usize::try_from(self.hits).unwrap_or(usize::MAX), "hit")
        );
        let extra = vec![
            number(
                "Calls/s",
                3,
                rates
                    .iter()
                    .map(|rates| rates.calls.map_or_else(|| "-".into(), rate)),
            ),
            number("Hits/s", 4, rates.iter().map(|rates| rate(rates.hits))),
            text(
                "Trend",
                1,
                rates.iter().map(|rates| sparkline(&rates.trend, painter)),
            ),
        ];
        let table = paint_rows(&rows, extra, painter);
        let hidden = if shown < self.total {
            format!("{} more; ", self.total - shown)
        } else {
            String::new()
        };
        let hint = match self.view {
            WatchView::Live => format!("{hidden}`q`, Enter or Ctrl-C ends the watch"),
            WatchView::Last | WatchView::Plain => String::new(),
        };
        let hint = if hint.is_empty() {
            hint
        } else {
            painter.faint(&cut(&hint, painter)) + "\n"
        };
        format!("{}\n{table}{hint}", painter.heading(&cut(&head, painter)))
    }
}

/// The table that both share; `extra` columns stand before the state.
fn paint_rows(rows: &[&Row], extra: Vec<Column>, painter: &Painter) -> String {
    let calls = |row: &&Row| row.calls.map_or_else(|| "-".into(), grouped);
    let mut columns = vec![
        text("Callable", 9, rows.iter().map(|row| row.path.to_string())),
        text("Kind", 0, rows.iter().map(|row| row.kind.to_string())),
        number("Calls", 5, rows.iter().map(calls)),
        number("Hits", 7, rows.iter().map(|row| grouped(row.hits))),
    ];
    columns.extend(extra);
    columns.push(text(
        "State",
        6,
        rows.iter().map(|row| state(row.state, painter).to_owned()),
    ));
    let mut lines = lay_out(columns, painter).into_iter();
    let heading = lines
        .next()
        .map_or_else(String::new, |line| painter.heading(&line));
    let body = lines
        .zip(rows)
        .map(|(line, row)| paint_line(&line, row, painter));
    std::iter::once(heading)
        .chain(body)
        .map(|line| line + "\n")
        .collect()
}

/// Styles the name at the start of a laid out line, and the state at its end.
fn paint_line(line: &str, row: &Row, painter: &Painter) -> String {
    let (name, rest) = line.split_at(line.find(' ').unwrap_or(line.len()));
    let state = state(row.state, painter);
    match rest.strip_suffix(state) {
        Some(middle) if !state.is_empty() => painter.name(name) + middle + &painter.patched(state),
        _ => painter.name(name) + rest,
    }
}

fn state(state: State, painter: &Painter) -> &'static str {
    match (state, painter.has_unicode()) {
        (State::Original, _) => "",
        (State::Patched, true) => "● patched",
        (State::Patched, false) => "* patched",
        (State::Replaced, true) => "○ replaced",
        (State::Replaced, false) => "o replaced",
        (State::Removed, true) => "○ removed",
        (State::Removed, false) => "o removed",
    }
}

/// A row of bars, the highest rate of the row being the highest bar.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a bar is one of eight"
)]
fn sparkline(trend: &VecDeque<f64>, painter: &Painter) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const ASCII_BARS: [char; 8] = ['_', '.', ',', '-', '=', '+', '*', '#'];
    let bars = if painter.has_unicode() {
        BARS
    } else {
        ASCII_BARS
    };
    let highest = trend.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let bar = |rate: &f64| {
        bars[((rate / highest * (bars.len() - 1) as f64).round() as usize).min(bars.len() - 1)]
    };
    trend.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_relative_to_the_highest() {
        assert_eq!(
            sparkline(&VecDeque::from([0.0, 5.0, 10.0]), &Painter::plain()),
            "▁▅█"
        );
        assert_eq!(
            sparkline(&VecDeque::from([0.0, 0.0]), &Painter::plain()),
            "▁▁"
        );
    }
}
