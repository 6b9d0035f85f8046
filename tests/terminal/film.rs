//! A sequence of screens as an animated SVG.
//!
//! Each row is a `<text>` of runs of equal style; `textLength` keeps cells in place in any font.
//! The frames are stacked, and a CSS animation shows one at a time, repeatedly.

use std::fmt::Write as _;

use vt100::{Cell, Color};

use crate::screen::Seen;

/// Pixels of a cell.
const CELL: (f32, f32) = (8.4, 18.0);
const MARGIN: f32 = 12.0;
const BACKGROUND: &str = "#1b1e24";
const FOREGROUND: &str = "#d5dae3";
/// The sixteen colours that a terminal gives names to.
const COLOURS: [&str; 16] = [
    "#3b4252", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d5dae3",
    "#5c6370", "#ff7b86", "#b5e890", "#ffd68a", "#7cc3ff", "#dd8ff5", "#6fd3df", "#ffffff",
];

/// Screens, and how long each is shown.
pub(crate) struct Film {
    size: (u16, u16),
    frames: Vec<(String, f32)>,
}

impl Film {
    /// Without a frame, for a terminal of some columns and lines.
    pub(crate) fn new(size: (u16, u16)) -> Self {
        Self {
            size,
            frames: Vec::new(),
        }
    }

    /// Adds the current screen, for this many seconds.
    pub(crate) fn add(&mut self, seen: &Seen, seconds: f32) {
        let rows = (0..self.size.1).map(|row| paint_row(seen, row, self.size.0));
        self.frames.push((rows.collect(), seconds));
    }

    /// The whole SVG.
    pub(crate) fn svg(&self) -> String {
        let width = f32::from(self.size.0) * CELL.0 + 2.0 * MARGIN;
        let height = f32::from(self.size.1) * CELL.1 + 2.0 * MARGIN;
        let total: f32 = self.frames.iter().map(|(_, seconds)| seconds).sum();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:space=\"preserve\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"ui-monospace, Menlo, Consolas, \
             'DejaVu Sans Mono', monospace\" font-size=\"14\">\n<style>\n.frame {{ visibility: hidden; \
             animation: {total:.1}s infinite step-end }}\ntext {{ white-space: pre; fill: {FOREGROUND} }}\n"
        );
        let mut start = 0.0;
        for (number, (_, seconds)) in self.frames.iter().enumerate() {
            let first = if number == 0 { "visible" } else { "hidden" };
            let (from, to) = (100.0 * start / total, 100.0 * (start + seconds) / total);
            let _ = writeln!(
                svg,
                "@keyframes f{number} {{ 0% {{ visibility: {first} }} {from:.2}% {{ visibility: visible }} \
                 {to:.2}% {{ visibility: hidden }} }}\n#f{number} {{ animation-name: f{number} }}"
            );
            start += seconds;
        }
        // Where animations are off, the last one is visible.
        let last = self.frames.len().saturating_sub(1);
        let _ = writeln!(svg, "#f{last} {{ visibility: visible }}");
        let _ = writeln!(
            svg,
            "</style>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>"
        );
        for (number, (rows, _)) in self.frames.iter().enumerate() {
            let _ = writeln!(svg, "<g class=\"frame\" id=\"f{number}\">\n{rows}</g>");
        }
        svg + "</svg>\n"
    }
}

fn paint_row(seen: &Seen, row: u16, columns: u16) -> String {
    let screen = seen.screen();
    let (cursor, is_hidden) = (screen.cursor_position(), screen.hide_cursor());
    let mut painted = String::new();
    let mut column = 0;
    while column < columns {
        let Some(cell) = screen.cell(row, column) else {
            break;
        };
        let has_cursor = |at| !is_hidden && cursor == (row, at);
        let style = style(cell, has_cursor(column));
        let start = column;
        let mut text = String::new();
        while let Some(next) = screen.cell(row, column).filter(|_| column < columns)
            && self::style(next, has_cursor(column)) == style
        {
            if !next.is_wide_continuation() {
                text += if next.has_contents() {
                    next.contents()
                } else {
                    " "
                };
            }
            column += 1;
        }
        painted += &paint_run(&text, (row, start), column - start, style);
    }
    painted
}

/// The colours of text and background, and further attributes.
type Style = (Color, Color, bool, bool);

fn style(cell: &Cell, has_cursor: bool) -> Style {
    let (text, behind) = (cell.fgcolor(), cell.bgcolor());
    if cell.inverse() == has_cursor {
        (text, behind, cell.bold(), cell.dim())
    } else {
        let or = |colour, default| match colour {
            Color::Default => Color::Idx(default),
            other => other,
        };
        (or(behind, 0), or(text, 7), cell.bold(), cell.dim())
    }
}

fn paint_run(text: &str, (row, column): (u16, u16), cells: u16, style: Style) -> String {
    let (colour, behind, is_bold, is_dim) = style;
    let (x, y) = (
        MARGIN + f32::from(column) * CELL.0,
        MARGIN + f32::from(row) * CELL.1,
    );
    let width = f32::from(cells) * CELL.0;
    let blank = text.chars().rev().take_while(|last| *last == ' ').count();
    let text_width = width - CELL.0 * u16::try_from(blank).map_or(0.0, f32::from);
    let mut painted = String::new();
    if let Some(behind) = hex(behind) {
        let height = CELL.1;
        let _ = writeln!(
            painted,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" fill=\"{behind}\"/>"
        );
    }
    if text.trim().is_empty() {
        return painted;
    }
    let fill = hex(colour).map_or_else(String::new, |colour| format!(" style=\"fill:{colour}\""));
    let bold = if is_bold { " font-weight=\"bold\"" } else { "" };
    let dim = if is_dim { " opacity=\"0.6\"" } else { "" };
    let escaped = text.trim_end().replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        painted,
        "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{text_width:.1}\"{fill}{bold}{dim}>{escaped}</text>",
        y + 0.75 * CELL.1
    );
    painted
}

/// A colour as CSS; none for the terminal's default.
fn hex(colour: Color) -> Option<String> {
    match colour {
        Color::Default => None,
        Color::Idx(index) => Some(COLOURS[usize::from(index) % COLOURS.len()].to_owned()),
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
    }
}
