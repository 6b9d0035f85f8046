//! `dis` on wide terminals: the original beside the patched code, with source lines between.
//!
//! A patch only adds instructions, so all others are in both, in the same order.

use unicode_width::UnicodeWidthStr;

use super::Painter;
use super::disassembly::{exception, instruction, source};
use super::table::cut_to;
use crate::protocol::Listing;

/// Narrower columns would cut off the meanings of arguments.
const NARROWEST: usize = 64;
const GAP: &str = "  ";

/// The width of a column; none if there is no room for two.
pub(super) fn column_width(painter: &Painter) -> Option<usize> {
    let width = painter.width()?.checked_sub(GAP.len())? / 2;
    (width >= NARROWEST).then_some(width)
}

pub(super) fn paint(
    original: &Listing,
    patched: &Listing,
    width: usize,
    painter: &Painter,
) -> String {
    let row = |left: &str, right: &str| {
        let [left, right] = [left, right].map(|cell| cut_to(cell, width));
        let blanks = " ".repeat(width - left.width());
        (format!("{left}{blanks}{GAP}"), right.trim_end().to_owned())
    };
    let heading = |left: &str, right: &str| {
        let (left, right) = row(left, right);
        painter.heading(&(left + &right)) + "\n"
    };
    let mut text = heading("original", "patched");
    let mut originals = original.instructions.iter();
    for counterpart in &patched.instructions {
        if let Some(line) = &counterpart.source {
            text += &source(line, painter);
        }
        let right = instruction(counterpart);
        if counterpart.is_injected {
            let (left, right) = row("", &right);
            text += &format!("{left}{}\n", painter.patched(&right));
        } else {
            let left = originals.next().map(instruction).unwrap_or_default();
            let (left, right) = row(&left, &right);
            text += &format!("{left}{right}\n");
        }
    }
    if !patched.exceptions.is_empty() {
        text += &heading("exception table", "exception table");
    }
    let mut originals = original.exceptions.iter();
    for range in &patched.exceptions {
        let left = originals.next().map(exception).unwrap_or_default();
        let (left, right) = row(&left, &exception(range));
        text += &format!("{left}{right}\n");
    }
    text
}
