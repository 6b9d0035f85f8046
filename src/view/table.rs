//! Tables that fit: columns are dropped and names shortened until a row fits the terminal.

use std::borrow::Cow;

use comfy_table::{CellAlignment, Table, presets};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Painter;

/// Replaces what was cut out of a text, in one cell.
const ELLIPSIS: char = '…';
/// Names are not made shorter than this.
const SHORTEST_NAME: usize = 24;
/// Cells between two columns.
pub(super) const GAP: usize = 2;

/// A column of texts.
pub(super) struct Column {
    pub(super) heading: Cow<'static, str>,
    pub(super) cells: Vec<String>,
    pub(super) is_number: bool,
    /// The column with the lowest weight is dropped first; the first column stays.
    pub(super) weight: u8,
}

/// A left-aligned column of texts.
pub(super) fn text(
    heading: impl Into<Cow<'static, str>>,
    weight: u8,
    cells: impl Iterator<Item = String>,
) -> Column {
    Column {
        heading: heading.into(),
        cells: cells.collect(),
        is_number: false,
        weight,
    }
}

/// A right-aligned column of numbers.
pub(super) fn number(
    heading: impl Into<Cow<'static, str>>,
    weight: u8,
    cells: impl Iterator<Item = String>,
) -> Column {
    Column {
        is_number: true,
        ..text(heading, weight, cells)
    }
}

impl Column {
    pub(super) fn width(&self) -> usize {
        self.cells
            .iter()
            .map(|cell| cell.width())
            .chain([self.heading.width()])
            .max()
            .unwrap_or(0)
    }
}

/// Lays out columns, the heading first, one line per row; the first column holds names.
pub(super) fn lay_out(mut columns: Vec<Column>, painter: &Painter) -> Vec<String> {
    for column in &mut columns {
        column.cells.iter_mut().for_each(|cell| *cell = clean(cell));
    }
    fit(&mut columns, painter);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(
        columns
            .iter()
            .map(|column| column.heading.as_ref())
            .collect::<Vec<_>>(),
    );
    for row in 0..columns.first().map_or(0, |column| column.cells.len()) {
        table.add_row(
            columns
                .iter()
                .map(|column| column.cells[row].as_str())
                .collect::<Vec<_>>(),
        );
    }
    for (column, laid_out) in columns.iter().zip(table.column_iter_mut()) {
        laid_out.set_padding((0, 2));
        laid_out.set_cell_alignment(if column.is_number {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        });
    }
    table
        .lines()
        .map(|line| cut(line.trim_end(), painter))
        .collect()
}

fn fit(columns: &mut Vec<Column>, painter: &Painter) {
    let Some(width) = painter.width() else { return };
    loop {
        let others: usize = columns
            .iter()
            .skip(1)
            .map(|column| column.width() + GAP)
            .sum();
        let Some(names) = columns.first_mut() else {
            return;
        };
        let room = width.saturating_sub(others);
        if names.width() <= room {
            return;
        }
        let lightest = columns
            .iter()
            .enumerate()
            .skip(1)
            .min_by_key(|(_, column)| column.weight);
        match lightest {
            Some((place, column)) if room < SHORTEST_NAME || column.weight == 0 => {
                columns.remove(place);
            }
            _ => {
                let room = room.max(SHORTEST_NAME.min(width));
                columns[0]
                    .cells
                    .iter_mut()
                    .for_each(|name| *name = shorten(name, room));
                return;
            }
        }
    }
}

/// Cuts the middle out of a name that is too long.
fn shorten(name: &str, room: usize) -> String {
    if name.width() <= room {
        return name.to_owned();
    }
    let kept = room.saturating_sub(1);
    let tail = kept - kept / 3;
    let head: String = take_width(name.chars(), kept / 3).collect();
    let end: Vec<char> = take_width(name.chars().rev(), tail).collect();
    format!(
        "{head}{ELLIPSIS}{}",
        end.into_iter().rev().collect::<String>()
    )
}

/// Cuts a line at the edge of the terminal.
pub(super) fn cut(line: &str, painter: &Painter) -> String {
    take_width(line.chars(), painter.width().unwrap_or(usize::MAX)).collect()
}

/// Cuts a line to this many cells, with a mark at the cut.
pub(super) fn cut_to(line: &str, cells: usize) -> String {
    if line.width() <= cells {
        return line.to_owned();
    }
    let kept = take_width(line.chars(), cells.saturating_sub(1));
    kept.chain([ELLIPSIS]).collect()
}

/// The first characters that fit into `room` cells.
fn take_width(characters: impl Iterator<Item = char>, room: usize) -> impl Iterator<Item = char> {
    let mut used = 0;
    characters.take_while(move |character| {
        used += character.width().unwrap_or(0);
        used <= room
    })
}

/// Text without characters that could move the cursor or change the terminal.
pub(super) fn clean(text: &str) -> String {
    if text.chars().any(is_unseen) {
        text.chars()
            .flat_map(|one| {
                if is_unseen(one) {
                    one.escape_default().collect()
                } else {
                    vec![one]
                }
            })
            .collect()
    } else {
        text.to_owned()
    }
}

/// Whether a terminal does not show a character: control characters, line ends, characters that change
/// the writing direction of what follows, and invisible characters, which can make two names look alike
/// (`Default_Ignorable_Code_Point` in Unicode's `DerivedCoreProperties.txt`).
#[must_use]
pub fn is_unseen(one: char) -> bool {
    one.is_control()
        || matches!(
            one,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_loses_its_middle() {
        assert_eq!(shorten("package.module:func", 10), "pac…e:func");
        assert_eq!(shorten("short", 10), "short");
    }

    #[test]
    fn control_characters_are_shown_not_sent() {
        assert_eq!(clean("a\x1b[2Jb\n"), "a\\u{1b}[2Jb\\n");
        assert_eq!(clean("\u{202e}a\u{e9}"), "\\u{202e}a\u{e9}");
        assert_eq!(clean("f\u{200b}\u{fe0f}"), "f\\u{200b}\\u{fe0f}");
    }
}
