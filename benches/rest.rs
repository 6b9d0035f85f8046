//! The cost of a patch for the rest of the program: a thousand functions, one of them counted.

use crate::frame::{Benchmark, Length, Modules, Report, Samples, Subject, Unit};

pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "rest",
    summary: "a program of 1,000 functions with one patched against none",
    run,
};

/// The cases of `programs/rest.py`, with their titles.
const TITLES: [(&str, &str); 8] = [
    ("none", "none counted"),
    ("control", "the same once more: what is noise"),
    ("patched", "one patched by instrsh"),
    ("monitoring_c", "one by sys.monitoring, callback in C"),
    ("bytecode", "one by bytecode, hook in Python"),
    ("ddtrace", "one by ddtrace inject_hook"),
    ("setprofile", "one by sys.setprofile"),
    ("settrace", "one by sys.settrace"),
];

fn run(length: Length) -> Report {
    let (programs, times, rounds) = length.pick(("10", 40, "10"), ("1", 2, "2"));
    let modules = Modules::prepare();
    let arguments = [programs, &times.to_string(), rounds];
    let mut subject = Subject::start("rest.py", &modules.behind(&arguments));
    for _ in 0..times {
        subject.when("ready to be patched", "patch __main__:rest_*_00500");
        subject.when("ready to be unpatched", "unpatch --all");
    }
    let (results, _folder) = subject.results();
    let samples = Samples::read(&results);
    let mut report = Report::default();
    for (way, reason) in &samples.absent {
        report.absent(way, reason);
    }
    let what = "a program of 1,000 functions, one of them patched, against none";
    let ratio = samples.ratio_of_medians("patched", "none");
    report.figure(what, ratio, Unit::Times, 1.01);
    report.tables.push(samples.table(&TITLES));
    report
}
