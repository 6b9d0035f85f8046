//! The cost of timing: of a call, of a `yield`, and of a call that raises, by instrsh, by its peers and
//! by two readings of the clock in C, side by side in one process.

use crate::frame::{Benchmark, Length, Modules, Report, Samples, Subject, Unit};

pub(crate) const TIME: Benchmark = Benchmark {
    name: "time",
    summary: "what timing adds to a call",
    run: time,
};

pub(crate) const YIELD: Benchmark = Benchmark {
    name: "yield",
    summary: "what timing adds to a `yield`",
    run: yields,
};

pub(crate) const RAISE: Benchmark = Benchmark {
    name: "raise",
    summary: "what timing adds to a call that raises",
    run: raise,
};

/// The cases of `programs/hit.py`, with their titles.
const TITLES: [(&str, &str); 12] = [
    ("never", "not timed"),
    ("control", "the same once more: what is noise"),
    ("patched", "instrsh: counted"),
    ("timed", "instrsh: timed"),
    ("limit", "counted by the limit in C, same bytecode"),
    ("clock", "the same, and two readings of the clock"),
    ("floor", "two readings of the clock and two hits in C"),
    ("monitoring_c", "sys.monitoring, callbacks in C"),
    ("cprofile", "cProfile"),
    ("tprof", "tprof"),
    ("wrapper", "wrapper in Python, perf_counter_ns"),
    ("ddtrace", "ddtrace WrappingContext, perf_counter_ns"),
];

/// Since this version `sys.monitoring` costs less.
const CHEAPER_MONITORING: &str = "3.14";

fn time(length: Length) -> Report {
    let modules = Modules::prepare();
    let mut report = Report {
        absent: modules.absent.clone(),
        ..Report::default()
    };
    let is_cheaper = *crate::common::python_minor_version() >= *CHEAPER_MONITORING;
    let monitoring = if is_cheaper { 0.9 } else { 2.0 / 3.0 };
    let goals = [
        (
            "monitoring_c",
            "sys.monitoring with callbacks in C",
            monitoring,
        ),
        ("wrapper", "a wrapper in Python", 1.0 / 5.0),
        ("ddtrace", "ddtrace's WrappingContext", 1.0 / 100.0),
    ];
    for (article, shape) in [("an", "empty"), ("a", "small")] {
        let what = format!("{article} {shape} function");
        let samples = measure(shape, &what, length, &modules, &mut report);
        let Some(timed) = samples.added("timed") else {
            continue;
        };
        let added = ["patched", "clock", "limit"].map(|case| samples.added(case));
        if let [Some(counted), Some(clock), Some(limit)] = added {
            let what = format!("timing {what}, without two readings of the clock, against a hit");
            let ratio = (timed - (clock - limit)) / counted;
            report.figure(what, ratio, Unit::Times, 2.0);
        }
        for (way, title, goal) in goals {
            if let Some(other) = samples.added(way) {
                let what = format!("timing {what} against {title}");
                report.figure(what, timed / other, Unit::Times, goal);
            }
        }
    }
    report
}

fn yields(length: Length) -> Report {
    let modules = Modules::prepare();
    let mut report = Report {
        absent: modules.absent.clone(),
        ..Report::default()
    };
    let samples = measure("yielding", "a `yield`", length, &modules, &mut report);
    if let (Some(timed), Some(floor)) = (samples.added("timed"), samples.added("floor")) {
        let what = "a `yield` that is timed, against two readings of the clock and two hits in C";
        report.figure(what, timed / floor, Unit::Times, 1.0);
    }
    report
}

/// A table without a goal: how long a call takes is measured when it raises, too, and its error is kept.
fn raise(length: Length) -> Report {
    let modules = Modules::prepare();
    let mut report = Report {
        absent: modules.absent.clone(),
        ..Report::default()
    };
    let what = "a function that raises";
    measure("raising", what, length, &modules, &mut report);
    report
}

/// Measures functions of this shape, after checking that each call is recorded.
fn measure(
    shape: &str,
    what: &str,
    length: Length,
    modules: &Modules,
    report: &mut Report,
) -> Samples {
    let (sets, rounds) = length.pick((10, "100"), (1, "2"));
    let arguments = ["time", shape, &sets.to_string(), rounds];
    let mut subject = Subject::start("hit.py", &modules.behind(&arguments));
    // Those of the limit in C are counted first, since it takes the place of the hook.
    let (of_limit, calls) = match shape {
        "yielding" => ("", sets),
        _ => ("__main__:limit_* __main__:clock_*", sets * 100),
    };
    let patch = format!("patch __main__:patched_* {of_limit}; time __main__:timed_*");
    subject.when("ready to be patched", &patch);
    let errors = if shape == "raising" { calls } else { 0 };
    let exact = format!(
        "expect hits(__main__:patched_*) == {calls}; expect hits(__main__:timed_*) == {calls}; \
        expect ended(__main__:timed_*) == {calls}; expect errors(__main__:timed_*) == {errors}"
    );
    subject.when("ready to be counted", &exact);
    let (results, _folder) = subject.results();
    let samples = Samples::read(&results);
    for (way, reason) in &samples.absent {
        let title = TITLES.iter().find(|(name, _)| name == way);
        report.absent(title.map_or(way.as_str(), |(_, title)| title), reason);
    }
    let mut table = samples.table_of_added(&TITLES);
    table.title = format!("{what}, {}", table.title);
    report.tables.push(table);
    samples
}
