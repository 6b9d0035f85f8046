//! Eight threads run functions of every kind, with signals, interrupts, trace functions and garbage
//! collections in between, while the shell patches and unpatches. At the end each callable has
//! exactly as many hits as its body started on patched code, and as many calls have ended as began on code
//! that knows how calls end, by the program's own count: see `programs/storm/ledger.py`.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::compiled::has_steady_jit;
use crate::common::{Conversation, instrsh, named_pipe, program};

const SECONDS: u64 = 3;
const CALLABLES: usize = 38;

/// What the shell does in a round, with a query after each change. Every pattern that is
/// unpatched was patched in the same round, so that no command may fail.
type Changes = [&'static str];

/// Hits come and go.
const COUNT: &Changes = &[
    "patch functions:*",
    "unpatch functions:[a-m]* functions:Derived.*",
    "patch functions:plain functions:Derived.* functions:to*",
    "unpatch functions:*",
    "patch functions:*ing functions:add_two functions:long functions:Pause.*",
    "unpatch --all",
];
/// What is recorded changes as well, and hits alone are recorded in between.
const TIME: &Changes = &[
    "time functions:*",
    "unpatch functions:[a-m]* functions:Derived.*",
    "patch functions:plain functions:Derived.* functions:to*",
    "time functions:plain functions:Derived.* functions:[a-d]*",
    "unpatch functions:*",
    "errors functions:*ing functions:add_two functions:long functions:Pause.*",
    "time functions:*ing functions:long",
    "unpatch --all",
];
/// As many as share no factor with the changes, so that over the rounds each query follows each change.
const LOOKS: [&str; 7] = [
    "ls functions",
    "dis functions:[a-c]*",
    "verify",
    "sleep 0",
    "watch 50ms --every 50ms functions",
    "ls functions --sort hits --limit 5",
    "dis functions:together functions:long --original",
];

/// What the program reports when everything is quiet.
struct Report {
    starts: Vec<Starts>,
    /// How often each event happened.
    happened: Vec<(u64, String)>,
}

/// How often the body of a code object started.
struct Starts {
    all: u64,
    /// On patched code.
    patched: u64,
    /// On code that knows how calls end.
    timed: u64,
    /// The callables with this code object.
    paths: Vec<String>,
}

/// What was recorded of a callable: its hits, and the calls that have ended.
type Recorded = (u64, u64);

#[test]
fn counts_balance_exactly_while_patches_come_and_go() {
    rage("storm/main.py", COUNT, &mut instrsh());
}

#[test]
fn each_call_ends_once_while_recorders_come_and_go() {
    rage("storm/main.py", TIME, &mut instrsh());
}

#[test]
fn counts_balance_with_those_of_forked_children() {
    rage("storm/forking.py", COUNT, &mut instrsh());
}

#[test]
fn each_call_ends_once_in_forked_children() {
    rage("storm/forking.py", TIME, &mut instrsh());
}

#[test]
fn counts_balance_in_compiled_code() {
    if has_steady_jit() {
        rage("storm/compiled.py", COUNT, instrsh().env("PYTHON_JIT", "1"));
    }
}

#[test]
fn each_call_ends_once_in_compiled_code() {
    if has_steady_jit() {
        rage("storm/compiled.py", TIME, instrsh().env("PYTHON_JIT", "1"));
    }
}

fn rage(script: &str, changes: &Changes, shell: &mut Command) {
    let folder = tempfile::tempdir().expect("a folder");
    let (pipe, report) = (named_pipe(folder.path()), folder.path().join("report"));
    // Since 3.14, compiling `return` in a `finally` block warns.
    shell.arg("--python-option=-Wignore::SyntaxWarning");
    let mut shell = Conversation::with(shell.arg(program(script)).args([&pipe, &report]));
    shell = says("ready", shell);
    let commands = patch_and_unpatch(&mut shell, changes, time());
    fs::write(&pipe, "over").expect("the program reads");
    shell = says("quiet", shell);
    shell.ask("patch functions:*");
    fs::write(&pipe, "counting").expect("the program reads");
    shell = says("noted", shell);
    shell.ask("unpatch --all");
    fs::write(&pipe, "report").expect("the program reads");
    assert_eq!(
        shell.ask("wait; verify"),
        [
            "the program has ended with status 0".to_owned(),
            format!("{CALLABLES} callables exactly as before")
        ]
    );
    let recorded = recorded(&mut shell);
    let (status, _, errors) = shell.finish();
    assert!(status.success() && errors.is_empty(), "{errors:?}");
    Report::read(&report).check(&recorded, changes, commands);
}

/// Waits for a word of the program, which prints nothing else.
pub(super) fn says(word: &str, shell: Conversation) -> Conversation {
    let said = shell.error_with("");
    if said != word {
        let (_, _, errors) = shell.finish();
        panic!("the program said {said:?} and {errors:#?}");
    }
    shell
}

pub(super) fn time() -> Duration {
    let seconds = env::var("LIVE_SECONDS").ok();
    let seconds = seconds.map(|seconds| seconds.parse().expect("LIVE_SECONDS is a number"));
    Duration::from_secs(seconds.unwrap_or(SECONDS))
}

/// Changes and queries until the time is over and each callable has hits, which takes longer where the
/// machine is busy; returns the number of commands.
fn patch_and_unpatch(shell: &mut Conversation, changes: &Changes, time: Duration) -> usize {
    let (start, patience) = (Instant::now(), 10 * time);
    let looks = LOOKS.iter().cycle();
    let mut commands = changes.iter().cycle().zip(looks).enumerate();
    loop {
        let (number, (change, look)) = commands.next().expect("a cycle has no end");
        let is_new_round = number % changes.len() == 0;
        if is_new_round && start.elapsed() >= time {
            let is_enough = recorded(shell).values().all(|(hits, _)| *hits > 0);
            if is_enough || start.elapsed() >= patience {
                return 2 * number;
            }
        }
        let answers = shell.ask(&format!("{change}; {look}"));
        let is_trouble = |line: &&String| line.contains("somebody else");
        assert_eq!(answers.iter().find(is_trouble), None, "{change}; {look}");
    }
}

/// What was recorded, by path.
fn recorded(shell: &mut Conversation) -> HashMap<String, Recorded> {
    let answer = shell.ask("ls functions:* --json").concat();
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let rows = answer["rows"].as_array().expect("rows").iter();
    let number = |row: &Value, key: &str| row[key].as_u64().unwrap_or(0);
    let path = |row: &Value| row["path"].as_str().expect("a path").to_owned();
    rows.map(|row| (path(row), (number(row, "hits"), number(row, "ended"))))
        .collect()
}

impl Starts {
    /// `12 5 3 functions:one functions:other`; none if a line is not like that.
    fn parse(line: &str) -> Option<Self> {
        let (numbers, paths): (Vec<_>, Vec<_>) =
            line.split(' ').partition(|word| !word.contains(':'));
        let numbers: Option<Vec<u64>> = numbers.iter().map(|it| it.parse().ok()).collect();
        let [all, patched, timed] = numbers?[..] else {
            return None;
        };
        Some(Self {
            all,
            patched,
            timed,
            paths: paths.into_iter().map(str::to_owned).collect(),
        })
    }
}

impl Report {
    fn read(file: &Path) -> Self {
        let (mut starts, mut happened) = (Vec::new(), Vec::new());
        for line in fs::read_to_string(file).expect("a report").lines() {
            if let Some(of_code) = Starts::parse(line) {
                starts.push(of_code);
            } else {
                let (count, what) = line.split_once(' ').expect("a count and a name");
                happened.push((count.parse().expect("a count"), what.to_owned()));
            }
        }
        Self { starts, happened }
    }

    fn check(&self, recorded: &HashMap<String, Recorded>, changes: &Changes, commands: usize) {
        let (mut callables, mut total, mut total_hits, mut total_ended) = (0, 0, 0, 0);
        for starts in &self.starts {
            // Only the shell distinguishes several closures of one code object.
            let (paths, all) = (&starts.paths, starts.all);
            let hits: u64 = paths.iter().map(|path| recorded[path].0).sum();
            let ended: u64 = paths.iter().map(|path| recorded[path].1).sum();
            assert_eq!(hits, starts.patched, "{paths:?}, of {all} starts");
            assert_eq!(ended, starts.timed, "{paths:?}, of {hits} hits");
            assert!(hits > 0 && hits < all, "{paths:?}: {hits} of {all}");
            assert_eq!(ended > 0, changes == TIME, "{paths:?}, of {hits} hits");
            callables += paths.len();
            total += all;
            total_hits += hits;
            total_ended += ended;
        }
        assert_eq!(callables, CALLABLES);
        for (count, what) in &self.happened {
            assert!(*count > 0, "no {what}");
        }
        let happened = self.happened.iter();
        let happened: Vec<_> = happened
            .map(|(count, what)| format!("{what} {count}"))
            .collect();
        println!(
            "{callables} callables, {commands} commands, {total} calls, {total_hits} hits, as \
             many as patched bodies started, {total_ended} of which ended, as many as were to; {}",
            happened.join(", ")
        );
    }
}
