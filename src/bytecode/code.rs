//! A code object for editing: instructions, with labels between them.
//!
//! A label precedes the instruction that it names. A jump to the label skips what is inserted
//! before the label, and runs what is inserted after it:
//!
//! ```text
//!     RESUME 0
//!                        <- body(): not run again by the loop
//! label 0
//!                        <- run in each round
//!     FOR_ITER label 1
//!     ...
//!     JUMP_BACKWARD label 0
//! label 1
//!                        <- returns(): run on every path to the return
//!     RETURN_VALUE
//! ```
//!
//! Likewise an exception range that starts at a label does not cover what is inserted before it,
//! and one that ends there does.

use super::instruction::{Argument, Element, ExceptionRange, Instruction};
use super::layout::Layout;
use super::opcodes::Version;

/// A code object that can be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub(super) version: Version,
    /// Each label occurs once, in order of number.
    pub(super) elements: Vec<Element>,
    /// In the order of the exception table.
    pub(super) exceptions: Vec<ExceptionRange>,
    pub(super) first_line: i32,
    pub(super) stack_size: u32,
}

impl Code {
    /// Inserts instructions before the element at `position`, counted among labels and
    /// instructions; after the last one, at the end.
    pub fn insert(&mut self, position: usize, instructions: impl IntoIterator<Item = Instruction>) {
        let position = position.min(self.elements.len());
        let inserted = instructions.into_iter().map(Element::Instruction);
        self.elements.splice(position..position, inserted);
    }

    /// Inserts the result of `made` after each instruction, before any label there.
    pub fn insert_behind_each<const N: usize>(
        &mut self,
        made: impl Fn(&Instruction) -> Option<[Instruction; N]>,
    ) {
        for element in std::mem::take(&mut self.elements) {
            let inserted = match &element {
                Element::Instruction(instruction) => made(instruction),
                Element::Label(_) => None,
            };
            self.elements.push(element);
            let inserted = inserted.into_iter().flatten();
            self.elements.extend(inserted.map(Element::Instruction));
        }
    }

    /// The start of the body: right after the first `RESUME 0`, before any label. Each call,
    /// generator or coroutine passes it exactly once.
    #[must_use]
    pub fn body(&self) -> Option<usize> {
        let resume = &self.version.opcodes().resume;
        let starts = |it: &Instruction| it.opcode == resume && it.argument == Argument::Value(0);
        self.instructions()
            .find(|(_, instruction)| starts(instruction))
            .map(|(position, _)| position + 1)
    }

    /// The returns of the function: right before each returning instruction, after its labels.
    /// Insert from the last to the first, since an insertion moves what follows.
    #[must_use]
    pub fn returns(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.instructions()
            .filter(|(_, instruction)| instruction.opcode.returns)
            .map(|(position, _)| position)
    }

    /// The labels and instructions in order.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The exception ranges, in the order of the table.
    #[must_use]
    pub fn exceptions(&self) -> &[ExceptionRange] {
        &self.exceptions
    }

    /// The instructions and their positions among the elements.
    #[must_use]
    pub fn instructions(&self) -> impl DoubleEndedIterator<Item = (usize, &Instruction)> {
        self.elements
            .iter()
            .enumerate()
            .filter_map(|(position, element)| match element {
                Element::Instruction(instruction) => Some((position, instruction)),
                Element::Label(_) => None,
            })
    }

    /// The instructions and their offsets in code units (2 bytes each), if no argument has outgrown
    /// its prefixes.
    pub(super) fn placed(&self) -> impl Iterator<Item = (usize, &Instruction)> {
        self.instructions().scan(0, |end, (_, instruction)| {
            let start = *end;
            *end += instruction.units();
            Some((start, instruction))
        })
    }

    /// The offset of the element at `position`, counted as above; after the last one, the end of
    /// the code.
    pub(super) fn offset(&self, position: usize) -> usize {
        let before = self.instructions().take_while(|(at, _)| *at < position);
        before.map(|(_, instruction)| instruction.units()).sum()
    }

    /// The offsets of the labels, if no argument has outgrown its prefixes.
    pub(super) fn layout(&self) -> Layout {
        Layout::of(&self.elements)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{opcode, parts};
    use super::*;

    fn listing(code: &Code) -> Vec<String> {
        let say = |element: &Element| match element {
            Element::Label(label) => format!("{label:?}"),
            Element::Instruction(instruction) => instruction.opcode.name.to_owned(),
        };
        code.elements().iter().map(say).collect()
    }

    #[test]
    fn an_insertion_stands_before_or_behind_the_label_it_is_asked_for() {
        let version = Version::V3_12;
        let rows = [
            ("RESUME", 0),
            ("NOP", 0),
            ("JUMP_BACKWARD", 2),
            ("RETURN_CONST", 0),
        ];
        let mut code = Code::read(version, &parts(version, &rows)).unwrap();
        let nop = Instruction::new(opcode(version, "POP_TOP"), 0);
        let returns: Vec<usize> = code.returns().rev().collect();
        for position in returns {
            code.insert(position, [nop.clone()]);
        }
        code.insert(code.body().unwrap(), [nop.clone()]);
        code.insert(usize::MAX, [nop]);
        let expected = [
            "RESUME",
            "POP_TOP",
            "Label(0)",
            "NOP",
            "JUMP_BACKWARD",
            "POP_TOP",
            "RETURN_CONST",
            "POP_TOP",
        ];
        assert_eq!(listing(&code), expected);
    }

    #[test]
    fn the_body_starts_behind_the_first_resume_of_argument_0() {
        let version = Version::V3_11;
        let resumed = [("RETURN_GENERATOR", 0), ("RESUME", 1), ("RESUME", 0)];
        let code = Code::read(version, &parts(version, &resumed)).unwrap();
        assert_eq!(code.body(), Some(3));
        let none = Code::read(version, &parts(version, &resumed[..2])).unwrap();
        assert_eq!(none.body(), None);
    }
}
