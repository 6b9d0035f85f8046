//! Labels: names for places between instructions, numbered in order of place.

use super::code_units::Encoded;

/// A place in the code that a jump or an exception range names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label(pub(super) usize);

/// The labels of a code that is being read: one for each offset, in code units
/// (2 bytes each), that is named by a jump or an exception range.
pub(super) struct Labels {
    offsets: Vec<usize>,
    end: usize,
}

impl Labels {
    /// Labels at those of the offsets where an instruction starts or the code ends.
    pub(super) fn new(named: impl Iterator<Item = usize>, instructions: &[Encoded]) -> Self {
        let end = instructions.last().map_or(0, |last| last.end);
        let is_place = |offset: &usize| {
            let place = instructions.binary_search_by_key(offset, |instruction| instruction.start);
            place.is_ok() || *offset == end
        };
        let mut offsets: Vec<usize> = named.filter(is_place).collect();
        offsets.sort_unstable();
        offsets.dedup();
        Self { offsets, end }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.offsets.len()
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
