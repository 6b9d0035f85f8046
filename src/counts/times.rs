//! The time of one call that has ended, and the times of many, as data.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clock::TickLength;
use super::histogram::{Histogram, bucket_of};
use super::numbers::Number;

/// A call that has ended.
#[derive(Debug, Clone, Copy)]
pub struct EndedCall {
    /// How long it took, if that was measured.
    pub time: Option<CallTime>,
    /// How often it was resumed.
    pub resumes: u64,
    /// How it ended.
    pub end: End,
}

/// The time of a call, in ticks.
#[derive(Debug, Clone, Copy)]
pub struct CallTime {
    /// From its start to its end; negative if the clock went backwards.
    pub duration: i64,
    /// The part of it between a `yield` or `await` and its return.
    pub waiting: u64,
    /// Without waiting, and without timed callees.
    pub own: u64,
    /// Whether it is not within a call of the same callable.
    pub is_outermost: bool,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a value.
    Returned,
    /// With an exception.
    Raised,
    /// A generator or coroutine was closed, or collected.
    Closed,
}

/// The times of calls, read at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Calls that have ended.
    pub calls: u64,
    /// Those of which the time was measured.
    pub timed: u64,
    /// Those that ended with an exception.
    pub errors: u64,
    /// Those that were closed or collected.
    pub closed: u64,
    /// How often they were resumed.
    pub resumes: u64,
    /// The ticks of all of them.
    pub sum: u64,
    /// The ticks of those that are not within a call of the same callable.
    pub total: u64,
    /// The ticks without waiting, and without timed callees.
    pub own: u64,
    /// The ticks between a `yield` or `await` and its return.
    pub waiting: u64,
    /// The ticks of the shortest; none without calls.
    pub shortest: Option<u64>,
    /// The ticks of the longest; none without calls.
    pub longest: Option<u64>,
    /// All of them by length.
    pub histogram: Histogram,
}

impl CallTime {
    /// In ticks, and never negative.
    pub(super) fn duration(self) -> u64 {
        u64::try_from(self.duration).unwrap_or(0)
    }
}

impl EndedCall {
    /// Enters the call, with what adds to a number and what raises one.
    #[inline]
    pub(super) fn enter(&self, add: impl Fn(Number, u64), raise: impl Fn(Number, u64)) {
        add(Number::Calls, 1);
        if let Some(time) = self.time {
            let duration = time.duration();
            add(Number::Sum, duration);
            add(Number::Own, time.own);
            if time.is_outermost {
                add(Number::Total, duration);
            }
            if time.waiting > 0 {
                add(Number::Waiting, time.waiting);
            }
            raise(Number::Longest, duration);
            raise(Number::Shortest, u64::MAX - duration);
            if time.duration < 0 {
                add(Number::Backwards, 1);
            }
        } else {
            add(Number::Untimed, 1);
        }
        if self.resumes > 0 {
            add(Number::Resumes, self.resumes);
        }
        match self.end {
            End::Returned => {}
            End::Raised => add(Number::Errors, 1),
            End::Closed => add(Number::Closed, 1),
        }
    }

    /// The bucket of its duration, if that was measured.
    #[inline]
    pub(super) fn bucket(&self) -> Option<usize> {
        self.time.map(|time| bucket_of(time.duration()))
    }
}

/// A sum of times.
type Sum = fn(&mut Times) -> &mut u64;

impl Times {
    /// The sums that are kept for each process. That of calls which were not timed stands for those that
    /// were.
    pub(super) const SUMS: &[(Number, Sum)] = &[
        (Number::Calls, |times| &mut times.calls),
        (Number::Untimed, |times| &mut times.timed),
        (Number::Errors, |times| &mut times.errors),
        (Number::Closed, |times| &mut times.closed),
        (Number::Resumes, |times| &mut times.resumes),
        (Number::Sum, |times| &mut times.sum),
        (Number::Total, |times| &mut times.total),
        (Number::Own, |times| &mut times.own),
        (Number::Waiting, |times| &mut times.waiting),
    ];

    /// From these sums.
    pub(super) fn of_sums(read: impl Fn(Number) -> u64) -> Self {
        let mut times = Self::default();
        for (number, field) in Self::SUMS {
            *field(&mut times) = read(*number);
        }
        // So far it is the number of the others.
        times.timed = times.calls.saturating_sub(times.timed);
        times
    }

    /// Sums that are all the same, and neither extremes nor a histogram.
    #[must_use]
    pub fn of_equal_sums(sum: u64) -> Self {
        let mut times = Self::default();
        for (_, field) in Self::SUMS {
            *field(&mut times) = sum;
        }
        times
    }

    /// Adds the times of other calls.
    pub fn add(&mut self, other: &Self) {
        if other.calls == 0 {
            return;
        }
        let mut sums = other.sums();
        for (_, field) in Self::SUMS {
            *field(self) = field(self).saturating_add(*field(&mut sums));
        }
        self.shortest = self.shortest.into_iter().chain(other.shortest).min();
        self.longest = self.longest.max(other.longest);
        self.histogram.add(&other.histogram);
    }

    /// The times of calls that ended since an earlier moment; the extremes are those of all.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let (mut since, mut sums) = (self.sums(), before.sums());
        for (_, field) in Self::SUMS {
            *field(&mut since) = field(&mut since).saturating_sub(*field(&mut sums));
        }
        since.histogram = self.histogram.since(&before.histogram);
        since
    }

    /// Without the histogram.
    fn sums(&self) -> Self {
        Self {
            histogram: Histogram::default(),
            ..*self
        }
    }

    /// The ticks of the mean; none without calls.
    #[must_use]
    pub fn mean(&self) -> Option<u64> {
        self.sum.checked_div(self.timed)
    }

    /// The ticks that they ran.
    #[must_use]
    pub fn active(&self) -> u64 {
        self.sum.saturating_sub(self.waiting)
    }

    /// The ticks that the given share of calls does not exceed; within 3 %, and never beyond the extremes.
    #[must_use]
    pub fn percentile(&self, share: f64) -> Option<u64> {
        let found = self.histogram.percentile(share)?;
        let (shortest, longest) = self.shortest.zip(self.longest).unwrap_or((0, u64::MAX));
        Some(found.max(shortest).min(longest))
    }

    /// The shortest and the longest; none without calls.
    #[must_use]
    pub fn extremes(&self) -> Option<(Duration, Duration)> {
        let (shortest, longest) = self.shortest.zip(self.longest)?;
        Some((Self::time_of(shortest), Self::time_of(longest)))
    }

    /// The numbers of calls in `columns` ranges of equal ratio between two times; what is outside counts
    /// in the first or last one.
    #[must_use]
    pub fn spread(&self, from: Duration, to: Duration, columns: usize) -> Vec<u64> {
        let length = TickLength::now();
        let (from, to) = (length.ticks_of(from), length.ticks_of(to));
        self.histogram.spread(from, to, columns)
    }

    /// A number of ticks as a time.
    #[must_use]
    pub fn time_of(ticks: u64) -> Duration {
        TickLength::now().time_of(ticks)
    }
}
