//! Hit counters: one number for each hook in each process, in a row of [`super::sheets`].

use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};

use super::memory::{Kind, Memory};
use super::own_memory::next_place;
use super::processes::Processes;
use super::readable_rows::ReadableRows;
use super::sheets::{ROWS, Rows, cells_of};
use crate::error::{Error, Result};

/// The hits of one hook, in this process and those it forked.
#[derive(Debug, Clone, Copy)]
pub struct Counter {
    row: Rows<{ cells_of(1) }>,
    id: CounterId,
}

/// The identity of a counter: the number of its segment in [`Memory`], and that of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CounterId(u32);

impl CounterId {
    /// The hits, to be read.
    pub(super) fn readable(self, memory: &Memory) -> Result<ReadableRows<'_>> {
        let (segment, row) = (self.0 as usize / ROWS, self.0 as usize % ROWS);
        Ok(memory.rows_of(memory.counters(segment)?, row))
    }
}

impl Counter {
    /// A new counter at zero.
    ///
    /// # Errors
    /// If the system has no memory.
    pub fn new() -> Result<Self> {
        let (memory, segment, row) = next_place(Kind::Counters)?;
        let none = || Error::new("no memory for counters");
        let id = u32::try_from(segment * ROWS + row).map_err(|_| none())?;
        let row = Rows::of(memory.counters(segment)?, row).ok_or_else(none)?;
        let id = CounterId(id);
        Ok(Self { row, id })
    }

    /// Counts one hit. Takes no lock, allocates nothing, cannot fail. Exact if only one thread of
    /// the process calls it at a time, which the GIL ensures.
    #[inline]
    pub fn hit(self) {
        if let Some(hits) = self.row.own_first() {
            let increased = hits.load(Ordering::Relaxed).wrapping_add(1);
            hits.store(increased, Ordering::Relaxed);
        } else if let Some(hits) = self.row.shared(0) {
            hits.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Its identity.
    #[must_use]
    pub fn id(self) -> CounterId {
        self.id
    }

    /// To be read.
    pub(super) fn readable(self) -> ReadableRows<'static> {
        self.row.readable()
    }

    /// The hits since the last reset; does not need the GIL.
    #[must_use]
    pub fn hits(self) -> u64 {
        self.readable().since_reset(0)
    }

    /// All hits, regardless of resets: the base of rates.
    #[must_use]
    pub fn hits_ever(self) -> u64 {
        self.readable().ever(0)
    }

    /// The hits before the last reset.
    #[must_use]
    pub fn hits_before_reset(self) -> u64 {
        self.readable().before_reset(0)
    }

    /// Resets the hits to zero and returns how many there were. Does not need the GIL, but allows
    /// one thread at a time.
    #[expect(
        clippy::must_use_candidate,
        reason = "who resets may not care how many there were"
    )]
    pub fn reset(self) -> u64 {
        self.row.reset(0)
    }

    /// The hits since the last reset in each running process, and in all that have ended.
    #[must_use]
    pub fn hits_by(self, processes: &Processes) -> (Vec<u64>, u64) {
        self.readable().by(0, processes)
    }
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
