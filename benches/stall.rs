//! How long the GIL is held at a time while very many functions are patched and unpatched, and how
//! much time a busy thread loses to that.

use crate::frame::{
    Benchmark, Length, Modules, Report, Rounds, Subject, Table, Unit, median, time_behind,
};

pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "stall",
    summary: "what a busy thread notices of patching",
    run,
};

/// The cases of `programs/stall.py`, with their titles.
const TITLES: [(&str, &str); 5] = [
    ("nothing", "nothing: what the machine does by itself"),
    ("patched", "instrsh: patch"),
    ("unpatched", "instrsh: unpatch"),
    ("bytecode", "bytecode, on a thread of its own"),
    ("ddtrace", "ddtrace inject_hook, on a thread of its own"),
];

/// The effect on a busy thread in one round. Times are in milliseconds.
struct Noticed {
    lost_percent: f64,
    /// Long times between two readings of the clock, sorted.
    gaps: Vec<f64>,
    all: f64,
}

fn run(length: Length) -> Report {
    let (rounds, functions, of_a_peer) = length.pick((5, 10_000, 1_000), (1, 100, 10));
    let modules = Modules::prepare();
    let arguments = [rounds, functions, of_a_peer].map(|number: u32| number.to_string());
    let arguments = arguments.each_ref().map(String::as_str);
    let mut subject = Subject::start("stall.py", &modules.behind(&arguments));
    let mut holds = Vec::new();
    for _ in 0..rounds {
        let patch = "patch __main__:batch_* --limit 0";
        subject.when("ready to be patched", patch);
        let unpatch = "unpatch __main__:batch_*; stats __main__:batch_0";
        holds = subject.when("ready to be unpatched", unpatch);
    }
    let (results, _folder) = subject.results();
    let results = Rounds::read(&results);
    let mut report = Report {
        absent: [&modules.absent[..], &results.absent].concat(),
        tables: vec![table(&results, functions, of_a_peer)],
        ..Report::default()
    };
    let held = holds.iter().find(|line| line.starts_with("longest hold"));
    let held = held.expect("`stats` tells how long the interpreter was held");
    let milliseconds = |word| time_behind(held, word).as_secs_f64() * 1e3;
    let holds = ["median", "p99", "hold"].map(milliseconds);
    report.tables.push(Table {
        title: "The interpreter was held in one piece".to_owned(),
        columns: ["p50, ms", "p99, ms", "max, ms"].map(str::to_owned).into(),
        rows: vec![(
            "instrsh: all that it did".to_owned(),
            holds.map(Some).to_vec(),
        )],
    });
    let what = format!("the interpreter held in one piece, {functions} functions, p99");
    report.figure(what, holds[1], Unit::Milliseconds, 0.5);
    let nothing = least_lost(&results, "nothing");
    for case in ["patched", "unpatched"] {
        let lost = (least_lost(&results, case) - nothing).max(0.0);
        let what = format!("what a busy thread loses while {functions} functions are {case}");
        report.figure(what, lost, Unit::Percent, 10.0);
    }
    report
}

fn table(results: &Rounds, functions: u32, of_a_peer: u32) -> Table {
    let row = |(case, title): (&str, &str)| {
        let rounds = noticed(results, case);
        let of_rounds = |number: fn(&Noticed) -> f64| {
            let mut numbers: Vec<f64> = rounds.iter().map(number).collect();
            numbers.sort_by(f64::total_cmp);
            (!numbers.is_empty()).then(|| median(&numbers))
        };
        let numbers = [
            of_rounds(|round| median(&round.gaps)),
            of_rounds(|round| round.gaps[round.gaps.len() * 99 / 100]),
            of_rounds(|round| round.gaps[round.gaps.len() - 1]),
            of_rounds(|round| round.lost_percent),
            of_rounds(|round| round.all),
        ];
        (title.to_owned(), numbers.to_vec())
    };
    let columns = ["p50, ms", "p99, ms", "max, ms", "lost, %", "in all, ms"];
    Table {
        title: format!("Gaps of a busy thread; {functions} functions, of peers {of_a_peer}"),
        columns: columns.map(str::to_owned).into(),
        rows: TITLES.into_iter().map(row).collect(),
    }
}

/// The least that the thread lost in a round, in percent.
fn least_lost(results: &Rounds, case: &str) -> f64 {
    let lost = noticed(results, case).into_iter();
    lost.map(|round| round.lost_percent)
        .min_by(f64::total_cmp)
        .unwrap_or_default()
}

fn noticed(results: &Rounds, case: &str) -> Vec<Noticed> {
    let rounds = results.of(case).map(|line| {
        let [lost, gaps @ ..] = &line.numbers[..] else {
            panic!("what was lost, and the gaps");
        };
        let mut gaps: Vec<f64> = gaps.iter().map(|gap| gap / 1e6).collect();
        gaps.sort_by(f64::total_cmp);
        let all = f64::from(line.size) / 1e3;
        Noticed {
            lost_percent: lost / 1e6 / all * 100.0,
            gaps,
            all,
        }
    });
    rounds.collect()
}
