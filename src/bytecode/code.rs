//! A code object for editing: instructions, with labels between them.
//!
//! A label precedes the instruction that it names. A jump to the label skips what is inserted
//! before the label, and runs what is inserted after it:
//!
//! ```text
//!     RESUME 0
//!                        <- not run again by the loop
//! label 0
//!                        <- run in each round
//!     FOR_ITER label 1
//!     ...
//!     JUMP_BACKWARD label 0
//! label 1
//!                        <- run on every path to the return
//!     RETURN_VALUE
//! ```
//!
//! Likewise an exception range that starts at a label does not cover what is inserted before it,
//! and one that ends there does.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::error::Error;
use super::instruction::{Argument, Element, ExceptionRange, Instruction};
use super::labels::Label;
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

/// What is to be inserted at one place of a code object.
pub(super) struct Insertion {
    /// Before this element, counted among labels and instructions; after the last one, at the end.
    pub(super) position: usize,
    pub(super) elements: Vec<Element>,
}

impl Code {
    /// Inserts instructions before the element at `position`, counted among labels and
    /// instructions; after the last one, at the end.
    pub fn insert(&mut self, position: usize, instructions: impl IntoIterator<Item = Instruction>) {
        let position = position.min(self.elements.len());
        let inserted = instructions.into_iter().map(Element::Instruction);
        self.elements.splice(position..position, inserted);
    }

    /// Makes all insertions, which are in order of position, and returns the numbers of the
    /// instructions of each.
    pub(super) fn insert_all(&mut self, insertions: Vec<Insertion>) -> Vec<Range<usize>> {
        let mut numbers = Vec::with_capacity(insertions.len());
        let mut insertions = insertions.into_iter().peekable();
        let before = std::mem::take(&mut self.elements);
        let mut number = 0;
        for (position, element) in before.into_iter().map(Some).chain([None]).enumerate() {
            while let Some(insertion) = insertions.next_if(|it| it.position == position) {
                let start = number;
                number += insertion
                    .elements
                    .iter()
                    .filter(|it| is_instruction(it))
                    .count();
                numbers.push(start..number);
                self.elements.extend(insertion.elements);
            }
            number += usize::from(element.as_ref().is_some_and(is_instruction));
            self.elements.extend(element);
        }
        numbers
    }

    /// Makes labels at the same place one, removes those that nothing refers to, and numbers the others
    /// in order of position, as they would be if the code was read.
    pub(super) fn merge_labels(&mut self) {
        let ranges = self.exceptions.iter();
        let ranges = ranges.flat_map(|range| [range.start, range.end, range.handler]);
        let jumps = self.instructions().filter_map(|(_, it)| it.label());
        let used: BTreeSet<Label> = jumps.chain(ranges).collect();
        let mut merged = BTreeMap::new();
        let mut count = 0;
        let mut elements: Vec<Element> = Vec::with_capacity(self.elements.len());
        for element in self.elements.drain(..) {
            if let Element::Label(label) = element {
                if !used.contains(&label) {
                    continue;
                }
                let is_another = !matches!(elements.last(), Some(Element::Label(_)));
                count += usize::from(is_another);
                merged.insert(label, Label(count - 1));
                elements.extend(is_another.then_some(Element::Label(Label(count - 1))));
            } else {
                elements.push(element);
            }
        }
        self.elements = elements;
        let rename = |label: &mut Label| *label = merged.get(label).copied().unwrap_or(*label);
        for instruction in self.instructions_mut() {
            if let Argument::Label(label) = &mut instruction.argument {
                rename(label);
            }
        }
        for range in &mut self.exceptions {
            rename(&mut range.start);
            rename(&mut range.end);
            rename(&mut range.handler);
        }
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

    pub(super) fn instructions_mut(&mut self) -> impl Iterator<Item = &mut Instruction> {
        let elements = self.elements.iter_mut();
        elements.filter_map(|element| match element {
            Element::Instruction(instruction) => Some(instruction),
            Element::Label(_) => None,
        })
    }

    /// The first instruction at a position or behind it, and its own position.
    pub(super) fn instruction_from(&self, position: usize) -> Option<(usize, &Instruction)> {
        let elements = self.elements.iter().enumerate().skip(position);
        let mut instructions = elements.filter_map(|(position, element)| match element {
            Element::Instruction(instruction) => Some((position, instruction)),
            Element::Label(_) => None,
        });
        instructions.next()
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

    /// The error that something is wrong with the element at `position`, counted as above.
    pub(super) fn refused(&self, position: usize, sentence: impl Into<String>) -> Error {
        Error::at_unit(self.offset(position), sentence)
    }

    /// The offsets of the labels, if no argument has outgrown its prefixes.
    pub(super) fn layout(&self) -> Layout {
        Layout::of(&self.elements)
    }
}

fn is_instruction(element: &Element) -> bool {
    matches!(element, Element::Instruction(_))
}

#[cfg(test)]
mod tests {
    use super::super::CodeParts;
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
        let nop = Instruction::new(opcode(version, "POP_TOP"), 0);
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
        let mut code = Code::read(version, &parts(version, &rows)).unwrap();
        let insertion = |position| Insertion {
            position,
            elements: vec![Element::Instruction(nop.clone())],
        };
        let numbers = code.insert_all([1, 4, 5].map(insertion).into());
        assert_eq!(listing(&code), expected);
        assert_eq!(numbers, [1..2, 4..5, 6..7]);

        let mut code = Code::read(version, &parts(version, &rows)).unwrap();
        for position in [usize::MAX, 4, 1] {
            code.insert(position, [nop.clone()]);
        }
        assert_eq!(listing(&code), expected);
    }

    #[test]
    fn labels_at_the_same_place_become_one() {
        let version = Version::V3_12;
        let rows = [
            ("RESUME", 0),
            ("NOP", 0),
            ("JUMP_BACKWARD", 2),
            ("RETURN_CONST", 0),
        ];
        let with_range = CodeParts {
            exception_table: vec![0x80, 1, 3, 0],
            ..parts(version, &rows)
        };
        let mut code = Code::read(version, &with_range).unwrap();
        assert_eq!(code.exceptions[0].end, Label(1));
        code.exceptions[0].end = Label(7);
        code.insert_all(vec![Insertion {
            position: 2,
            elements: vec![Element::Label(Label(7))],
        }]);
        code.merge_labels();
        assert_eq!(code, Code::read(version, &with_range).unwrap());
    }
}
