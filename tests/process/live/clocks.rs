//! What is recorded of calls agrees with what the program itself counts and reads from the clock, while
//! recorders come and go and threads take the GIL from each other: see `programs/storm/clocked.py`. Both clocks are
//! tried.

use std::collections::HashMap;
use std::fs;

use serde_json::Value;

use super::storm::{says, time};
use crate::common::{Conversation, instrsh, named_pipe, program};

/// What the shell does in a round. Only the last two functions are never timed.
const CHANGES: [&str; 7] = [
    "time clocked:[a-e]* clocked:[g-z]*; errors clocked:failing_*",
    "unpatch clocked:[n-s]*",
    "patch clocked:*ing clocked:napping",
    "time clocked:spinning clocked:napping clocked:stepping",
    "ls clocked",
    "unpatch clocked:[a-r]*",
    "unpatch --all",
];
/// Those whose readings of the clock are compared.
const TIMED: [&str; 7] = [
    "spinning",
    "napping",
    "recursive",
    "raising",
    "handling",
    "stepping",
    "awaiting",
];
/// Ours is not the program's clock: they may differ by so much, and each mean is a whole nanosecond.
const CLOCK_ERROR: f64 = 0.001;
const NANOSECOND: f64 = 1e-9;

#[test]
fn times_lie_between_those_that_the_program_reads_within_and_around() {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let has_counter = ["constant_tsc", "nonstop_tsc"].map(|flag| cpu.contains(flag)) == [true; 2];
    let counter = if has_counter { "counter" } else { "system" };
    for (variable, clock) in [("counter", counter), ("system", "system")] {
        assert_eq!(with_clock(variable), clock);
    }
}

/// Times with the clock that the variable chooses; returns the one that was used.
fn with_clock(variable: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let (pipe, report) = (named_pipe(folder.path()), folder.path().join("report"));
    let program = program("storm/clocks.py");
    let mut command = instrsh();
    command.env("INSTRSH_CLOCK", variable);
    let mut shell = Conversation::with(command.arg(program).args([&pipe, &report]));
    shell = says("ready", shell);
    let start = std::time::Instant::now();
    while start.elapsed() < time() {
        for change in CHANGES {
            shell.ask(&format!("{change}; sleep 20ms"));
        }
    }
    fs::write(&pipe, "over").expect("the program reads");
    shell = says("quiet", shell);
    shell.ask("patch clocked:*");
    fs::write(&pipe, "counting").expect("the program reads");
    shell = says("noted", shell);
    let sites = sites(&mut shell);
    shell.ask("unpatch --all");
    fs::write(&pipe, "report").expect("the program reads");
    assert_eq!(
        shell.ask("wait"),
        ["the program has ended with status 0".to_owned()]
    );
    let recorded = rows(&mut shell, "ls clocked:* --json", "rows");
    let statistics = shell.ask("stats clocked:* --json").concat();
    let statistics: Value = serde_json::from_str(&statistics).expect("JSON");
    let (status, _, errors) = shell.finish();
    assert!(status.success() && errors.is_empty(), "{errors:?}");
    let report = fs::read_to_string(report).expect("a report");
    let own = report
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let own: Vec<Value> = own.collect();
    for own in &own {
        let path = own["path"].as_str().expect("a path");
        counts_are_equal(path, own, &recorded[path], sites.get(path).copied());
        if TIMED.iter().any(|name| path == format!("clocked:{name}")) {
            times_are_between(path, own, &recorded[path]);
        }
    }
    assert_eq!(own.len(), TIMED.len() + 3);
    statistics["clock"].as_str().expect("a clock").to_owned()
}

/// The errors by type and line of each callable, added up.
fn sites(shell: &mut Conversation) -> HashMap<String, u64> {
    shell.ask("errors clocked:*");
    let rows = rows(shell, "errors clocked:* --top 0 --json", "callables");
    let of = |row: &Value| {
        let sites = row["sites"].as_array().expect("sites").iter();
        sites.map(|site| count(site, "errors")).sum()
    };
    rows.iter()
        .map(|(path, row)| (path.clone(), of(row)))
        .collect()
}

/// The rows of an answer, by path.
fn rows(shell: &mut Conversation, command: &str, key: &str) -> HashMap<String, Value> {
    let answer: Value = serde_json::from_str(&shell.ask(command).concat()).expect("JSON");
    let rows = answer[key].as_array().expect("rows").iter();
    rows.map(|row| {
        (
            row["path"].as_str().expect("a path").to_owned(),
            row.clone(),
        )
    })
    .collect()
}

fn count(row: &Value, key: &str) -> u64 {
    row[key]
        .as_u64()
        .unwrap_or_else(|| panic!("{key} of {row}"))
}

fn counts_are_equal(path: &str, own: &Value, recorded: &Value, sites: Option<u64>) {
    let hits = count(recorded, "hits");
    assert_eq!(hits, count(own, "hits"), "hits of {path}");
    let ended = count(recorded, "ended");
    assert_eq!(ended, count(own, "calls"), "calls of {path} that ended");
    let errors = count(recorded, "errors");
    assert_eq!(errors, count(own, "errors"), "errors of {path}");
    assert_eq!(sites.unwrap_or(0), errors, "errors of {path} by line");
}

fn times_are_between(path: &str, own: &Value, recorded: &Value) {
    let calls = count(own, "calls");
    assert!(calls > 0, "{path} was never timed");
    let seconds = |nanoseconds: u64| std::time::Duration::from_nanos(nanoseconds).as_secs_f64();
    let own = |key: &str| seconds(count(own, key));
    #[expect(clippy::cast_precision_loss, reason = "a few thousand calls")]
    let calls = calls as f64;
    let sum = recorded["mean_s"].as_f64().expect("a mean") * calls;
    let error = own("around") * CLOCK_ERROR + calls * NANOSECOND;
    let (least, most) = (own("within"), own("around"));
    assert!(
        (least - error..=most + error).contains(&sum),
        "{path}: {sum} s, not within {least} … {most}"
    );
    let waiting = recorded["waiting_s"].as_f64().unwrap_or(0.0);
    let (least, most) = (own("waiting_around"), own("waiting_within"));
    assert!(
        (least - error..=most + error).contains(&waiting),
        "{path} waits {waiting} s, not within {least} … {most}"
    );
    println!(
        "{path}: {calls} calls, {sum:.6} s, within {:.6} … {:.6} s",
        own("within"),
        own("around")
    );
}
