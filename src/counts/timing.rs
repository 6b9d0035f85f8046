//! The times of the calls of one callable: numbers in rows of [`super::sheets`], and a histogram.
//!
//! Each process writes its numbers in its own column, and the program its histogram in one of its own.
//! All forked children share a second one, to which they add atomically: a block of 8 KiB for each of 512
//! columns would be 4 MiB of address space for each callable. That costs nothing measurable for one child;
//! two that do nothing but make the same call lose 40 to 60 ns a call to it. Only pages that are touched use
//! memory: a callable that is never called has eight bytes, and one whose calls differ by less than a factor of
//! two million has one page of its histogram. Who reads them is in [`super::readable_timing`].
//!
//! Numbers are ticks of [`super::clock`]. What only grows is reset as hits are; the longest and the shortest
//! duration are set back.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::memory::Kind;
use super::numbers::{NUMBERS, Number};
use super::own_memory::next_place;
use super::processes::had_children;
use super::readable_timing::{Extremes, ReadableTiming};
use super::recording::RecordingId;
use super::recording_sheet::{BLOCK, Block, CALLABLES, CELLS_EACH, ROWS_EACH};
use super::sheets::{Rows, is_program};
use super::times::{EndedCall, Times};
use crate::error::{Error, Result};

/// The times of one callable, in this process and those it forked.
#[derive(Debug)]
pub struct Timing {
    place: Place,
    /// Who has the place: no two recordings are the same.
    owner: u64,
}

/// The memory of the times of one callable.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// That of the segment, and of the place in it.
    number: u32,
    rows: Rows<CELLS_EACH>,
    histograms: &'static Block,
    owner: &'static AtomicU64,
}

/// The memory of times that nobody uses any more.
static FREE: Mutex<Vec<Place>> = Mutex::new(Vec::new());

impl Place {
    fn new() -> Result<Self> {
        let (memory, segment, place) = next_place(Kind::Recordings)?;
        let sheet = memory.recordings(segment)?;
        let number = segment * CALLABLES + place;
        let none = || Error::new("no memory for times");
        Ok(Self {
            number: u32::try_from(number).map_err(|_| none())?,
            rows: Rows::of(&sheet.rows, place * ROWS_EACH).ok_or_else(none)?,
            histograms: sheet.histograms.get(place).ok_or_else(none)?,
            owner: memory.head().owners.get(number).ok_or_else(none)?,
        })
    }
}

impl Timing {
    /// Times of nothing yet.
    ///
    /// # Errors
    /// If the system has no memory.
    pub fn new() -> Result<Self> {
        static OWNERS: AtomicU64 = AtomicU64::new(1);
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let place = free.map_or_else(Place::new, Ok)?;
        let owner = OWNERS.fetch_add(1, Ordering::Relaxed);
        place.owner.store(owner, Ordering::Release);
        Ok(Self { place, owner })
    }

    /// Where it is, and which one.
    pub(super) fn id(&self) -> RecordingId {
        RecordingId {
            place: self.place.number,
            owner: self.owner,
        }
    }

    /// To be read.
    #[must_use]
    pub(super) fn readable(&self) -> ReadableTiming<'static> {
        let Place {
            rows,
            histograms,
            owner,
            ..
        } = self.place;
        ReadableTiming::new(rows.readable(), histograms, (owner, self.owner))
    }

    /// The times since the last reset. Does not need the GIL.
    #[must_use]
    pub fn times(&self) -> Times {
        self.readable().times()
    }

    /// Records a call that has ended. Takes no lock, allocates nothing, cannot fail. Exact under the same
    /// condition as [`super::Counter::hit`].
    #[inline]
    pub fn record(&self, call: &EndedCall) {
        let Some(own) = self.place.rows.own::<NUMBERS>() else {
            return self.record_shared(call);
        };
        let add = |number: Number, amount: u64| {
            let place = &own[number as usize];
            let sum = place.load(Ordering::Relaxed).wrapping_add(amount);
            place.store(sum, Ordering::Relaxed);
        };
        let raise = |number: Number, to: u64| {
            let place = &own[number as usize];
            if place.load(Ordering::Relaxed) < to {
                place.store(to, Ordering::Relaxed);
            }
        };
        call.enter(add, raise);
        if let Some(bucket) = call.bucket() {
            let place = &self.place.histograms[bucket];
            if is_program() {
                let number = place.load(Ordering::Relaxed).wrapping_add(1);
                place.store(number, Ordering::Relaxed);
            } else {
                self.place.histograms[BLOCK + bucket].fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// The same for a process without a column of its own.
    #[cold]
    fn record_shared(&self, call: &EndedCall) {
        let place = |number: Number| self.place.rows.shared(number as usize);
        let add = |number: Number, amount: u64| {
            if let Some(place) = place(number) {
                place.fetch_add(amount, Ordering::Relaxed);
            }
        };
        let raise = |number: Number, to: u64| {
            if let Some(place) = place(number) {
                place.fetch_max(to, Ordering::Relaxed);
            }
        };
        call.enter(add, raise);
        if let Some(bucket) = call.bucket() {
            self.place.histograms[BLOCK + bucket].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a call that took too little time to be recorded.
    pub fn skip(&self) {
        let number = Number::Skipped as usize;
        if let Some(own) = self.place.rows.own::<NUMBERS>() {
            let skipped = own[number].load(Ordering::Relaxed).wrapping_add(1);
            own[number].store(skipped, Ordering::Relaxed);
        } else if let Some(skipped) = self.place.rows.shared(number) {
            skipped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Begins an interval with extremes of its own: returns those so far, for [`Self::end_interval`].
    #[must_use]
    pub fn begin_interval(&self) -> Extremes {
        let extremes = self.readable().extremes();
        self.place.rows.clear(Number::Shortest as usize);
        self.place.rows.clear(Number::Longest as usize);
        extremes
    }

    /// Ends it: the extremes are those of the time before, too.
    pub fn end_interval(&self, before: Extremes) {
        let rows = [Number::Shortest, Number::Longest].map(|number| number as usize);
        if let Some([shortest, longest]) = self.place.rows.of_program_in(rows) {
            shortest.fetch_max(before.shortest, Ordering::Relaxed);
            longest.fetch_max(before.longest, Ordering::Relaxed);
        }
    }

    /// Sets everything to zero. Does not need the GIL, but allows one thread at a time.
    pub fn reset(&self) {
        let Place {
            rows, histograms, ..
        } = self.place;
        for bucket in self.readable().used() {
            let number = |part: usize| &histograms[part * BLOCK + bucket];
            let ever = number(0).load(Ordering::Relaxed) + number(1).load(Ordering::Relaxed);
            number(2).store(ever, Ordering::Relaxed);
        }
        let extremes = [Number::Longest, Number::Shortest].map(|number| number as usize);
        for number in 0..NUMBERS {
            if extremes.contains(&number) {
                rows.clear(number);
            } else {
                rows.reset(number);
            }
        }
    }
}

/// The memory is used again, unless a forked child may still write to it.
impl Drop for Timing {
    fn drop(&mut self) {
        if !is_program() || had_children() {
            return;
        }
        let place = self.place;
        place.owner.store(0, Ordering::Release);
        if self.readable().sums_ever().calls > 0 {
            // A reset has narrowed what is known to be used.
            for number in place.histograms {
                if number.load(Ordering::Relaxed) > 0 {
                    number.store(0, Ordering::Relaxed);
                }
            }
        }
        for number in 0..NUMBERS {
            place.rows.forget(number);
        }
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(place);
    }
}

#[cfg(test)]
mod tests {
    use super::super::times::{CallTime, End};
    use super::*;

    const TIME: CallTime = CallTime {
        duration: 100,
        waiting: 0,
        own: 60,
        is_outermost: true,
    };
    const CALL: EndedCall = EndedCall {
        time: Some(TIME),
        resumes: 0,
        end: End::Returned,
    };

    fn call(time: CallTime) -> EndedCall {
        EndedCall {
            time: Some(time),
            ..CALL
        }
    }

    fn recorded(calls: &[EndedCall]) -> Timing {
        let timing = Timing::new().expect("memory");
        for call in calls {
            timing.record(call);
        }
        timing
    }

    #[test]
    fn sums_and_extremes_are_exact() {
        assert_eq!(recorded(&[]).times(), Times::default());
        let inner = EndedCall {
            time: Some(CallTime {
                duration: 3_000,
                is_outermost: false,
                ..TIME
            }),
            end: End::Raised,
            ..CALL
        };
        let suspended = EndedCall {
            time: Some(CallTime {
                duration: 40,
                waiting: 30,
                own: 10,
                ..TIME
            }),
            resumes: 2,
            end: End::Closed,
        };
        let times = recorded(&[CALL, inner, suspended]).times();
        let ends = (times.calls, times.errors, times.closed, times.resumes);
        assert_eq!(ends, (3, 1, 1, 2));
        let ticks = (times.sum, times.total, times.own, times.waiting);
        assert_eq!(ticks, (3_140, 140, 130, 30));
        assert_eq!((times.shortest, times.longest), (Some(40), Some(3_000)));
        assert_eq!((times.timed, times.histogram.total()), (3, 3));
    }

    #[test]
    fn calls_that_are_not_timed_have_no_duration() {
        let untimed = EndedCall { time: None, ..CALL };
        let times = recorded(&[untimed, CALL]).times();
        assert_eq!((times.calls, times.timed), (2, 1));
        assert_eq!((times.sum, times.shortest), (100, Some(100)));
        assert_eq!(recorded(&[untimed]).times().longest, None);
    }

    #[test]
    fn a_clock_that_goes_backwards_makes_a_call_of_no_duration() {
        let backwards = call(CallTime {
            duration: -5,
            ..TIME
        });
        let times = recorded(&[backwards]).times();
        assert_eq!((times.calls, times.sum, times.shortest), (1, 0, Some(0)));
    }

    #[test]
    fn a_reset_leaves_only_what_comes_after_it() {
        let timing = recorded(&[CALL; 5]);
        timing.reset();
        assert_eq!(timing.times(), Times::default());
        timing.record(&call(CallTime {
            duration: 7,
            ..TIME
        }));
        timing.record(&CALL);
        let times = timing.times();
        assert_eq!((times.calls, times.sum), (2, 107));
        assert_eq!((times.shortest, times.longest), (Some(7), Some(100)));
        assert_eq!(times.histogram.total(), 2);
        assert_eq!(times.histogram.percentile(0.5), Some(7));
    }

    #[test]
    fn an_interval_has_extremes_of_its_own() {
        let timing = recorded(&[CALL]);
        let before = timing.begin_interval();
        timing.record(&call(CallTime {
            duration: 50,
            ..TIME
        }));
        let times = timing.times();
        assert_eq!((times.shortest, times.longest), (Some(50), Some(50)));
        timing.end_interval(before);
        let times = timing.times();
        assert_eq!((times.shortest, times.longest), (Some(50), Some(100)));
    }
}
