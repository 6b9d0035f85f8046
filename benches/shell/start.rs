//! How much longer than `python` the shell takes to start and to leave.

use std::process::{Command, Stdio};
use std::time::Instant;

use super::{Effort, milliseconds_since};
use crate::common::instrsh;
use crate::frame::{Report, Table, Times, Unit};

/// Starting is cheap and its times vary much.
const ROUNDS: usize = 4;

pub(super) fn measure(effort: Effort, report: &mut Report) {
    let take = |command: &mut Command| {
        let start = Instant::now();
        let status = command.stdout(Stdio::null()).status();
        assert!(status.expect("it starts").success());
        milliseconds_since(start)
    };
    let mut plain = Command::new(env!("INSTRSH_PYTHON"));
    plain.args(["-c", "pass"]);
    let mut shell = instrsh();
    shell.args(["-c", "exit"]);
    let rounds = effort.rounds * ROUNDS;
    let mut of_plain = Vec::with_capacity(rounds);
    let of_shell = Times::of(rounds, effort.patience, || {
        of_plain.push(take(&mut plain));
        take(&mut shell)
    });
    let of_plain = Times::from(of_plain);
    let ratio = of_shell.median() / of_plain.median();
    let row = |title: &str, times: &Times| {
        let numbers = [times.least(), times.median(), times.worst()];
        (title.to_owned(), numbers.map(Some).to_vec())
    };
    report.figure("start, against `python -c pass`", ratio, Unit::Times, 1.5);
    report.tables.push(Table {
        title: "milliseconds from start to end".to_owned(),
        columns: ["least", "median", "worst"].map(str::to_owned).to_vec(),
        rows: vec![
            row("`python -c pass`", &of_plain),
            row("`instrsh -c exit`", &of_shell),
        ],
    });
}
