//! The cost of working with the shell, by the size of the program: answers, Tab, a frame of
//! `watch`, memory; and how much longer than `python` it takes to start.

#[path = "shell/asking.rs"]
mod asking;
#[path = "shell/start.rs"]
mod start;
#[path = "shell/typing.rs"]
mod typing;

use std::time::{Duration, Instant};

use crate::frame::{Benchmark, Length, Report, Table, Unit};
use asking::Asked;
use typing::Typed;

pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "shell",
    summary: "the shell itself: start, `ls`, Tab, a frame of `watch`, `stats`, memory",
    run,
};

/// A program made by `programs/large.py`.
struct Size {
    title: &'static str,
    modules: usize,
    /// The number in each module.
    functions: usize,
    /// The number of threads that call functions without a pause.
    busy_threads: usize,
}

const fn size(title: &'static str, modules: usize, functions: usize, busy_threads: usize) -> Size {
    Size {
        title,
        modules,
        functions,
        busy_threads,
    }
}

/// The size that the goals apply to.
const LARGE: Size = size("100,000 callables", 1_000, 100, 0);
const FULL: [Size; 5] = [
    size("100 callables", 1, 100, 0),
    size("10,000 callables", 100, 100, 0),
    LARGE,
    size("100,000, a busy thread", 1_000, 100, 1),
    size("100, 64 busy threads", 1, 100, 64),
];
/// Without busy threads, beside which even a few rounds take long.
const SHORTENED: [Size; 1] = [size("10,000 callables", 100, 100, 0)];

/// The number of rounds of each measurement, and its maximum duration.
#[derive(Clone, Copy)]
struct Effort {
    rounds: usize,
    patience: Duration,
}

fn run(length: Length) -> Report {
    let effort = length.pick(
        Effort {
            rounds: 50,
            patience: Duration::from_secs(20),
        },
        Effort {
            rounds: 2,
            patience: Duration::from_secs(1),
        },
    );
    let sizes = length.pick(&FULL[..], &SHORTENED);
    let mut report = Report::default();
    start::measure(effort, &mut report);
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    for size in sizes {
        let asked = asking::measure(size, effort);
        let typed = typing::measure(size, effort);
        if size.title == LARGE.title {
            hold_against_goals(size, &asked, &typed, &mut report);
        }
        let held = asked.held.or(typed.held);
        let row = [
            asked.first_listing,
            asked.listing.median(),
            asked.listing.worst(),
            asked.whole_listing.median(),
            typed.tab.median(),
            typed.tab.worst(),
            typed.frame.median(),
            typed.frame.worst(),
            asked.statistics.median(),
            held.most,
            held.longest,
        ];
        times.push((size.title.to_owned(), row.map(Some).to_vec()));
        let row = [asked.bytes_a_callable, typed.bytes_a_callable];
        memory.push((size.title.to_owned(), row.map(Some).to_vec()));
    }
    let columns = [
        "first `ls`",
        "`ls`",
        "worst",
        "all rows",
        "Tab",
        "worst",
        "frame",
        "worst",
        "`stats`",
        "held, p99",
        "longest",
    ];
    report.tables.push(Table {
        title: "milliseconds, medians".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: times,
    });
    report.tables.push(Table {
        title: "bytes of memory for a callable".to_owned(),
        columns: ["`ls`", "Tab and `watch`"].map(str::to_owned).to_vec(),
        rows: memory,
    });
    report
}

fn hold_against_goals(size: &Size, asked: &Asked, typed: &Typed, report: &mut Report) {
    for (what, milliseconds, at_most) in [
        ("`ls`", asked.listing.median(), 50.0),
        ("Tab", typed.tab.median(), 50.0),
        ("a frame of `watch`", typed.frame.median(), 50.0),
        (
            "the target held in one piece, p99",
            asked.held.or(typed.held).most,
            0.5,
        ),
    ] {
        let what = format!("{what}, with {}", size.title);
        report.figure(what, milliseconds, Unit::Milliseconds, at_most);
    }
}

impl Size {
    /// The arguments of `instrsh`.
    fn arguments(&self) -> [String; 4] {
        let program = crate::common::project().join("benches/programs/large.py");
        [
            program.to_string_lossy().into_owned(),
            self.modules.to_string(),
            self.functions.to_string(),
            self.busy_threads.to_string(),
        ]
    }

    /// What the program prints when it is ready.
    fn ready(&self) -> String {
        format!("{} functions in {} modules", self.callables(), self.modules)
    }

    fn callables(&self) -> usize {
        self.modules * self.functions
    }

    #[expect(clippy::cast_precision_loss, reason = "some thousand callables")]
    fn bytes_a_callable(&self, before: f64, after: f64) -> f64 {
        (after - before).max(0.0) / self.callables() as f64
    }
}

/// The milliseconds since then.
fn milliseconds_since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}
