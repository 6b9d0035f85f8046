//! A code object as a list of instructions for people: prefixes are folded into their instructions,
//! caches are hidden, and indexes are left to callers that know the names.

use std::collections::BTreeSet;

use super::CodeParts;
use super::code::Code;
use super::error::Error;
use super::instruction::{Argument, Element, Instruction};
use super::labels::Label;
use super::layout::Layout;
use super::opcodes::{ArgumentKind, Version};

/// The contents of a code object. Offsets are in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disassembly {
    pub lines: Vec<Line>,
    pub exceptions: Vec<ProtectedRange>,
}

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The offset of its first prefix, in bytes.
    pub offset: usize,
    pub opcode: &'static str,
    /// The whole argument, if the opcode uses it.
    pub argument: Option<u32>,
    pub meaning: Meaning,
    /// The line in its file, if it has a location.
    pub source_line: Option<u32>,
    /// Whether a jump or an exception handler leads here.
    pub is_jump_target: bool,
}

/// The meaning of an argument. Indexes are into the tuples of the code object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    None,
    Number(u32),
    Constant(u32),
    Name(u32),
    Local(u32),
    LocalPair(u32, u32),
    /// A cell or free variable, numbered after the locals as in `_varname_from_oparg`.
    Deref(u32),
    /// An offset in bytes.
    Jump(usize),
    /// The name of an operator, a common constant, an intrinsic function and the like.
    Choice(&'static str),
    /// The number of arguments of the call.
    Call(u32),
}

/// A row of the exception table. Offsets are in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProtectedRange {
    pub start: usize,
    /// The offset after the last byte covered.
    pub end: usize,
    pub handler: usize,
    /// Values that stay on the stack when the handler is entered.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed, too.
    pub lasti: bool,
}

/// Lists the instructions and exception ranges of a code object.
///
/// # Errors
///
/// If a part of it does not decode.
pub fn disassemble(version: Version, parts: &CodeParts) -> Result<Disassembly, Error> {
    let code = Code::read(version, parts)?;
    let layout = code.layout();
    let bytes = |label| Ok(layout.target(label)? * 2);
    let exceptions = code.exceptions().iter().map(|range| {
        Ok(ProtectedRange {
            start: bytes(range.start)?,
            end: bytes(range.end)?,
            handler: bytes(range.handler)?,
            depth: range.depth,
            lasti: range.lasti,
        })
    });
    Ok(Disassembly {
        lines: lines(&code, &layout)?,
        exceptions: exceptions.collect::<Result<_, Error>>()?,
    })
}

fn lines(code: &Code, layout: &Layout) -> Result<Vec<Line>, Error> {
    let targets = targets(code);
    let mut lines = Vec::new();
    let mut is_jump_target = false;
    let mut start = 0;
    for element in code.elements() {
        match element {
            Element::Label(label) => is_jump_target = targets.contains(label),
            Element::Instruction(instruction) => {
                lines.push(Line {
                    is_jump_target,
                    ..line(layout, start, instruction)?
                });
                start += instruction.units();
                is_jump_target = false;
            }
        }
    }
    Ok(lines)
}

/// The labels that a jump or an exception leads to.
fn targets(code: &Code) -> BTreeSet<Label> {
    let handlers = code.exceptions().iter().map(|range| range.handler);
    let jumps = code
        .instructions()
        .filter_map(|(_, instruction)| match instruction.argument {
            Argument::Label(label) => Some(label),
            Argument::Value(_) => None,
        });
    handlers.chain(jumps).collect()
}

fn line(layout: &Layout, start: usize, instruction: &Instruction) -> Result<Line, Error> {
    let argument = layout.argument(start, instruction)?;
    let kind = instruction.opcode.argument;
    let meaning = match instruction.argument {
        Argument::Value(value) => meaning(kind, value),
        Argument::Label(label) => Meaning::Jump(layout.target(label)? * 2),
    };
    Ok(Line {
        offset: start * 2,
        opcode: instruction.opcode.name,
        argument: (kind != ArgumentKind::Unused).then_some(argument),
        meaning,
        source_line: instruction.location.map(|location| location.line),
        is_jump_target: false,
    })
}

fn meaning(kind: ArgumentKind, value: u32) -> Meaning {
    match kind {
        ArgumentKind::Unused => Meaning::None,
        ArgumentKind::Number
        | ArgumentKind::Forward
        | ArgumentKind::Backward
        | ArgumentKind::Origin => Meaning::Number(value),
        ArgumentKind::Constant => Meaning::Constant(value),
        ArgumentKind::Name { shift } => Meaning::Name(value >> shift),
        ArgumentKind::Local => Meaning::Local(value),
        ArgumentKind::LocalPair => Meaning::LocalPair(value >> 4, value & 15),
        ArgumentKind::Deref => Meaning::Deref(value),
        ArgumentKind::Call => Meaning::Call(value),
        ArgumentKind::Choice { shift, names } => {
            let index = usize::try_from(value >> shift).ok();
            let name = index.and_then(|index| names.get(index));
            name.map_or(Meaning::Number(value), |name| Meaning::Choice(name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::parts;
    use super::*;

    #[test]
    fn a_listing_folds_prefixes_hides_caches_and_resolves_what_it_can() {
        let version = Version::V3_13;
        let before = CodeParts {
            line_table: vec![0xe8, 2], // the first unit is on line 2
            exception_table: vec![0x80, 3, 3, 1],
            ..parts(
                version,
                &[
                    ("RESUME", 0),
                    ("EXTENDED_ARG", 1),
                    ("LOAD_CONST", 2),
                    ("LOAD_FAST_LOAD_FAST", 0x21),
                    ("COMPARE_OP", 0x58),
                    ("BINARY_OP", 13),
                    ("LOAD_ATTR", 5),
                    ("JUMP_BACKWARD", 20),
                ],
            )
        };
        let listing = disassemble(version, &before).unwrap();
        let said: Vec<_> = listing
            .lines
            .iter()
            .map(|line| (line.offset, line.opcode, line.argument, line.meaning))
            .collect();
        let expected = [
            (0, "RESUME", Some(0), Meaning::Number(0)),
            (2, "LOAD_CONST", Some(258), Meaning::Constant(258)),
            (
                6,
                "LOAD_FAST_LOAD_FAST",
                Some(0x21),
                Meaning::LocalPair(2, 1),
            ),
            (8, "COMPARE_OP", Some(0x58), Meaning::Choice("==")),
            (12, "BINARY_OP", Some(13), Meaning::Choice("+=")),
            (16, "LOAD_ATTR", Some(5), Meaning::Name(2)),
            (36, "JUMP_BACKWARD", Some(20), Meaning::Jump(0)),
        ];
        assert_eq!(said, expected);
        assert_eq!(listing.lines[0].source_line, Some(2));
        assert_eq!(listing.lines[1].source_line, None);
        let targets = listing.lines.iter().filter(|line| line.is_jump_target);
        assert_eq!(targets.map(|line| line.offset).collect::<Vec<_>>(), [0, 6]);
        let range = ProtectedRange {
            start: 0,
            end: 6,
            handler: 6,
            depth: 0,
            lasti: true,
        };
        assert_eq!(listing.exceptions, [range]);
    }

    #[test]
    fn an_argument_without_meaning_is_a_number() {
        let names = &["<", "<="];
        let choice = ArgumentKind::Choice { shift: 4, names };
        assert_eq!(meaning(choice, 0x18), Meaning::Choice("<="));
        assert_eq!(meaning(choice, 0x20), Meaning::Number(0x20));
    }
}
