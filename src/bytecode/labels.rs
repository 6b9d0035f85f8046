//! Labels: names for positions between instructions, numbered in order of position.

use super::code_units::Encoded;
use super::error::Error;

/// A position in the code that a jump or an exception range refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label(pub(super) usize);

impl Label {
    /// The label of the next number.
    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The error for a label of another code.
    pub(super) fn stands_nowhere() -> Error {
        Error::whole("a label stands nowhere in the code")
    }
}

/// The labels of a code that is being decoded: one for each offset, in code units (2 bytes each),
/// that a jump or an exception range refers to.
pub(super) struct Labels {
    offsets: Vec<usize>,
    end: usize,
}

impl Labels {
    /// Creates labels at those of the offsets where an instruction starts or the code ends.
    pub(super) fn new(named: impl Iterator<Item = usize>, instructions: &[Encoded]) -> Self {
        let end = instructions.last().map_or(0, |last| last.end);
        let mut offsets: Vec<usize> = named.collect();
        offsets.sort_unstable();
        offsets.dedup();
        let starts = instructions.iter().map(|instruction| instruction.start);
        let mut places = starts.chain([end]).peekable();
        offsets.retain(|offset| {
            while places.next_if(|place| place < offset).is_some() {}
            places.peek() == Some(offset)
        });
        Self { offsets, end }
    }

    /// Each with its offset, in order.
    pub(super) fn in_order(&self) -> impl ExactSizeIterator<Item = (usize, Label)> {
        let offsets = self.offsets.iter().enumerate();
        offsets.map(|(number, offset)| (*offset, Label(number)))
    }

    /// The label at an offset, if there is one.
    pub(super) fn at(&self, offset: usize) -> Option<Label> {
        self.offsets.binary_search(&offset).ok().map(Label)
    }

    /// The label of the instruction that starts at an offset, if there is one.
    pub(super) fn of_instruction(&self, offset: usize) -> Option<Label> {
        self.at(offset).filter(|_| offset != self.end)
    }
}
