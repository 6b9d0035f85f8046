//! The numbers that are kept of the calls of one callable, each in a row of [`super::sheets`].

/// What is recorded of calls that have ended; the first eight, which each call writes, are one cache line.
#[derive(Clone, Copy)]
pub(super) enum Number {
    Calls,
    /// From the start to the end of each call.
    Sum,
    /// The same of those that are not within a call of the same callable.
    Total,
    /// Without waiting, and without timed callees.
    Own,
    Longest,
    /// Counted down from the largest number, so that zero means none.
    Shortest,
    /// Between a `yield` or `await` and its return.
    Waiting,
    Resumes,
    Errors,
    /// Neither returned nor raised.
    Closed,
    /// Times that seemed negative, since the clocks of processors differed.
    Backwards,
    /// Calls of which only the end was recorded.
    Untimed,
    /// Timed calls of which nothing else was recorded, because they took too little time.
    Skipped,
}

/// All of them.
pub(super) const NUMBERS: usize = Number::Skipped as usize + 1;
