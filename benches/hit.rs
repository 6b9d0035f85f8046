//! The cost of a hit: calls of an empty and of a small function, counted by instrsh, by its peers
//! and by the limit in C, side by side in one process.

use crate::frame::{Benchmark, Length, Modules, Report, Samples, Subject, Unit};

pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "hit",
    summary: "what counting adds to a call",
    run,
};

/// The cases of `programs/hit.py`, with their titles.
const TITLES: [(&str, &str); 13] = [
    ("never", "not counted"),
    ("control", "the same once more: what is noise"),
    ("patched", "instrsh"),
    ("limit", "the limit in C, same bytecode"),
    ("monitoring_c", "sys.monitoring, callback in C"),
    ("slipcover", "slipcover's probe"),
    ("bytecode", "bytecode, hook in Python"),
    ("ddtrace", "ddtrace inject_hook, hook in Python"),
    ("wrapper", "wrapper in Python"),
    ("monitoring", "sys.monitoring, callback in Python"),
    ("setprofile", "sys.setprofile"),
    ("settrace", "sys.settrace"),
    ("wrapt", "wrapt"),
];

/// The case that a hit is compared with, its title, and the goal.
const GOALS: [(&str, &str, f64); 3] = [
    ("limit", "the limit in C", 1.3),
    (
        "monitoring_c",
        "sys.monitoring with a callback in C",
        1.0 / 2.0,
    ),
    ("ddtrace", "ddtrace's injected hook in Python", 1.0 / 12.0),
];

fn run(length: Length) -> Report {
    let modules = Modules::prepare();
    let mut report = Report {
        absent: modules.absent.clone(),
        ..Report::default()
    };
    for (article, shape) in [("an", "empty"), ("a", "small")] {
        let samples = measure(shape, length, &modules);
        for (way, reason) in &samples.absent {
            let title = TITLES.iter().find(|(name, _)| name == way);
            let title = title.map_or(way.as_str(), |(_, title)| title);
            report.absent(title, reason);
        }
        for (way, title, goal) in GOALS {
            let what = format!("a hit, {shape} function, against {title}");
            if let (Some(hit), Some(other)) = (samples.added("patched"), samples.added(way)) {
                report.figure(what, hit / other, Unit::Times, goal);
            }
        }
        let mut table = samples.table_of_added(&TITLES);
        table.title = format!("{article} {shape} function, {}", table.title);
        report.tables.push(table);
    }
    report
}

/// Measures functions of this shape, after checking that each hit is counted.
fn measure(shape: &str, length: Length, modules: &Modules) -> Samples {
    let (sets, rounds) = length.pick((20, "200"), (2, "2"));
    let arguments = ["count", shape, &sets.to_string(), rounds];
    let mut subject = Subject::start("hit.py", &modules.behind(&arguments));
    let patch = "patch __main__:patched_* __main__:limit_*";
    subject.when("ready to be patched", patch);
    let exact = format!("expect hits(__main__:patched_*) == {}", sets * 100);
    subject.when("ready to be counted", &exact);
    let (results, _folder) = subject.results();
    Samples::read(&results)
}
