//! `ls` and `watch`: callables in a table.

use super::costs::beyond_hits;
use super::csv;
use super::json::ROW;
use super::numbers::{LONGEST_SHARE, grouped, time, value};
use super::table::{Column, clean, cut, lay_out, number, text};
use super::{Layout, Listing, Painter, WatchFrame};
use crate::error::count;
use crate::measures::{CORE, Costs, MEASURES, Measure, Measured};
use crate::protocol::{PendingPattern, Row, State};

/// The headings of optional columns.
pub(super) const TREND: &str = "Trend";
pub(super) const KIND: &str = "Kind";

/// The number of pending patterns shown below the rows; after `restart` there can be as many as
/// there were patches.
const PENDING_SHOWN: usize = 10;

impl Listing {
    pub(super) fn paint(&self, painter: &Painter) -> String {
        if self.layout == Layout::Csv {
            return csv::lay_out(&ROW, &self.rows, painter);
        }
        let table = paint_rows(&self.rows.iter().collect::<Vec<_>>(), None, painter);
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
    let name = painter.name(&clean(pending.pattern.as_str()));
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
        let head = format!(
            "{} watched, {}, {}, {} of a core",
            time(self.elapsed),
            count(self.total, "callable"),
            hits_at_cost(&self.measured, self.costs),
            paint_measure(&CORE, &self.measured),
        );
        let (rows, trends): (Vec<&Row>, Vec<&[f64]>) = self
            .rows
            .iter()
            .map(|(row, trend)| (row, trend.as_slice()))
            .unzip();
        let table = paint_rows(&rows, Some(trend_column(&trends)), painter);
        format!("{}\n{table}", painter.heading(&cut(&head, painter)))
    }
}

/// `97 hits at 3.1 ns`
fn hits_at_cost(measured: &Measured, costs: Costs) -> String {
    let recorded = &measured.counts.recorded;
    let hits = usize::try_from(recorded.hits).unwrap_or(usize::MAX);
    let beyond = beyond_hits(costs, recorded);
    format!("{} at {:.1} ns{beyond}", count(hits, "hit"), costs.hit)
}

/// The value of a measure, or a dash.
pub(super) fn paint_measure(measure: &Measure, measured: &Measured) -> String {
    measure.of(measured).map_or_else(|| "-".into(), value)
}

/// The rates of each row in the last intervals.
pub(super) fn trend_column(trends: &[&[f64]]) -> Column {
    text(TREND, 1, trends.iter().map(|trend| sparkline(trend)))
}

/// A column for each measure that `shows` accepts. Shares are at least so wide.
pub(super) fn measure_columns<'a>(
    rows: impl Iterator<Item = &'a Measured> + Clone,
    share_width: usize,
    shows: impl Fn(&Measure) -> bool,
) -> impl Iterator<Item = Column> {
    let measures = MEASURES.iter().filter(move |measure| shows(measure));
    measures.map(move |measure| {
        let width = if measure.is_share() { share_width } else { 0 };
        let cells = rows.clone().map(|measured| {
            let cell = paint_measure(measure, measured);
            format!("{cell:>width$}")
        });
        number(measure.heading, measure.weight, cells)
    })
}

/// Whether a measure has a value in one of the rows, or would have one in any.
pub(super) fn has_value<'a>(
    measure: &Measure,
    mut rows: impl Iterator<Item = &'a Measured>,
) -> bool {
    !measure.is_optional() || rows.any(|row| measure.of(row).is_some())
}

/// The columns of rows, with those of the measures that `shows` accepts.
pub(super) fn row_columns(
    rows: &[&Row],
    trend: Option<Column>,
    shows: impl Fn(&Measure) -> bool,
) -> Vec<Column> {
    let state = |row: &&Row| state(row).to_owned();
    let mut columns = vec![
        text("Callable", 9, rows.iter().map(|row| row.path.to_string())),
        text(KIND, 0, rows.iter().map(|row| row.kind.to_string())),
    ];
    let measured = rows.iter().map(|row| &row.measured);
    // As wide as it can get: a table that is refreshed in place must not move.
    columns.extend(measure_columns(measured, LONGEST_SHARE, shows));
    columns.extend(trend);
    columns.push(text("State", 6, rows.iter().map(state)));
    columns
}

/// The table of `ls` and of a plain `watch`.
fn paint_rows(rows: &[&Row], trend: Option<Column>, painter: &Painter) -> String {
    let has_intervals = trend.is_some();
    let shows = |measure: &Measure| {
        let rows = rows.iter().map(|row| &row.measured);
        (measure.is_total() || has_intervals) && has_value(measure, rows)
    };
    let mut lines = lay_out(row_columns(rows, trend, shows), painter).into_iter();
    let heading = lines
        .next()
        .map_or_else(String::new, |line| painter.heading(&line));
    let body = lines
        .zip(rows)
        .map(|(line, row)| paint_line(&line, state(row), painter));
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

/// The state of a callable, and what its patch records beyond hits.
pub(super) fn state(row: &Row) -> &'static str {
    match row.state {
        State::Original => "",
        State::Patched if row.recorders.times => "● timed",
        State::Patched if row.recorders.errors => "● errors",
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
pub(super) fn sparkline(trend: &[f64]) -> String {
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
        assert_eq!(sparkline(&[0.0, 5.0, 10.0]), "▁▅█");
        assert_eq!(sparkline(&[0.0, 0.0]), "▁▁");
    }
}
