//! What a code object is made of while it is edited.

use super::labels::Label;
use super::line_table::Location;
use super::opcodes::Opcode;

/// What a code is a sequence of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    Label(Label),
    Instruction(Instruction),
}

/// One instruction, its prefixes and caches included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    pub opcode: &'static Opcode,
    pub argument: Argument,
    /// Where it was written; none for what is injected, so that no line event shows it.
    pub location: Option<Location>,
    /// How many `EXTENDED_ARG` it has at least: the compiler leaves some it does not need.
    pub(super) prefixes: u8,
}

/// The argument of an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// The number itself, which is kept even where the opcode does not use it.
    Value(u32),
    /// Where a jump leads: the distance is computed when the code is written.
    Jump(Label),
}

/// Instructions whose exceptions are handled elsewhere in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionRange {
    pub start: Label,
    pub end: Label,
    pub handler: Label,
    /// Values left on the stack when the handler is entered.
    pub depth: u32,
    /// Whether the offset of the instruction that raised is pushed as well.
    pub lasti: bool,
}

impl Instruction {
    /// An instruction without location; `argument` is 0 where the opcode uses none.
    #[must_use]
    pub fn new(opcode: &'static Opcode, argument: u32) -> Self {
        Self {
            opcode,
            argument: Argument::Value(argument),
            location: None,
            prefixes: 0,
        }
    }

    /// How many code units (2 bytes each) it takes, prefixes and caches included.
    pub(super) fn units(&self) -> usize {
        1 + usize::from(self.prefixes) + usize::from(self.opcode.caches)
    }
}
