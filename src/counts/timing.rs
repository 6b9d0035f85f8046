//! The times of the calls of one callable: numbers in rows of [`super::sheets`], and a histogram.
//!
//! Each process writes its numbers in its own column, and the program its histogram in one of its own.
//! All forked children share a second one, to which they add atomically: a block of 8 KiB for each of 512
//! columns would be 4 MiB of address space for each callable. That costs nothing measurable for one child;
//! two that do nothing but make the same call lose 40 to 60 ns a call to it. Only pages that are touched use
//! memory: a callable that is never called has none, and one whose calls differ by less than a factor of
//! two million has one page of its histogram.
//!
//! Numbers are ticks of [`super::clock`]. What only grows is reset as hits are; the longest and the shortest
//! duration are set back.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use super::histogram::{Histogram, bucket_of};
use super::histogram_memory::{BLOCK, Block, next_block};
use super::numbers::{NUMBERS, Number};
use super::processes::{Processes, columns_used};
use super::sheets::{OF_CHILDREN, Rows, cells_of, is_program};
use super::times::{EndedCall, Times};
use crate::error::Result;

/// The longest and the shortest duration, as they are kept.
#[derive(Debug, Clone, Copy)]
pub struct Extremes {
    shortest: u64,
    longest: u64,
}

type TimingRows = Rows<{ cells_of(NUMBERS) }>;

/// The times of one callable, in this process and those it forked.
#[derive(Debug)]
pub struct Timing {
    rows: TimingRows,
    histograms: &'static Block,
}

/// The memory of times that nobody uses any more.
static FREE: Mutex<Vec<(TimingRows, &'static Block)>> = Mutex::new(Vec::new());
impl Timing {
    /// Times of nothing yet.
    ///
    /// # Errors
    /// If the system has no memory.
    pub fn new() -> Result<Self> {
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let (rows, histograms) = match free {
            Some(free) => free,
            None => (Rows::new()?, next_block()?),
        };
        Ok(Self { rows, histograms })
    }

    /// Records a call that has ended. Takes no lock, allocates nothing, cannot fail. Exact under the same
    /// condition as [`super::Counter::hit`].
    #[inline]
    pub fn record(&self, call: &EndedCall) {
        let Some(own) = self.rows.own::<NUMBERS>() else {
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
            let place = &self.histograms[bucket];
            if is_program() {
                let number = place.load(Ordering::Relaxed).wrapping_add(1);
                place.store(number, Ordering::Relaxed);
            } else {
                self.histograms[BLOCK + bucket].fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// The same for a process without a column of its own.
    #[cold]
    fn record_shared(&self, call: &EndedCall) {
        let place = |number: Number| self.rows.shared(number as usize);
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
            self.histograms[BLOCK + bucket].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a call that took too little time to be recorded.
    pub fn skip(&self) {
        let number = Number::Skipped as usize;
        if let Some(own) = self.rows.own::<NUMBERS>() {
            let skipped = own[number].load(Ordering::Relaxed).wrapping_add(1);
            own[number].store(skipped, Ordering::Relaxed);
        } else if let Some(skipped) = self.rows.shared(number) {
            skipped.fetch_add(1, Ordering::Relaxed);
        }
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

    #[cfg(test)]
    pub(super) fn address(&self) -> usize {
        self.rows.address()
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

    /// Begins an interval with extremes of its own: returns those so far, for [`Self::end_interval`].
    #[must_use]
    pub fn begin_interval(&self) -> Extremes {
        let extremes = self.extremes();
        self.rows.clear(Number::Shortest as usize);
        self.rows.clear(Number::Longest as usize);
        extremes
    }

    /// Ends it: the extremes are those of the time before, too.
    pub fn end_interval(&self, before: Extremes) {
        let rows = [Number::Shortest, Number::Longest].map(|number| number as usize);
        if let Some([shortest, longest]) = self.rows.of_program_in(rows) {
            shortest.fetch_max(before.shortest, Ordering::Relaxed);
            longest.fetch_max(before.longest, Ordering::Relaxed);
        }
    }

    fn extremes(&self) -> Extremes {
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
    fn used(&self) -> Range<usize> {
        let longest = self.rows.largest(Number::Longest as usize);
        let shortest = u64::MAX - self.rows.largest(Number::Shortest as usize);
        bucket_of(shortest)..bucket_of(longest) + 1
    }

    /// Sets everything to zero. Does not need the GIL, but allows one thread at a time.
    pub fn reset(&self) {
        for bucket in self.used() {
            let number = |part: usize| &self.histograms[part * BLOCK + bucket];
            let ever = number(0).load(Ordering::Relaxed) + number(1).load(Ordering::Relaxed);
            number(2).store(ever, Ordering::Relaxed);
        }
        let extremes = [Number::Longest, Number::Shortest].map(|number| number as usize);
        for number in 0..NUMBERS {
            if extremes.contains(&number) {
                self.rows.clear(number);
            } else {
                self.rows.reset(number);
            }
        }
    }
}

/// The memory is used again, unless a forked child may still write to it.
impl Drop for Timing {
    fn drop(&mut self) {
        if !is_program() || columns_used() > OF_CHILDREN {
            return;
        }
        if self.rows.ever(Number::Calls as usize) > 0 {
            // A reset has narrowed what is known to be used.
            for place in self.histograms {
                if place.load(Ordering::Relaxed) > 0 {
                    place.store(0, Ordering::Relaxed);
                }
            }
        }
        for number in 0..NUMBERS {
            self.rows.forget(number);
        }
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        free.push((self.rows, self.histograms));
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
