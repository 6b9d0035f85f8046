//! Measures instrsh against its peers and its goals.
//!
//! `cargo bench` measures everything, `cargo bench -- NAME...` a part; `cargo test --benches` is a
//! short form that shows that everything runs. See `benches/README.md`.

#![expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]

#[path = "../tests/common/mod.rs"]
mod common;
mod crowd;
mod everything;
mod frame;
mod hit;
mod patching;
#[path = "../tests/terminal/person.rs"]
#[allow(
    dead_code,
    reason = "a benchmark does less at a terminal than the tests"
)]
mod person;
mod residue;
mod rest;
mod scale;
#[path = "../tests/terminal/screen.rs"]
#[allow(dead_code, reason = "and sees less of it")]
mod screen;
mod shell;
mod stall;
mod timed;

use frame::{Benchmark, Length, Record};

/// In the order in which they run.
const BENCHMARKS: [Benchmark; 12] = [
    hit::BENCHMARK,
    timed::TIME,
    timed::YIELD,
    timed::RAISE,
    everything::BENCHMARK,
    crowd::BENCHMARK,
    rest::BENCHMARK,
    residue::BENCHMARK,
    patching::BENCHMARK,
    stall::BENCHMARK,
    scale::BENCHMARK,
    shell::BENCHMARK,
];

fn main() {
    // Cargo passes `--bench` when it measures.
    let (options, names): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with('-'));
    let length = if options.iter().any(|option| option == "--bench") {
        Length::Full
    } else {
        Length::Shortened
    };
    for name in &names {
        let is_known = BENCHMARKS.iter().any(|it| it.name == name);
        assert!(is_known, "no benchmark `{name}`: {}", list());
    }
    let mut record = Record::new(length);
    println!("{record}");
    for benchmark in &BENCHMARKS {
        if names.is_empty() || names.iter().any(|name| name == benchmark.name) {
            println!("== {}: {}\n", benchmark.name, benchmark.summary);
            let report = (benchmark.run)(length);
            println!("{report}");
            record.keep(benchmark.name, report);
        }
    }
    println!("{}", record.goals());
}

fn list() -> String {
    BENCHMARKS.map(|benchmark| benchmark.name).join(", ")
}
