//! The elements of a code object for editing.

use super::labels::Label;
use super::line_table::Location;
use super::opcodes::Opcode;

/// An element of the code.
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
    /// Its source location.
    pub location: Option<Location>,
    /// The minimum number of `EXTENDED_ARG`: the compiler emits some that are not needed.
    pub(super) prefixes: u8,
}

/// The argument of an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// The number itself, kept even if the opcode does not use it.
    Value(u32),
    /// A place in the code; the distance is computed when the code is encoded.
    Label(Label),
}

/// A range of instructions and the handler of their exceptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionRange {
    pub start: Label,
    pub end: Label,
    pub handler: Label,
    /// Values that stay on the stack when the handler is entered.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed, too.
    pub lasti: bool,
}

impl Instruction {
    /// An instruction without a location; `argument` is 0 if the opcode uses none.
    #[must_use]
    pub fn new(opcode: &'static Opcode, argument: u32) -> Self {
        Self {
            opcode,
            argument: Argument::Value(argument),
            location: None,
            prefixes: 0,
        }
    }

    /// The label that its argument refers to, if it does.
    pub(super) fn label(&self) -> Option<Label> {
        match self.argument {
            Argument::Label(label) => Some(label),
            Argument::Value(_) => None,
        }
    }

    /// Its size in code units (2 bytes each), with prefixes and caches.
    pub(super) fn units(&self) -> usize {
        1 + usize::from(self.prefixes) + usize::from(self.opcode.caches)
    }
}
