//! A code object without labels: jumps and exception ranges refer to instructions by number. Code
//! objects of the same shape have the same behaviour.

use std::collections::BTreeMap;

use instrsh::bytecode::opcodes::Opcode;
use instrsh::bytecode::{Argument, Code, Element, Instruction, Label, Location};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Shape {
    pub(crate) steps: Vec<Step>,
    pub(crate) ranges: Vec<Range>,
}

/// An instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) opcode: &'static Opcode,
    pub(crate) operand: Operand,
    pub(crate) location: Option<Location>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operand {
    Value(u32),
    /// The instruction that it jumps to.
    Target(usize),
}

/// An exception range; `end` is one past the last instruction that is covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) handler: usize,
    pub(crate) depth: u32,
    pub(crate) lasti: bool,
}

impl Shape {
    pub(crate) fn of(code: &Code) -> Self {
        let places = places(code);
        let step = |instruction: &Instruction| Step {
            opcode: instruction.opcode,
            operand: match instruction.argument {
                Argument::Value(value) => Operand::Value(value),
                Argument::Label(label) => Operand::Target(places[&label]),
            },
            location: instruction.location,
        };
        let ranges = code.exceptions().iter().map(|range| Range {
            start: places[&range.start],
            end: places[&range.end],
            handler: places[&range.handler],
            depth: range.depth,
            lasti: range.lasti,
        });
        Self {
            steps: code.instructions().map(|(_, it)| step(it)).collect(),
            ranges: ranges.collect(),
        }
    }

    /// # Panics
    ///
    /// If the code is of another shape.
    pub(crate) fn is_that_of(&self, code: &Code) {
        let other = Self::of(code);
        assert_eq!(other.steps.len(), self.steps.len());
        for (index, step) in self.steps.iter().enumerate() {
            assert_eq!(other.steps[index], *step, "instruction {index}");
        }
        assert_eq!(other.ranges, self.ranges);
    }

    /// With steps put in before the one at `index`, which who jumps or covers passes by.
    pub(crate) fn with(mut self, index: usize, steps: Vec<Step>) -> Self {
        let moved = |target: &mut usize| {
            if *target >= index {
                *target += steps.len();
            }
        };
        for step in &mut self.steps {
            if let Operand::Target(target) = &mut step.operand {
                moved(target);
            }
        }
        for range in &mut self.ranges {
            moved(&mut range.start);
            moved(&mut range.end);
            moved(&mut range.handler);
        }
        self.steps.splice(index..index, steps);
        self
    }
}

/// The index of the instruction that each label precedes.
fn places(code: &Code) -> BTreeMap<Label, usize> {
    let mut places = BTreeMap::new();
    let mut index = 0;
    for element in code.elements() {
        match element {
            Element::Label(label) => {
                let double = places.insert(*label, index);
                assert_eq!(double, None, "{label:?} stands twice");
            }
            Element::Instruction(_) => index += 1,
        }
    }
    places
}
