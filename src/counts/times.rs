//! The time of one call that has ended, and the times of many, as data.

use super::clock::TickLength;
use super::histogram::Histogram;

/// A call that has ended, in ticks.
#[derive(Debug, Clone, Copy)]
pub struct EndedCall {
    /// From its start to its end; negative if the clock went backwards.
    pub duration: i64,
    /// The part of it between a `yield` or `await` and its return.
    pub waiting: u64,
    /// Without waiting, and without timed callees.
    pub own: u64,
    /// How often it was resumed.
    pub resumes: u64,
    /// Whether it is not within a call of the same callable.
    pub is_outermost: bool,
    /// How it ended.
    pub end: End,
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
#[derive(Debug, Clone, PartialEq)]
pub struct Times {
    /// Calls that have ended.
    pub calls: u64,
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
    /// How long a tick is.
    pub tick: TickLength,
}
