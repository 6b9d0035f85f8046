//! The live view of `watch`: as many lines as the terminal has, from the data of one moment.
//!
//! ```text
//! 12 s watched, 1 patched, 5,210 calls, 97 hits, 9.8 hits/s, <0.0001 % of a core
//!   Callable                     Calls  Hits  Calls/s  Hits/s       Core       Trend  State
//!  *package.module:func_7          212    97      9.8     9.8  <0.0001 %  __.,-=+*##  * patched
//! > package.module:func_8          110     0      0.0     0.0        0 %  ##*+=-,._
//! patched package.module:func_7: 5 instructions added, in 21 µs
//! 1-2 of 130  ? keys  q leaves
//! ```

use std::time::Duration;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::costs::beyond_hits;
use super::fit::{fit, spell};
use super::help::paint_entries;
use super::listing::paint_measure;
use super::live_table::paint_table;
use super::numbers::{grouped, long_time, time, value};
use super::styled::screen_line;
use super::table::clean;
use super::{HelpEntry, Painter};
use crate::error::count;
use crate::measures::{CALL_RATE, CALLS, CORE, Costs, HIT_RATE, HITS, Sort};
use crate::program::Totals;
use crate::protocol::Row;

/// The head, the table's heading, and the bottom line.
const LINES_AROUND_ROWS: usize = 3;
/// The head of a text, and the bottom line.
const LINES_AROUND_TEXT: usize = 2;

/// The contents of the live view at one moment.
pub struct LiveFrame {
    /// The time since the session began.
    pub run_time: Duration,
    /// The time since the watch began.
    pub elapsed: Duration,
    /// The refresh interval.
    pub every: Duration,
    /// What events cost.
    pub costs: Costs,
    /// The totals of all callables, shown or not.
    pub totals: Totals,
    /// Whether the view is frozen.
    pub is_frozen: bool,
    /// The order of the rows.
    pub sort: Sort,
    /// Only rows whose names contain this are shown; empty for all.
    pub filter: String,
    /// The main part of the screen.
    pub body: LiveBody,
    /// The answer of the last command.
    pub answer: Vec<String>,
    /// The line being typed.
    pub line: Option<LiveLine>,
}

/// The main part of the screen.
pub enum LiveBody {
    /// Rows of the table.
    Table {
        /// The visible rows.
        rows: Vec<LiveRow>,
        /// The number of rows above them.
        above: usize,
        /// The total number of rows.
        total: usize,
    },
    /// A text to scroll through.
    Text {
        /// Its title.
        title: String,
        /// The visible lines.
        lines: Vec<String>,
        /// The number of lines above them.
        above: usize,
        /// The total number of lines.
        total: usize,
    },
}

/// A row on the screen.
pub struct LiveRow {
    /// The callable.
    pub row: Row,
    /// Its rates in the last intervals, the oldest first.
    pub trend: Vec<f64>,
    /// Whether its counts changed in the last interval.
    pub has_changed: bool,
    /// Whether it is selected.
    pub is_selected: bool,
}

/// A line that is being typed.
pub struct LiveLine {
    /// The character before it.
    pub sign: char,
    /// The text typed so far.
    pub text: String,
    /// The position of the cursor, in bytes.
    pub cursor: usize,
}

/// The number of rows that fit above an answer of this many lines.
#[must_use]
pub fn rows_that_fit(painter: &Painter, answer: usize) -> usize {
    lines_that_fit(painter, LINES_AROUND_ROWS + answer)
}

/// The number of text lines that fit.
#[must_use]
pub fn text_lines_that_fit(painter: &Painter) -> usize {
    lines_that_fit(painter, LINES_AROUND_TEXT)
}

fn lines_that_fit(painter: &Painter, others: usize) -> usize {
    let height = painter.height().unwrap_or(24);
    height.saturating_sub(others).max(1)
}

/// Names in as few lines as they fit in, at most `most`; the last line counts those left out.
#[must_use]
pub fn in_columns(names: &[String], most: usize, painter: &Painter) -> Vec<String> {
    let width = painter.width().unwrap_or(80);
    let names: Vec<String> = names.iter().map(|name| clean(name)).collect();
    let widest = names.iter().map(|name| name.width()).max().unwrap_or(0) + 2;
    let columns = (width / widest.max(1)).max(1);
    let mut lines: Vec<String> = names
        .chunks(columns)
        .map(|chunk| {
            let pad = |name: &String| format!("{name}{}", " ".repeat(widest - name.width()));
            chunk
                .iter()
                .map(pad)
                .collect::<String>()
                .trim_end()
                .to_owned()
        })
        .collect();
    if lines.len() > most {
        lines.truncate(most.saturating_sub(1));
        let left_out = names.len() - lines.len() * columns;
        lines.push(painter.faint(&format!("{left_out} more")));
    }
    lines
}

/// The lines of a painted text, broken at the edge of the screen.
#[must_use]
pub fn broken_lines(text: &str, painter: &Painter) -> Vec<String> {
    fit(text, painter).lines().map(str::to_owned).collect()
}

/// Keys and what they do.
#[must_use]
pub fn paint_keys(keys: &[(&str, &str)], painter: &Painter) -> String {
    let entry = |(key, meaning): &(&str, &str)| HelpEntry {
        term: (*key).to_owned(),
        meaning: (*meaning).to_owned(),
    };
    paint_entries(&keys.iter().map(entry).collect::<Vec<_>>(), painter)
}

impl LiveFrame {
    /// The lines of the screen from top to bottom, and the line and column of the cursor, if it is
    /// shown.
    #[must_use]
    pub fn paint(&self, painter: &Painter) -> (Vec<String>, Option<(usize, usize)>) {
        let width = painter.width().unwrap_or(usize::MAX);
        let height = painter.height().unwrap_or(24);
        let mut lines = match &self.body {
            LiveBody::Table { rows, .. } => {
                let mut lines = vec![painter.heading(&self.head(width))];
                lines.extend(paint_table(rows, &self.totals.measured, self.sort, painter));
                lines
            }
            LiveBody::Text { title, lines, .. } => {
                let title = painter.heading(&clean(title));
                std::iter::once(title)
                    .chain(lines.iter().cloned())
                    .collect()
            }
        };
        if matches!(self.body, LiveBody::Table { .. }) {
            lines.resize(height.saturating_sub(1 + self.answer.len()), String::new());
            lines.extend(self.answer.iter().cloned());
        } else {
            lines.resize(height.saturating_sub(1), String::new());
        }
        let (bottom, cursor) = self.bottom(painter, width);
        let cursor = cursor.map(|column| (lines.len(), column));
        lines.push(bottom);
        // A screen of a few lines shows the last ones, where the user types.
        let excess = lines.len().saturating_sub(height);
        lines.drain(..excess);
        let cursor = cursor.map(|(line, column)| (line - excess, column));
        let lines = lines
            .iter()
            .map(|line| screen_line(&spell(line, painter), width));
        let lines = lines.collect();
        (lines, cursor)
    }

    /// Time and totals; a narrow screen omits the less important ones.
    fn head(&self, width: usize) -> String {
        let Totals {
            callables,
            patched,
            measured,
        } = &self.totals;
        let mut parts = vec![
            (12, format!("{} watched", long_time(self.elapsed))),
            (3, format!("run time {}", long_time(self.run_time))),
            (5, count(*callables, "callable")),
            (9, format!("{} patched", grouped(*patched as u64))),
        ];
        for (weight, measure) in [(7, CALLS), (6, CALL_RATE), (11, HITS), (10, HIT_RATE)] {
            let total = measure.of(measured).map(value);
            parts.extend(total.map(|total| (weight, format!("{total} {}", measure.name))));
        }
        let beyond = beyond_hits(self.costs, &measured.counts.recorded);
        parts.extend([
            (1, format!("{:.1} ns a hit{beyond}", self.costs.hit)),
            (8, format!("{} of a core", paint_measure(&CORE, measured))),
            (2, format!("every {}", time(self.every))),
            (4, format!("by {}", self.sort.word())),
        ]);
        if !self.filter.is_empty() {
            parts.insert(1, (11, format!("/{}", clean(&self.filter))));
        }
        if self.is_frozen {
            parts.insert(1, (12, "frozen".to_owned()));
        }
        loop {
            let texts: Vec<_> = parts.iter().map(|(_, text)| text.as_str()).collect();
            let head = texts.join(", ");
            let lightest = parts.iter().enumerate().min_by_key(|(_, part)| part.0);
            match lightest {
                Some((place, _)) if head.width() > width && parts.len() > 1 => parts.remove(place),
                _ => return head,
            };
        }
    }

    /// The line being typed, or the scroll position and the main keys.
    fn bottom(&self, painter: &Painter, width: usize) -> (String, Option<usize>) {
        if let Some(line) = &self.line {
            let (text, column) = line.around_cursor(width);
            return (text, Some(column));
        }
        let (shown, above, total, keys) = match &self.body {
            LiveBody::Table { rows, above, total } => (rows.len(), above, total, TABLE_KEYS),
            LiveBody::Text {
                lines,
                above,
                total,
                ..
            } => (lines.len(), above, total, TEXT_KEYS),
        };
        let first = above + usize::from(shown > 0);
        let mut text = format!(
            "{}-{} of {}",
            grouped(first as u64),
            grouped((above + shown) as u64),
            grouped(*total as u64)
        );
        for key in keys {
            if text.len() + 2 + key.len() <= width {
                text += "  ";
                text += key;
            }
        }
        (painter.faint(&text), None)
    }
}

/// The keys named in the bottom line, as far as they fit.
const TABLE_KEYS: &[&str] = &[
    "q leaves",
    "? keys",
    ": command",
    "/ filter",
    "s sort",
    "p patch",
    "d dis",
    "space freeze",
    "+/- interval",
];
const TEXT_KEYS: &[&str] = &["q back", "arrows scroll"];

impl LiveLine {
    /// The part of the line around the cursor that fits, and the cursor's column in it.
    fn around_cursor(&self, width: usize) -> (String, usize) {
        let (before, behind) = self.text.split_at(self.cursor);
        let before = format!("{}{}", self.sign, clean(before));
        let room = width.saturating_sub(1).max(1);
        let mut column = 0;
        let fits = |character: &(usize, char)| {
            column += character.1.width().unwrap_or(0);
            column <= room
        };
        let shown = before.char_indices().rev().take_while(fits).last();
        let shown = &before[shown.map_or(before.len(), |(start, _)| start)..];
        (format!("{shown}{}", clean(behind)), shown.width())
    }
}
