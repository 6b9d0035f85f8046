//! The table of the live view: columns that fit, and rows with marks.

use super::listing::{KIND, TREND, paint_line, row_columns, state, trend_column};
use super::table::{Column, GAP, lay_out};
use super::{LiveRow, Painter};
use crate::measures::{CORE, Measure, Measured, Sort};
use crate::protocol::Row;

/// Bars of a trend, one for each interval kept.
const MOST_BARS: usize = 30;
/// Fewer bars are not useful.
const FEWEST_BARS: usize = 8;
/// The weight of the sort column: it is kept longest.
const MOST_WEIGHT: u8 = 8;
/// Narrower terminals show marks instead of states.
const ROOM_FOR_STATES: usize = 60;
/// Cells before a row: one for the selection, one for a change.
const MARGIN: usize = 2;

/// The heading and a line for each row, with the measures that have a value in `all`, the sum of all
/// callables.
pub(super) fn paint_table(
    rows: &[LiveRow],
    all: &Measured,
    sort: Sort,
    painter: &Painter,
) -> Vec<String> {
    let inner = painter.narrower(MARGIN);
    let plain: Vec<&Row> = rows.iter().map(|row| &row.row).collect();
    let trends: Vec<&[f64]> = rows.iter().map(|row| row.trend.as_slice()).collect();
    let shows = |measure: &Measure| measure.of(all).is_some();
    let mut columns = row_columns(&plain, Some(trend_column(&trends)), shows);
    let is_sorted_by = |column: &&mut Column| column.heading.eq_ignore_ascii_case(sort.word());
    for column in columns.iter_mut().filter(is_sorted_by) {
        column.weight = MOST_WEIGHT;
    }
    fit_trend(&mut columns, &inner);
    let marks_alone = painter.width().is_some_and(|width| width < ROOM_FOR_STATES);
    if marks_alone && let Some(states) = columns.last_mut() {
        states.heading = "".into();
        states
            .cells
            .iter_mut()
            .for_each(|cell| *cell = mark(cell).to_owned());
    }
    let mut lines = lay_out(columns, &inner).into_iter();
    let heading = lines.next().unwrap_or_default();
    let heading = painter.heading(&format!("{:MARGIN$}{heading}", ""));
    let body = lines.zip(rows).map(|(line, row)| {
        let state = state(&row.row);
        row.paint(
            &line,
            if marks_alone { mark(state) } else { state },
            painter,
        )
    });
    std::iter::once(heading).chain(body).collect()
}

/// Gives the bars the room that the names leave; the latest are at the end.
fn fit_trend(columns: &mut Vec<Column>, painter: &Painter) {
    let others = columns.iter().filter(|column| column.heading != TREND);
    let mut taken: usize = others.map(|column| column.width() + GAP).sum();
    let width = painter.width().unwrap_or(usize::MAX);
    let mut room = width.saturating_sub(taken);
    for (heading, enough) in [(KIND, MOST_BARS), (CORE.heading, FEWEST_BARS)] {
        let place = columns.iter().position(|column| column.heading == heading);
        if let Some(place) = place.filter(|_| room < enough) {
            taken -= columns.remove(place).width() + GAP;
            room = width.saturating_sub(taken);
        }
    }
    let bars = room.clamp(FEWEST_BARS, MOST_BARS);
    let trend = columns.iter_mut().filter(|column| column.heading == TREND);
    for cell in trend.flat_map(|column| &mut column.cells) {
        let excess = cell.chars().count().saturating_sub(bars);
        let latest: String = cell.chars().skip(excess).collect();
        *cell = format!("{latest:>bars$}");
    }
}

/// The mark of a state, without its word.
fn mark(state: &str) -> &str {
    state.split(' ').next().unwrap_or_default()
}

impl LiveRow {
    fn paint(&self, line: &str, state: &str, painter: &Painter) -> String {
        let selected = if self.is_selected { '>' } else { ' ' };
        let changed = if self.has_changed { '•' } else { ' ' };
        if self.is_selected {
            return painter.selected(&format!("{selected}{changed}{line}"));
        }
        let mark = painter.hint(&changed.to_string());
        format!("{selected}{mark}{}", paint_line(line, state, painter))
    }
}
