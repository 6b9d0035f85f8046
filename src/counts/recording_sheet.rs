//! The memory of what is recorded of the calls of some callables, beyond that there was one.

use std::sync::atomic::AtomicU64;

use super::histogram::BUCKETS;
use super::mapping::Shared;
use super::numbers::NUMBERS;
use super::sheets::{ROWS, Sheet, cells_of};

/// The histogram of the program, that of all forked children, and what both had before the last reset.
const HISTOGRAMS: usize = 3;
/// Numbers from one histogram to the next: two pages.
pub(super) const BLOCK: usize = 1024;
/// Rows from one callable to the next: its numbers begin with a cache line of eight.
pub(super) const ROWS_EACH: usize = NUMBERS.next_multiple_of(8);
/// The callables of one sheet.
pub(super) const CALLABLES: usize = ROWS / ROWS_EACH;

const _: () = assert!(BUCKETS <= BLOCK);

/// The cells of the numbers of a callable.
pub(super) const CELLS_EACH: usize = cells_of(NUMBERS);

/// The histograms of a callable.
pub(super) type Block = [AtomicU64; HISTOGRAMS * BLOCK];

#[repr(C)]
pub(super) struct RecordingSheet {
    pub(super) rows: Sheet,
    pub(super) histograms: [Block; CALLABLES],
}

#[expect(unsafe_code, reason = "it is in shared memory")]
// SAFETY: any bytes are numbers, all of which are atomic.
unsafe impl Shared for RecordingSheet {}
