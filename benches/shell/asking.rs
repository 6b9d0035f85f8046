//! From a command's line to the end of its answer, as a script sees it.

use std::time::Instant;

use super::{Effort, Size, milliseconds_since};
use crate::common::{Conversation, instrsh};
use crate::frame::{Process, Times};

const LISTING: &str = "ls --limit 30";
/// `stats` waits so long on purpose, to tell rates.
const SAMPLE: f64 = 250.0;

/// What one target has shown. Times are in milliseconds.
pub(super) struct Asked {
    /// The first `ls`, before which nothing is known.
    pub(super) first_listing: f64,
    /// As many rows as a screen has.
    pub(super) listing: Times,
    /// All rows.
    pub(super) whole_listing: Times,
    /// Without what it waits for on purpose.
    pub(super) statistics: Times,
    pub(super) longest_hold: f64,
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
    let longest_hold = longest_hold(&shell.ask("stats --json")[0]);
    shell.finish();
    Asked {
        first_listing,
        listing,
        whole_listing,
        statistics,
        longest_hold,
        bytes_a_callable: size.bytes_a_callable(before, after),
    }
}

/// The milliseconds that an answer of `stats --json` tells.
pub(super) fn longest_hold(answer: &str) -> f64 {
    let answer: serde_json::Value = serde_json::from_str(answer).expect("JSON");
    let seconds = answer["longest_hold_s"].as_f64();
    seconds.expect("the longest hold") * 1e3
}
