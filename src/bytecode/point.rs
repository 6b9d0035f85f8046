//! The points of a code object: places between its instructions where a probe can be put in.
//!
//! ```text
//!     RESUME 4               only in CPython 3.15's generator expressions, before they are generators
//!                         <- Creation
//!     RETURN_GENERATOR
//!     POP_TOP
//!     RESUME 0
//!                         <- Entry: each call passes it exactly once
//! label 0
//!     STORE_NAME name
//!                         <- Store
//!     ...
//!                         <- Suspend
//!     YIELD_VALUE
//!     RESUME 1
//!                         <- Resume
//!     JUMP_BACKWARD label 0
//! label 1                    a handler of exceptions that are thrown in at the yield
//!                         <- Resume
//!     PUSH_EXC_INFO
//!     ...
//! label 2
//!                         <- Exit
//!     RETURN_VALUE
//! ```
//!
//! What stands behind an instruction comes before any label there: only that instruction leads to it.
//! What stands before an instruction comes after its label: every path to the instruction passes it.

use std::collections::BTreeSet;

use super::code::Code;
use super::instruction::{Argument, Instruction};
use super::opcodes::Resumed;

/// What happens at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A generator expression is called, and does not run yet.
    Creation,
    /// The body starts.
    Entry,
    /// The function returns.
    Exit,
    /// A generator, coroutine or asynchronous generator hands over a value and waits.
    Suspend,
    /// It goes on, or is about to handle an exception that was thrown in. It need not have waited.
    Resume,
    /// A module or class has bound a name.
    Store,
}

/// A place in the code, and what happens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) kind: Kind,
    /// What is inserted stands before this element, counted among labels and instructions.
    pub(super) position: usize,
    /// The position of the instruction that it stands before or behind. None of those that it stands
    /// behind changes the depth of the stack, but for a store.
    pub(super) anchor: usize,
}

impl Code {
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

    /// All points, in the order in which a path through them would pass them.
    pub(super) fn points(&self) -> Vec<Point> {
        let opcodes = self.version.opcodes();
        let body = self.body();
        let thrown_to = self.thrown_to();
        let mut points = Vec::new();
        for (anchor, instruction) in self.instructions() {
            let mut add = |kind, position| {
                points.push(Point {
                    kind,
                    position,
                    anchor,
                });
            };
            if thrown_to.contains(&anchor) {
                add(Kind::Resume, anchor);
            }
            if instruction.opcode.returns {
                add(Kind::Exit, anchor);
            } else if instruction.opcode == &opcodes.yield_value {
                add(Kind::Suspend, anchor);
            } else if matches!(instruction.opcode.name, "STORE_NAME" | "STORE_GLOBAL") {
                add(Kind::Store, anchor + 1);
            } else if body == Some(anchor + 1) {
                add(Kind::Entry, anchor + 1);
            } else {
                match self.resumed(instruction) {
                    Some(Resumed::AfterYield) => add(Kind::Resume, anchor + 1),
                    Some(Resumed::AtCreation) if body > Some(anchor) => {
                        add(Kind::Creation, anchor + 1);
                    }
                    _ => {}
                }
            }
        }
        points
    }

    /// Whether and where a `RESUME` resumes.
    fn resumed(&self, instruction: &Instruction) -> Option<Resumed> {
        match instruction.argument {
            Argument::Value(value) if instruction.opcode == &self.version.opcodes().resume => {
                Some(self.version.resumed(value))
            }
            _ => None,
        }
    }

    /// The `RESUME` behind a yield, which goes on there unless an exception is thrown in.
    pub(super) fn resume_of(&self, yielding: usize) -> Option<usize> {
        let (resume, instruction) = self.instruction_from(yielding + 1)?;
        let resumed = self.resumed(instruction);
        (resumed == Some(Resumed::AfterYield)).then_some(resume)
    }

    /// Where the body goes on without passing `RESUME`, when an exception is thrown in at a yield:
    /// the handlers. Before 3.12 also behind `SEND`, if it was thrown into the other generator, which
    /// then returned.
    fn thrown_to(&self) -> BTreeSet<usize> {
        let opcodes = self.version.opcodes();
        let mut yields = Vec::new();
        let mut labels = Vec::new();
        for (position, instruction) in self.instructions() {
            if instruction.opcode == &opcodes.yield_value {
                yields.push(position);
                yields.extend(self.resume_of(position));
            } else if instruction.opcode == &opcodes.send && self.version.throws_past_send() {
                labels.extend(instruction.label());
            }
        }
        if yields.is_empty() {
            return BTreeSet::new();
        }
        let positions = self.label_positions();
        let place = |label| positions.get(label).copied().unwrap_or(usize::MAX);
        for range in &self.exceptions {
            let from = yields.partition_point(|it| *it < place(range.start.0));
            if yields.get(from).is_some_and(|it| *it < place(range.end.0)) {
                labels.push(range.handler);
            }
        }
        let instructions = labels
            .iter()
            .filter_map(|label| self.instruction_from(place(label.0)));
        instructions.map(|(position, _)| position).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::opcodes::Version;
    use super::super::testing::parts;
    use super::*;

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
