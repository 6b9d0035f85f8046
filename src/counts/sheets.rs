//! Numbers in memory that forked children share, with a place for each process that counts.
//!
//! The memory consists of sheets, with a row for each number and a column for each process. Each column
//! is contiguous:
//!
//! ```text
//!             counted in the columns         of it, by former owners        of it, before the last reset
//!             program  shared  child         program  shared  child         program  shared  child
//! row 0            12       0      7   ...         0       0      3   ...         5       0      4   ...
//! row 1           104       2      0   ...         0       0      0   ...         0       0      0   ...
//! ```
//!
//! A process counts in its own column, so processes do not slow each other down. Numbers only grow,
//! so the sum of a row is exact at any time, even when processes end. The second part holds what a
//! column contained when a child took it over from a process that had ended. A reset copies the
//! columns to the third part, which is subtracted when they are read; so nothing is lost if a process
//! counts at that moment.
//!
//! Only one thread at a time writes to a process's own column, so a plain load and store count exactly;
//! an atomic addition would take twice as long. CPython relies on the same when it counts references
//! to the hook: threads run it under the GIL, interpreters with a GIL of their own share no code
//! object, signal handlers in Python run between instructions, and a vforked child runs no Python.
//! Only a fork makes a second process that would write to the column, so [`lose_column`] runs first in
//! each child: until the child has a column, it counts in the shared one, atomically. It does not run
//! after the bare system call or `_Fork`, which a Python program reaches only by C code of its own:
//! what such a child and its parent count at the same time may be lost.
//!
//! Columns are compact on purpose: the counters of ten thousand functions must fit into the processor's
//! caches (measured: records of 4 KB make a hit ten times slower). The memory is never freed, since a
//! frame of a patched code object may run its hook until the process ends. Who reads them is in
//! [`super::readable_rows`].

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

use super::memory::Memory;
use super::processes::columns;
use super::readable_rows::{Column, ReadableRows};

/// The number of columns: the program's, the shared one, and those of children.
pub(super) const COLUMNS: usize = 512;
/// The column of children without one of their own.
pub(super) const SHARED: usize = 1;
/// The first column that a child may have.
pub(super) const OF_CHILDREN: usize = 2;
/// Rows per sheet: 8 KiB per column, 12 MiB of address space per sheet.
pub(super) const ROWS: usize = 1024;
/// The distance between columns: one cache line more than the rows, since numbers at distances of
/// whole pages would compete for the same cache sets.
pub(super) const STRIDE: usize = ROWS + 8;
/// The start of the second part.
pub(super) const FORMER: usize = COLUMNS * STRIDE;
/// The start of the third part.
pub(super) const BEFORE_RESET: usize = 2 * FORMER;
/// The cells of a sheet.
const CELLS: usize = 3 * FORMER;

/// A sheet.
pub(super) type Sheet = [AtomicU64; CELLS];

/// The offset of this process's column; outside every row if it has none.
static OWN_COLUMN: AtomicUsize = AtomicUsize::new(0);
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// The cells from the first of some rows in the first column to the last of them in the last column.
#[must_use]
pub(super) const fn cells_of(rows: usize) -> usize {
    CELLS - STRIDE + rows
}

/// Rows of one sheet that follow each other, as that many cells: see [`cells_of`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<const CELLS_OF_ROWS: usize>(&'static [AtomicU64; CELLS_OF_ROWS]);

impl<const CELLS_OF_ROWS: usize> Rows<CELLS_OF_ROWS> {
    /// From a row of a sheet on, if it has so many.
    pub(super) fn of(sheet: &'static Sheet, first: usize) -> Option<Self> {
        sheet.get(first..)?.first_chunk().map(Self)
    }

    /// To be read.
    pub(super) fn readable(self) -> ReadableRows<'static> {
        ReadableRows::new(self.0, columns())
    }

    /// The first number of this process, which only it writes; none if it has no column of its own.
    #[inline]
    pub(super) fn own_first(self) -> Option<&'static AtomicU64> {
        self.0.get(OWN_COLUMN.load(Ordering::Relaxed))
    }

    /// All of them.
    #[inline]
    pub(super) fn own<const COUNT: usize>(self) -> Option<&'static [AtomicU64; COUNT]> {
        let column = self.0.get(OWN_COLUMN.load(Ordering::Relaxed)..)?;
        column.first_chunk()
    }

    /// The numbers of some rows in the program's column.
    pub(super) fn of_program_in<const COUNT: usize>(
        self,
        rows: [usize; COUNT],
    ) -> Option<[&'static AtomicU64; COUNT]> {
        let column = self.0.get(..STRIDE)?;
        Some(rows.map(|row| &column[row]))
    }

    /// The number of a row that all processes without a column of their own write.
    pub(super) fn shared(self, row: usize) -> Option<&'static AtomicU64> {
        self.0.get(SHARED * STRIDE + row)
    }

    /// Makes what was counted in a row so far the number before the reset. One thread at a time.
    pub(super) fn reset(self, row: usize) -> u64 {
        let reset = |(number, column): (usize, Column)| {
            if let Some(before) = self.0.get(BEFORE_RESET + number * STRIDE + row) {
                before.store(column.counted, Ordering::Release);
            }
            column.since_reset()
        };
        self.readable().columns(row).enumerate().map(reset).sum()
    }

    /// Sets a row to zero in each column: for numbers that are not sums. A process that writes at this
    /// moment may undo that for its column.
    pub(super) fn clear(self, row: usize) {
        let columns = 0..self.readable().columns(row).count();
        let cells = columns.filter_map(|column| self.0.get(column * STRIDE + row));
        cells.for_each(|cell| cell.store(0, Ordering::Relaxed));
    }

    /// Sets a row to zero, as if nothing had ever been counted in it.
    pub(super) fn forget(self, row: usize) {
        self.clear(row);
        self.reset(row);
    }
}

/// Assigns the counts of a column to its former owners, in so many rows.
fn take_over(sheet: &Sheet, column: usize, rows: usize) {
    let counted = sheet[column * STRIDE..].iter();
    let former = sheet[FORMER + column * STRIDE..].iter();
    for (counted, former) in counted.zip(former).take(rows) {
        former.store(counted.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// Makes this process count in a column from now on. Other processes that knew the same sheets may
/// have used the column before. Takes no lock.
pub(super) fn count_in(column: usize, had_owner: bool, memory: &Memory) {
    if had_owner {
        memory
            .sheets()
            .for_each(|(sheet, rows)| take_over(sheet, column, rows));
    }
    OWN_COLUMN.store(column * STRIDE, Ordering::Relaxed);
}

/// Makes a freshly forked child count in the shared column: its parent's column is not its own.
pub(super) extern "C" fn lose_column() {
    OWN_COLUMN.store(usize::MAX, Ordering::Relaxed);
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// How often this process, or an ancestor, was forked: what began with another number began in a parent.
#[inline]
#[must_use]
pub fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

/// Whether this process is the one that mapped the sheets.
pub(super) fn is_program() -> bool {
    OWN_COLUMN.load(Ordering::Relaxed) == 0
}
