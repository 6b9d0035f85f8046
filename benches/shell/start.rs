//! How much longer than `python` the shell takes to start and to leave; and for comparison, the
//! cost of a program under `python` that imports what the demo needs.

use std::process::{Command, Stdio};
use std::time::Instant;

use super::{Effort, milliseconds_since};
use crate::common::instrsh;
use crate::frame::{Report, Table, Times, Unit};

/// Starting is cheap, and its times vary a lot.
const ROUNDS: usize = 4;
/// A program that does nothing.
const EMPTY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/programs/fidelity/empty.py"
);

pub(super) fn measure(effort: Effort, report: &mut Report) {
    let python = || Command::new(env!("INSTRSH_PYTHON"));
    let mut commands = [
        ("`python -c pass`", with(python(), &["-c", "pass"])),
        (
            "`python -c 'import threading, random, runpy'`",
            with(python(), &["-c", "import threading, random, runpy"]),
        ),
        (
            "`instrsh -c exit`, an empty program",
            with(instrsh(), &["-c", "exit", EMPTY]),
        ),
        ("`instrsh -c exit`", with(instrsh(), &["-c", "exit"])),
    ];
    let mut all = commands.each_ref().map(|_| Vec::new());
    let start = Instant::now();
    for _ in 0..effort.rounds * ROUNDS {
        for ((_, command), times) in commands.iter_mut().zip(&mut all) {
            times.push(taken_by(command));
        }
        if start.elapsed() > effort.patience {
            break;
        }
    }
    let all = all.map(Times::from);
    let [plain, .., demo] = &all;
    let ratio = demo.median() / plain.median();
    report.figure("start, against `python -c pass`", ratio, Unit::Times, 1.5);
    let row = |(title, times): (&str, &Times)| {
        let ratio = times.median() / plain.median();
        let numbers = [times.least(), times.median(), times.worst(), ratio];
        (title.to_owned(), numbers.map(Some).to_vec())
    };
    let titles = commands.iter().map(|(title, _)| *title);
    report.tables.push(Table {
        title: "milliseconds from start to end".to_owned(),
        columns: ["least", "median", "worst", "× `python -c pass`"]
            .map(str::to_owned)
            .to_vec(),
        rows: titles.zip(&all).map(row).collect(),
    });
}

fn with(mut command: Command, arguments: &[&str]) -> Command {
    command.args(arguments).stdout(Stdio::null());
    command
}

fn taken_by(command: &mut Command) -> f64 {
    let start = Instant::now();
    assert!(command.status().expect("it starts").success());
    milliseconds_since(start)
}
