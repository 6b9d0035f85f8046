//! The times of the calls of one callable, to be read: in this process or in another one.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::histogram::{Histogram, bucket_of};
use super::mapping::acquire;
use super::memory::Memory;
use super::numbers::Number;
use super::processes::Processes;
use super::readable_rows::ReadableRows;
use super::recording::RecordingId;
use super::recording_sheet::{BLOCK, Block, CALLABLES, ROWS_EACH};
use super::times::Times;
use crate::error::Result;

/// The longest and the shortest duration, as they are kept.
#[derive(Debug, Clone, Copy)]
pub struct Extremes {
    pub(super) shortest: u64,
    pub(super) longest: u64,
}

/// What [`super::Timing`] has recorded.
#[derive(Debug, Clone, Copy)]
pub struct ReadableTiming<'m> {
    rows: ReadableRows<'m>,
    histograms: &'m Block,
    /// Who has the memory, and who had it.
    owners: (&'m AtomicU64, u64),
}

impl<'m> ReadableTiming<'m> {
    pub(super) fn new(
        rows: ReadableRows<'m>,
        histograms: &'m Block,
        owners: (&'m AtomicU64, u64),
    ) -> Self {
        Self {
            rows,
            histograms,
            owners,
        }
    }

    /// That of a recording in memory.
    ///
    /// # Errors
    /// If there is no such place, or it cannot be mapped.
    pub(super) fn find(memory: &'m Memory, id: RecordingId) -> Result<Self> {
        let number = id.place as usize;
        let (sheet, place) = (memory.recordings(number / CALLABLES)?, number % CALLABLES);
        let rows = memory.rows_of(&sheet.rows, place * ROWS_EACH);
        // There is a segment of its number.
        let owners = (&memory.head().owners[number], id.owner);
        Ok(Self::new(rows, &sheet.histograms[place], owners))
    }

    /// Whether its memory is still its own, and not that of a later recording.
    pub(super) fn is_current(&self) -> bool {
        let (owner, former) = self.owners;
        acquire(owner) == former
    }

    /// The calls since the last reset that took too little time to be recorded.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.rows.since_reset(Number::Skipped as usize)
    }

    /// All of them, regardless of resets.
    #[must_use]
    pub fn skipped_ever(&self) -> u64 {
        self.rows.ever(Number::Skipped as usize)
    }

    /// The times since the last reset. Does not need the GIL.
    #[must_use]
    pub fn times(&self) -> Times {
        let sums = Times::of_sums(|number| self.rows.since_reset(number as usize));
        let Extremes { shortest, longest } = self.extremes();
        if sums.calls == 0 || shortest == 0 {
            return sums; // Reading the histogram would touch its pages.
        }
        Times {
            shortest: Some(u64::MAX - shortest),
            longest: Some(longest),
            histogram: self.histogram(),
            ..sums
        }
    }

    /// The sums of all calls that have ever ended, regardless of resets: the base of rates.
    #[must_use]
    pub fn sums_ever(&self) -> Times {
        Times::of_sums(|number| self.rows.ever(number as usize))
    }

    /// The times since the last reset in each running process, and in all that have ended. What is not
    /// kept for each process is left out: extremes, and how long calls took by number.
    #[must_use]
    pub fn times_by(&self, processes: &Processes) -> (Vec<Times>, Times) {
        let mut living = vec![Times::default(); processes.living.len()];
        let mut ended = Times::default();
        for (number, field) in Times::SUMS {
            let (of_living, of_ended) = self.rows.by(*number as usize, processes);
            for (times, amount) in living.iter_mut().zip(of_living) {
                *field(times) = amount;
            }
            *field(&mut ended) = of_ended;
        }
        for times in living.iter_mut().chain([&mut ended]) {
            // So far it is the number of the others.
            times.timed = times.calls.saturating_sub(times.timed);
        }
        (living, ended)
    }

    pub(super) fn extremes(&self) -> Extremes {
        Extremes {
            shortest: self.rows.largest(Number::Shortest as usize),
            longest: self.rows.largest(Number::Longest as usize),
        }
    }

    fn histogram(&self) -> Histogram {
        let calls = Number::Calls as usize;
        let has_children = self.rows.ever(calls) > self.rows.of_program(calls);
        let was_reset = self.rows.before_reset(calls) > 0;
        let used = self.used();
        let part = |part: usize| {
            let buckets = part * BLOCK + used.start..part * BLOCK + used.end;
            let buckets = self.histograms.get(buckets).unwrap_or_default();
            buckets.iter().map(|number| number.load(Ordering::Relaxed))
        };
        let mut numbers: Vec<u64> = part(0).collect();
        if has_children {
            let sums = numbers.iter_mut().zip(part(1));
            sums.for_each(|(number, more)| *number += more);
        }
        if was_reset {
            let rests = numbers.iter_mut().zip(part(2));
            rests.for_each(|(number, before)| *number = number.saturating_sub(before));
        }
        Histogram::new(used.start, numbers)
    }

    /// The buckets between the shortest and the longest duration: reading others would touch their pages.
    pub(super) fn used(&self) -> Range<usize> {
        let longest = self.rows.largest(Number::Longest as usize);
        let shortest = u64::MAX - self.rows.largest(Number::Shortest as usize);
        bucket_of(shortest)..bucket_of(longest) + 1
    }
}
