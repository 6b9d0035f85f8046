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

/// One benchmark: what it is called in `cargo bench -- NAME`, and how it is run.
pub(crate) struct Benchmark {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) run: fn(Length) -> Report,
}

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// As much as makes a ratio reliable.
    Full,
    /// As much as shows that it runs.
    Shortened,
}

impl Length {
    /// What is measured in full, or in the shortened form.
    pub(crate) fn pick<T>(self, full: T, shortened: T) -> T {
        match self {
            Self::Full => full,
            Self::Shortened => shortened,
        }
    }
}
