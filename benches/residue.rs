//! Whether a function stays slower after a patch: calls of functions that were never patched, are
//! patched, or were patched, timed in the program itself.

use crate::frame::{Benchmark, Length, Report, Samples, Subject, Unit};

pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "residue",
    summary: "a call after `unpatch` against one of a function that was never patched",
    run,
};

/// The cases of `programs/residue.py`, with their titles.
const TITLES: [(&str, &str); 5] = [
    ("never", "never patched"),
    ("control", "the same once more: what is noise"),
    ("patched", "patched"),
    ("undone", "patched and unpatched"),
    ("by_hand", "code replaced and put back in Python alone"),
];

fn run(length: Length) -> Report {
    let (sets, rounds) = length.pick(("50", "200"), ("2", "2"));
    let mut subject = Subject::start("residue.py", &[sets, rounds]);
    let patch = "patch __main__:patched_* __main__:undone_*";
    subject.when("ready to be patched", patch);
    subject.when("ready to be unpatched", "unpatch __main__:undone_*");
    let (results, _folder) = subject.results();
    let samples = Samples::read(&results);
    let mut report = Report::default();
    report.figure(
        "a call after `unpatch`, against never patched",
        samples.ratio("undone", "never"),
        Unit::Times,
        1.01,
    );
    report.tables.push(samples.table(&TITLES));
    report
}
