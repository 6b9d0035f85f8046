//! A program of very many functions, and one of many threads: how long the GIL is held while
//! everything is patched or timed, and how much memory that takes.

use std::time::Duration;

use crate::frame::{Benchmark, Length, Report, Rounds, Subject, Table, Unit, time_behind};

pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "scale",
    summary: "a program of 100,000 functions in 1,000 modules, and one of 64 threads",
    run,
};

/// The results of one program.
struct Patched {
    functions: u32,
    /// The time until both halves were patched.
    taken: Duration,
    /// How long the GIL was held at a time: the median, the 99th percentile, the maximum.
    holds: [Duration; 3],
    /// How many bytes the process grew by with each patch of the second half, which reuses memory that
    /// patching the first half used temporarily; and the bytes of its code object.
    grown: f64,
    code_object: f64,
    /// How many bytes more when each function was called for the first time.
    called: f64,
}

impl Patched {
    /// The bytes of a patch beside its code object.
    fn memory(&self) -> f64 {
        self.grown - self.code_object
    }
}

fn run(length: Length) -> Report {
    let many = length.pick(["1000", "100", "0"], ["10", "10", "0"]);
    let large = patch("patch", many);
    let timed = patch("time", many);
    let threads = patch("patch", length.pick(["2", "100", "64"], ["2", "10", "4"]));
    let mut report = Report::default();
    let of = large.functions;
    let held = large.holds[1].as_secs_f64() * 1e3;
    let what = format!("the interpreter held in one piece, {of} functions, p99");
    report.figure(what, held, Unit::Milliseconds, 0.5);
    for (what, bytes, goal) in [
        (
            "memory of a patch beside its code object",
            large.memory(),
            1024.0,
        ),
        (
            "memory that timing needs beyond that of a patch",
            timed.memory() - large.memory(),
            64.0,
        ),
        (
            "memory for the first call of a timed function",
            timed.called,
            8192.0,
        ),
    ] {
        report.figure(what, bytes, Unit::Bytes, goal);
    }
    let columns = [
        "patched", "in, s", "p50, ms", "p99, ms", "max, ms", "bytes", "code", "called",
    ];
    report.tables.push(Table {
        title: "Held in one piece; memory of a patch, of it code object".to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows: vec![
            row("many functions", &large),
            row("many functions, timed", &timed),
            row("many threads", &threads),
        ],
    });
    report
}

/// Runs `command`, which is `patch` or `time`, for all functions.
fn patch(command: &str, sizes: [&str; 3]) -> Patched {
    let mut subject = Subject::start("scale.py", &sizes);
    let halves = [("even", "[02468]"), ("odd", "[13579]")];
    let taken = halves.map(|(which, digits)| {
        let patch = format!("{command} generated_???{digits}:* --limit 0");
        let ready = format!("ready to be patched: {which}");
        subject.timed(&ready, &patch).1
    });
    let unpatch = "stats generated_0000:function_000; unpatch *";
    let told = subject.when("ready to be unpatched", unpatch);
    let held = told.iter().find(|line| line.starts_with("longest hold"));
    let held = held.expect("`stats` tells how long the interpreter was held");
    let holds = ["median", "p99", "hold"].map(|word| time_behind(held, word));
    let (results, _folder) = subject.results();
    let results = Rounds::read(&results);
    let halves = ["even", "odd"].map(|half| results.of(half).next().expect("both are told"));
    let [grown, code_object] = halves[1].numbers[..] else {
        panic!("two numbers: {:?}", halves[1].numbers);
    };
    let called = results.of("called").next().expect("it is told");
    Patched {
        functions: halves.iter().map(|half| half.size).sum(),
        taken: taken.iter().sum(),
        holds,
        grown,
        code_object,
        called: called.numbers[0],
    }
}

fn row(title: &str, patched: &Patched) -> (String, Vec<Option<f64>>) {
    let holds = patched.holds.map(|held| held.as_secs_f64() * 1e3);
    let mut numbers = vec![f64::from(patched.functions), patched.taken.as_secs_f64()];
    numbers.extend(holds);
    numbers.extend([patched.grown, patched.code_object, patched.called]);
    (title.to_owned(), numbers.into_iter().map(Some).collect())
}
