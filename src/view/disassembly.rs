//! `dis`: instructions with their source lines; injected ones are marked in the margin.

use similar::{ChangeTag, TextDiff};

use super::side_by_side::{self, column_width};
use super::table::clean;
use super::{DisassemblyReport, Painter};
use crate::protocol::{Disassembly, Instruction, Listing, ProtectedRange};

/// On narrower terminals instructions have no columns.
const NARROW: usize = 60;

impl DisassemblyReport {
    pub(super) fn paint(&self, painter: &Painter) -> String {
        let each = self.disassemblies.iter();
        let each: Vec<_> = each.map(|one| self.paint_one(one, painter)).collect();
        each.join("\n")
    }

    fn paint_one(&self, disassembly: &Disassembly, painter: &Painter) -> String {
        let listings = &disassembly.listings;
        let state = if listings.iter().any(|listing| listing.is_patched) {
            ", patched"
        } else {
            ""
        };
        let head = format!(
            "{} ({}{state}), {}\n",
            painter.name(&clean(disassembly.path.as_str())),
            disassembly.kind,
            clean(&disassembly.filename)
        );
        let notes = disassembly.notes.iter();
        let notes = notes.map(|note| painter.faint(&format!("  {}\n", clean(note))));
        let body = match listings.as_slice() {
            [original, patched] if self.is_diff => paint_diff(original, patched, painter),
            [original, patched] if let Some(width) = column_width(painter) => {
                side_by_side::paint(original, patched, width, painter)
            }
            [.., current] => paint_listing(current, painter),
            [] => String::new(),
        };
        head + &notes.collect::<String>() + &body
    }
}

fn paint_listing(listing: &Listing, painter: &Painter) -> String {
    let is_narrow = painter.width().is_some_and(|width| width < NARROW);
    let mut text = String::new();
    for shown in &listing.instructions {
        if let Some(line) = &shown.source {
            text += &source(line, painter);
        }
        let line = if is_narrow {
            narrow_instruction(shown)
        } else {
            instruction(shown)
        };
        text += &if shown.is_injected {
            painter.patched(&line)
        } else {
            line
        };
        text.push('\n');
    }
    if !listing.exceptions.is_empty() {
        text += &painter.heading("exception table\n");
    }
    let exceptions = listing.exceptions.iter();
    text + &exceptions
        .map(|range| exception(range) + "\n")
        .collect::<String>()
}

/// `    40 |     count("func_7")`
pub(super) fn source((number, text): &(u32, String), painter: &Painter) -> String {
    let line = format!("{number:>6} | {}", clean(text.trim_end()));
    painter.faint(&line) + "\n"
}

/// An instruction on its own line, with a mark in the margin if it was injected.
pub(super) fn instruction(instruction: &Instruction) -> String {
    let (mark, target) = margin(instruction);
    let (offset, words) = (instruction.offset, words(instruction));
    let line = format!(
        "{mark}   {target} {offset:>6}  {words}{}",
        jump(instruction)
    );
    line.trim_end().to_owned()
}

/// The same without columns.
fn narrow_instruction(instruction: &Instruction) -> String {
    let (mark, target) = margin(instruction);
    let argument = instruction.argument;
    let argument = argument.map_or_else(String::new, |argument| format!(" {argument}"));
    format!(
        "{mark}{target}{:>4} {}{argument} {}{}",
        instruction.offset,
        instruction.opcode,
        in_parentheses(&instruction.meaning),
        jump(instruction)
    )
    .trim_end()
    .to_owned()
}

fn margin(instruction: &Instruction) -> (&'static str, &'static str) {
    (
        if instruction.is_injected { "+" } else { " " },
        if instruction.is_jump_target {
            ">>"
        } else {
            "  "
        },
    )
}

fn jump(instruction: &Instruction) -> String {
    let target = instruction.jumps_to;
    target.map_or_else(String::new, |offset| format!("(to {offset})"))
}

fn in_parentheses(meaning: &str) -> String {
    if meaning.is_empty() {
        String::new()
    } else {
        format!("({})", clean(meaning))
    }
}

/// Opcode, argument, and the meaning of the argument.
fn words(instruction: &Instruction) -> String {
    let argument = instruction
        .argument
        .map_or_else(String::new, |argument| argument.to_string());
    let meaning = in_parentheses(&instruction.meaning);
    format!("{:<26}{argument:>5}  {meaning}", instruction.opcode)
}

/// `      4 to 20 -> 36 [depth 1]`
pub(super) fn exception(range: &ProtectedRange) -> String {
    let lasti = if range.lasti { ", lasti" } else { "" };
    format!(
        "      {} to {} -> {} [depth {}{lasti}]",
        range.start, range.end, range.handler, range.depth
    )
}

/// A line diff without offsets and jump targets, which every insertion would move.
fn paint_diff(original: &Listing, patched: &Listing, painter: &Painter) -> String {
    let text = |listing: &Listing| -> String {
        listing
            .instructions
            .iter()
            .map(|instruction| words(instruction).trim_end().to_owned() + "\n")
            .collect()
    };
    let (original, patched) = (text(original), text(patched));
    let mut lines = painter.heading("--- original\n+++ patched\n");
    for hunk in TextDiff::from_lines(&original, &patched)
        .unified_diff()
        .iter_hunks()
    {
        lines += &painter.faint(&format!("{}\n", hunk.header()));
        for change in hunk.iter_changes() {
            let line = format!("{}{}", change.tag(), change.value());
            lines += &match change.tag() {
                ChangeTag::Equal => line,
                ChangeTag::Insert => painter.patched(&line),
                ChangeTag::Delete => painter.error(&line),
            };
        }
    }
    lines
}
