//! Hit counters: one atomic number for each hook in each process, in memory that forked children share.
//!
//! The memory consists of sheets, with a row for each counter and a column for each process that
//! counts. Each column is contiguous:
//!
//! ```text
//!             counted in the columns         of it, by former owners        of it, before the last reset
//!             program  shared  child         program  shared  child         program  shared  child
//! counter 0        12       0      7   ...         0       0      3   ...         5       0      4   ...
//! counter 1       104       2      0   ...         0       0      0   ...         0       0      0   ...
//! ```
//!
//! A process counts in its own column, so processes do not slow each other down. Numbers only grow,
//! so the sum of a row is exact at any time, even when processes end. The second part holds what a
//! column contained when a child took it over from a process that had ended. A reset copies the
//! columns to the third part, which is subtracted when they are read; so no hit is lost if a process
//! counts at that moment.
//!
//! Only one thread at a time writes to a process's own column, so a plain load and store count exactly;
//! an atomic addition would take twice as long. CPython relies on the same when it counts references
//! to the hook: threads run it under the GIL, interpreters with a GIL of their own share no code
//! object, signal handlers in Python run between instructions, and a vforked child runs no Python.
//! Only a fork makes a second process that would write to the column, so [`lose_column`] runs first in
//! each child: until the child has a column, it counts in the shared one, atomically. It does not run
//! after the bare system call or `_Fork`, which a Python program reaches only by C code of its own:
//! hits that such a child and its parent count at the same time may be lost.
//!
//! Columns are compact on purpose: the counters of ten thousand functions must fit into the processor's
//! caches (measured: records of 4 KB make a hit ten times slower). The memory is never freed, since a
//! frame of a patched code object may run its hook until the process ends.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
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
const ROWS: usize = 1024;
/// The distance between columns: one cache line more than the rows, since numbers at distances of
/// whole pages would compete for the same cache sets.
const STRIDE: usize = ROWS + 8;
/// The start of the second part.
const FORMER: usize = COLUMNS * STRIDE;
/// The start of the third part.
const BEFORE_RESET: usize = 2 * FORMER;
/// The cells of a sheet.
const CELLS: usize = 3 * FORMER;

/// A row: from its cell in the first column to its cell in the last one.
type Row = [AtomicU64; CELLS - STRIDE + 1];

/// The offset of this process's column; outside every row if it has none.
static OWN_COLUMN: AtomicUsize = AtomicUsize::new(0);

/// The first sheet. A freshly forked child reads the chain, so no lock may guard it.
static FIRST: Link = OnceLock::new();
/// Held while a sheet is added to the chain.
static ADDING: Mutex<()> = Mutex::new(());

type Link = OnceLock<Box<Sheet>>;

/// The hits of one hook, in this process and those it forked.
#[derive(Debug, Clone, Copy)]
pub struct Counter(&'static Row);

/// The identity of a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CounterId(usize);

/// The counts of one counter in one column.
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

/// The cells of counters.
struct Sheet {
    cells: &'static [AtomicU64],
    /// The number of rows in use.
    used: AtomicUsize,
    next: Link,
}

impl Counter {
    /// A new counter at zero.
    ///
    /// # Errors
    /// If the system has no memory.
    pub fn new() -> Result<Self> {
        let _adding = ADDING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut link = &FIRST;
        loop {
            let Some(sheet) = link.get() else {
                // No other thread adds one while `ADDING` is locked.
                let _ = link.set(Box::new(Sheet::map()?));
                continue;
            };
            if let Some(counter) = sheet.next_counter() {
                return Ok(counter);
            }
            link = &sheet.next;
        }
    }

    /// Counts one hit. Takes no lock, allocates nothing, cannot fail. Exact if only one thread of
    /// the process calls it at a time, which the GIL ensures.
    #[inline]
    pub fn hit(self) {
        if let Some(hits) = self.0.get(OWN_COLUMN.load(Ordering::Relaxed)) {
            let increased = hits.load(Ordering::Relaxed).wrapping_add(1);
            hits.store(increased, Ordering::Relaxed);
        } else if let Some(hits) = self.0.get(SHARED * STRIDE) {
            hits.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Its identity.
    #[must_use]
    pub fn id(self) -> CounterId {
        CounterId(std::ptr::from_ref(self.0).addr())
    }

    /// The hits since the last reset; does not need the GIL.
    #[must_use]
    pub fn hits(self) -> u64 {
        self.columns().map(Column::since_reset).sum()
    }

    /// All hits, regardless of resets: the base of rates.
    #[must_use]
    pub fn hits_ever(self) -> u64 {
        self.columns().map(|column| column.counted).sum()
    }

    /// The hits before the last reset.
    #[must_use]
    pub fn hits_before_reset(self) -> u64 {
        self.columns().map(|column| column.before_reset).sum()
    }

    /// Resets the hits to zero and returns how many there were. Does not need the GIL, but allows
    /// one thread at a time.
    #[expect(
        clippy::must_use_candidate,
        reason = "who resets may not care how many there were"
    )]
    pub fn reset(self) -> u64 {
        let reset = |(number, column): (usize, Column)| {
            if let Some(before) = self.0.get(BEFORE_RESET + number * STRIDE) {
                before.store(column.counted, Ordering::Release);
            }
            column.since_reset()
        };
        self.columns().enumerate().map(reset).sum()
    }

    /// The hits since the last reset in each running process, and in all that have ended.
    #[must_use]
    pub fn hits_by(self, processes: &Processes) -> (Vec<u64>, u64) {
        let former = |process: &Process| self.cell(FORMER + process.column * STRIDE);
        let former: Vec<u64> = processes.living.iter().map(former).collect();
        let columns: Vec<Column> = self.columns().collect();
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

    fn columns(self) -> impl Iterator<Item = Column> {
        (0..columns_used()).map(move |column| Column {
            // Read before `counted`, so that it is not larger.
            before_reset: self.cell(BEFORE_RESET + column * STRIDE),
            counted: self.cell(column * STRIDE),
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
            .map_err(|error| Error::system("no memory for hit counters", &error))?;
        Ok(Self {
            // SAFETY: the mapping is zeroed, page-aligned, holds so many cells, and is never unmapped.
            cells: unsafe { std::slice::from_raw_parts(address.cast(), CELLS) },
            used: AtomicUsize::new(0),
            next: Link::new(),
        })
    }

    /// The counter of the next row, if there is one.
    fn next_counter(&self) -> Option<Counter> {
        let row = self.used.load(Ordering::Relaxed);
        let counter = (row < ROWS).then(|| self.cells[row..].first_chunk().map(Counter))?;
        self.used.store(row + 1, Ordering::Relaxed);
        counter
    }

    /// Assigns the counts of a column to its former owners.
    fn take_over(&self, column: usize) {
        let counted = self.cells[column * STRIDE..].iter();
        let former = self.cells[FORMER + column * STRIDE..].iter();
        for (counted, former) in counted.zip(former).take(ROWS) {
            former.store(counted.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

/// The sheets that this process knows: a forked child does not see new ones.
fn sheets() -> impl Iterator<Item = &'static Sheet> {
    std::iter::successors(FIRST.get(), |sheet| sheet.next.get()).map(Box::as_ref)
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_separate_across_sheets() {
        let counters: Vec<Counter> = (0..ROWS + 2)
            .map(|_| Counter::new().expect("memory"))
            .collect();
        for (number, counter) in counters.iter().enumerate() {
            (0..number % 3).for_each(|_| counter.hit());
        }
        for (number, counter) in counters.iter().enumerate() {
            assert_eq!(counter.hits(), (number % 3) as u64);
        }
    }

    #[test]
    fn a_reset_hides_what_was_counted_and_rates_go_on() {
        let counter = Counter::new().expect("memory");
        (0..5).for_each(|_| counter.hit());
        assert_eq!(counter.reset(), 5);
        (0..2).for_each(|_| counter.hit());
        assert_eq!((counter.hits(), counter.hits_ever()), (2, 7));
        assert_eq!(counter.hits_by(&Processes::now()).0[0], 2);
        assert_eq!((counter.reset(), counter.hits()), (2, 0));
    }

    #[test]
    fn each_hit_is_before_a_reset_or_behind_it() {
        let counter = Counter::new().expect("memory");
        let hits = 1_000_000;
        let counting = std::thread::spawn(move || (0..hits).for_each(|_| counter.hit()));
        let mut before = 0;
        while !counting.is_finished() {
            before += counter.reset();
        }
        counting.join().expect("it counts");
        assert_eq!(before + counter.hits(), hits);
    }
}
