//! `dis`: instructions with their source lines; what was injected is marked in the margin.

use similar::{ChangeTag, TextDiff};

use super::Painter;
use super::table::clean;
use crate::session::{Disassembly, Instruction, Listing, ProtectedRange};

pub(super) fn paint(disassemblies: &[Disassembly], painter: &Painter) -> String {
    disassemblies
        .iter()
        .map(|disassembly| paint_one(disassembly, painter))
        .collect::<Vec<_>>()
        .join("\n")
}

fn paint_one(disassembly: &Disassembly, painter: &Painter) -> String {
    let state = if disassembly
        .listings
        .iter()
        .any(|listing| listing.is_patched)
    {
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
    let notes: String = disassembly
        .notes
        .iter()
        .map(|note| painter.faint(&format!("  {}\n", clean(note))))
        .collect();
    let body = match disassembly.listings.as_slice() {
        [original, patched] => paint_diff(original, patched, painter),
        listings => listings
            .iter()
            .map(|listing| paint_listing(listing, painter))
            .collect(),
    };
    head + &notes + &body
}

fn paint_listing(listing: &Listing, painter: &Painter) -> String {
    let mut text = String::new();
    for instruction in &listing.instructions {
        if let Some((number, source)) = &instruction.source {
            text += &painter.faint(&format!("{number:>6} | {}\n", clean(source.trim_end())));
        }
        text += &paint_instruction(instruction, painter);
    }
    if !listing.exceptions.is_empty() {
        text += &painter.heading("exception table\n");
        text += &listing
            .exceptions
            .iter()
            .map(paint_exception)
            .collect::<String>();
    }
    text
}

fn paint_instruction(instruction: &Instruction, painter: &Painter) -> String {
    let mark = if instruction.is_injected { "+" } else { " " };
    let target = if instruction.is_jump_target {
        ">>"
    } else {
        "  "
    };
    let jump = instruction
        .jumps_to
        .map_or_else(String::new, |offset| format!("(to {offset})"));
    let line = format!(
        "{mark}   {target} {:>6}  {}{jump}",
        instruction.offset,
        words(instruction)
    );
    let line = line.trim_end();
    (if instruction.is_injected {
        painter.patched(line)
    } else {
        line.to_owned()
    }) + "\n"
}

/// Opcode, argument, and what the argument stands for.
fn words(instruction: &Instruction) -> String {
    let argument = instruction
        .argument
        .map_or_else(String::new, |argument| argument.to_string());
    let meaning = clean(&instruction.meaning);
    let meaning = if meaning.is_empty() {
        meaning
    } else {
        format!("({meaning})")
    };
    format!("{:<26}{argument:>5}  {meaning}", instruction.opcode)
}

fn paint_exception(range: &ProtectedRange) -> String {
    let lasti = if range.lasti { ", lasti" } else { "" };
    format!(
        "      {} to {} -> {} [depth {}{lasti}]\n",
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
