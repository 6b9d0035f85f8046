//! From a command line to the end of its answer, as a script sees it.

use std::time::Instant;

use super::{Effort, Size, milliseconds_since};
use crate::common::{Conversation, instrsh};
use crate::frame::{Process, Times};

const LISTING: &str = "ls --limit 30";
/// `stats` waits this long on purpose, in milliseconds, to measure rates.
const SAMPLE: f64 = 250.0;

/// The results of one program. Times are in milliseconds.
pub(super) struct Asked {
    /// The first `ls`, for which nothing was read before.
    pub(super) first_listing: f64,
    /// As many rows as a screen has.
    pub(super) listing: Times,
    /// All rows.
    pub(super) whole_listing: Times,
    /// Without the wait on purpose.
    pub(super) statistics: Times,
    pub(super) held: Held,
    pub(super) bytes_a_callable: f64,
}

pub(super) fn measure(size: &Size, effort: Effort) -> Asked {
    let mut shell = Conversation::with(instrsh().args(size.arguments()));
    shell.error_with(&size.ready());
    let process = Process::of_shell();
    let before = process.resident_bytes();
    let mut ask = |line| {
        let start = Instant::now();
        shell.ask(line);
        milliseconds_since(start)
    };
    let first_listing = ask(LISTING);
    let listing = Times::of(effort.rounds, effort.patience, || ask(LISTING));
    let whole_listing = Times::of(effort.rounds, effort.patience / 4, || ask("ls"));
    let statistics = Times::of(effort.rounds, effort.patience, || ask("stats") - SAMPLE);
    let after = process.resident_bytes();
    let held = Held::told_by(&shell.ask("stats --json")[0]);
    shell.finish();
    Asked {
        first_listing,
        listing,
        whole_listing,
        statistics,
        held,
        bytes_a_callable: size.bytes_a_callable(before, after),
    }
}

/// How many milliseconds the GIL was held at a time. The longest depends on the kernel: it is elapsed
/// time, and includes waiting for other processes that use the processor.
#[derive(Clone, Copy)]
pub(super) struct Held {
    /// The 99th percentile.
    pub(super) most: f64,
    pub(super) longest: f64,
}

impl Held {
    /// Reads an answer of `stats --json`.
    pub(super) fn told_by(answer: &str) -> Self {
        let answer: serde_json::Value = serde_json::from_str(answer).expect("JSON");
        let milliseconds = |key: &str| answer[key].as_f64().expect("seconds") * 1e3;
        Self {
            most: milliseconds("p99_hold_s"),
            longest: milliseconds("longest_hold_s"),
        }
    }

    /// The larger value of each.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            most: self.most.max(other.most),
            longest: self.longest.max(other.longest),
        }
    }
}
