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
//! frame of a patched code object may run its hook until the process ends.

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::processes::{Process, Processes, columns_used};
use super::shared_memory::map_shared;
use crate::error::{Error, Result};

/// The number of columns: the program's, the shared one, and those of children.
pub(super) const COLUMNS: usize = 512;
/// The column of children without one of their own.
const SHARED: usize = 1;
/// The first column that a child may have.
pub(super) const OF_CHILDREN: usize = 2;
/// Rows per sheet: 8 KiB per column, 12 MiB of address space per sheet.
pub(super) const ROWS: usize = 1024;
/// The distance between columns: one cache line more than the rows, since numbers at distances of
/// whole pages would compete for the same cache sets.
const STRIDE: usize = ROWS + 8;
/// The start of the second part.
const FORMER: usize = COLUMNS * STRIDE;
/// The start of the third part.
const BEFORE_RESET: usize = 2 * FORMER;
/// The cells of a sheet.
const CELLS: usize = 3 * FORMER;

/// The offset of this process's column; outside every row if it has none.
static OWN_COLUMN: AtomicUsize = AtomicUsize::new(0);
static GENERATION: AtomicU32 = AtomicU32::new(0);
/// The first sheets of single rows, and those of [`Rows`] that belong together. A freshly forked child
/// reads the chains, so no lock may guard them.
static SINGLE: Link = OnceLock::new();
static TOGETHER: Link = OnceLock::new();
/// Where the last sheet of each chain is, or will be; sheets are added to a chain under this lock.
static LAST: Mutex<[&Link; 2]> = Mutex::new([&SINGLE, &TOGETHER]);

type Link = OnceLock<Box<Sheet>>;

/// The cells from the first of some rows in the first column to the last of them in the last column.
#[must_use]
pub(super) const fn cells_of(rows: usize) -> usize {
    CELLS - STRIDE + rows
}

/// Rows of one sheet that follow each other, as that many cells: see [`cells_of`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<const CELLS_OF_ROWS: usize>(&'static [AtomicU64; CELLS_OF_ROWS]);

/// What was counted in one row and column.
#[derive(Debug, Clone, Copy, Default)]
struct Column {
    before_reset: u64,
    counted: u64,
}

impl Column {
    fn since_reset(self) -> u64 {
        self.counted.saturating_sub(self.before_reset)
    }
}

/// The cells of rows.
struct Sheet {
    cells: &'static [AtomicU64],
    /// The number of rows in use.
    used: AtomicUsize,
    next: Link,
}

impl<const CELLS_OF_ROWS: usize> Rows<CELLS_OF_ROWS> {
    /// How many they are.
    const COUNT: usize = CELLS_OF_ROWS + STRIDE - CELLS;

    /// New rows at zero. Several of them begin with a cache line.
    ///
    /// # Errors
    /// If the system has no memory.
    pub(super) fn new() -> Result<Self> {
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let link = &mut last[usize::from(Self::COUNT > 1)];
        loop {
            let Some(sheet) = link.get() else {
                // No other thread adds one under the lock.
                let _ = link.set(Box::new(Sheet::map()?));
                continue;
            };
            if let Some(rows) = sheet.next_rows(Self::COUNT) {
                return Ok(Self(rows));
            }
            *link = &sheet.next;
        }
    }

    /// Their address, as an identity.
    pub(super) fn address(self) -> usize {
        std::ptr::from_ref(self.0).addr()
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

    /// What was counted in a row since its last reset, by all processes.
    pub(super) fn since_reset(self, row: usize) -> u64 {
        self.columns(row).map(Column::since_reset).sum()
    }

    /// What was ever counted in a row.
    pub(super) fn ever(self, row: usize) -> u64 {
        self.columns(row).map(|column| column.counted).sum()
    }

    /// What the program itself ever counted in a row.
    pub(super) fn of_program(self, row: usize) -> u64 {
        self.cell(row)
    }

    /// What was counted in a row before its last reset.
    pub(super) fn before_reset(self, row: usize) -> u64 {
        self.columns(row).map(|column| column.before_reset).sum()
    }

    /// The largest number in a row.
    pub(super) fn largest(self, row: usize) -> u64 {
        let counted = self.columns(row).map(|column| column.counted);
        counted.max().unwrap_or_default()
    }

    /// Makes what was counted in a row so far the number before the reset. One thread at a time.
    pub(super) fn reset(self, row: usize) -> u64 {
        let reset = |(number, column): (usize, Column)| {
            if let Some(before) = self.0.get(BEFORE_RESET + number * STRIDE + row) {
                before.store(column.counted, Ordering::Release);
            }
            column.since_reset()
        };
        self.columns(row).enumerate().map(reset).sum()
    }

    /// Sets a row to zero in each column: for numbers that are not sums. A process that writes at this
    /// moment may undo that for its column.
    pub(super) fn clear(self, row: usize) {
        let cells = (0..columns_used()).filter_map(|column| self.0.get(column * STRIDE + row));
        cells.for_each(|cell| cell.store(0, Ordering::Relaxed));
    }

    /// Sets a row to zero, as if nothing had ever been counted in it.
    pub(super) fn forget(self, row: usize) {
        self.clear(row);
        self.reset(row);
    }

    /// What was counted in a row since its last reset in each running process, and in all that have ended.
    pub(super) fn by(self, row: usize, processes: &Processes) -> (Vec<u64>, u64) {
        let former = |process: &Process| self.cell(FORMER + process.column * STRIDE + row);
        let former: Vec<u64> = processes.living.iter().map(former).collect();
        let columns: Vec<Column> = self.columns(row).collect();
        let column = |column: usize| columns.get(column).copied().unwrap_or_default();
        let living = processes.living.iter().zip(former);
        let living = living.map(|(process, former)| match process.column {
            // A process without its own column counts in that of the program.
            0 => column(0).since_reset() + column(SHARED).since_reset(),
            own => {
                let Column {
                    counted,
                    before_reset,
                } = column(own);
                counted.saturating_sub(former.max(before_reset))
            }
        });
        let living: Vec<u64> = living.collect();
        let all: u64 = columns.into_iter().map(Column::since_reset).sum();
        let ended = all - living.iter().sum::<u64>();
        (living, ended)
    }

    fn columns(self, row: usize) -> impl Iterator<Item = Column> {
        (0..columns_used()).map(move |column| Column {
            // Read before `counted`, so that it is not larger.
            before_reset: self.cell(BEFORE_RESET + column * STRIDE + row),
            counted: self.cell(column * STRIDE + row),
        })
    }

    fn cell(self, place: usize) -> u64 {
        let cell = self.0.get(place);
        cell.map_or(0, |cell| cell.load(Ordering::Acquire))
    }
}

impl Sheet {
    #[expect(unsafe_code, reason = "mapped memory becomes a slice")]
    fn map() -> Result<Self> {
        // Processes that are forked from now on have their columns in the table.
        columns_used();
        let address = map_shared(CELLS * size_of::<AtomicU64>())
            .map_err(|error| Error::system("no memory for counters", &error))?;
        Ok(Self {
            // SAFETY: the mapping is zeroed, page-aligned, holds so many cells, and is never unmapped.
            cells: unsafe { std::slice::from_raw_parts(address.cast(), CELLS) },
            used: AtomicUsize::new(0),
            next: Link::new(),
        })
    }

    /// The next rows, if there are so many. Several begin with a cache line of eight numbers.
    fn next_rows<const CELLS_OF_ROWS: usize>(
        &self,
        count: usize,
    ) -> Option<&'static [AtomicU64; CELLS_OF_ROWS]> {
        let used = self.used.load(Ordering::Relaxed);
        let first = if count == 1 {
            used
        } else {
            used.next_multiple_of(8)
        };
        let rows = (first + count <= ROWS).then(|| self.cells[first..].first_chunk())??;
        self.used.store(first + count, Ordering::Relaxed);
        Some(rows)
    }

    /// Assigns the counts of a column to its former owners.
    fn take_over(&self, column: usize) {
        let counted = self.cells[column * STRIDE..].iter();
        let former = self.cells[FORMER + column * STRIDE..].iter();
        let used = self.used.load(Ordering::Relaxed);
        for (counted, former) in counted.zip(former).take(used) {
            former.store(counted.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

/// The sheets that this process knows: a forked child does not see new ones.
fn sheets() -> impl Iterator<Item = &'static Sheet> {
    let chain = |first: &'static Link| {
        std::iter::successors(first.get(), |sheet| sheet.next.get()).map(Box::as_ref)
    };
    chain(&SINGLE).chain(chain(&TOGETHER))
}

/// The number of sheets that this process knows.
pub(super) fn sheets_known() -> usize {
    sheets().count()
}

/// Makes this process count in a column from now on. Other processes that knew the same sheets may
/// have used the column before. Takes no lock.
pub(super) fn count_in(column: usize, had_owner: bool) {
    if had_owner {
        sheets().for_each(|sheet| sheet.take_over(column));
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
