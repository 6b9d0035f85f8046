//! Shared by the benchmarks: programs that measure themselves, their measurements, and reports.

mod limit;
mod modules;
mod process;
mod record;
mod report;
mod rounds;
mod samples;
mod subject;

pub(crate) use modules::Modules;
pub(crate) use process::Process;
pub(crate) use record::Record;
pub(crate) use report::{Report, Table, Unit};
pub(crate) use rounds::{Rounds, time_behind};
pub(crate) use samples::{Samples, Times, median};
pub(crate) use subject::Subject;

/// One benchmark: its name in `cargo bench -- NAME`, and the function that runs it.
pub(crate) struct Benchmark {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) run: fn(Length) -> Report,
}

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// Enough for reliable ratios.
    Full,
    /// Enough to show that it runs.
    Shortened,
}

impl Length {
    /// The value for the full or the shortened form.
    pub(crate) fn pick<T>(self, full: T, shortened: T) -> T {
        match self {
            Self::Full => full,
            Self::Shortened => shortened,
        }
    }
}
