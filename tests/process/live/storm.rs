//! Eight threads run functions of every kind, with signals, interrupts, trace functions and garbage
//! collections in between, while the shell patches and unpatches. At the end each callable has
//! exactly as many hits as its body started on patched code, by the program's own count: see
//! `programs/storm/ledger.py`.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::compiled::has_steady_jit;
use crate::common::answers::rows;
use crate::common::{Conversation, instrsh, named_pipe, program};

const SECONDS: u64 = 3;
const CALLABLES: usize = 38;

/// What the shell does in a round, with a query after each change. Every pattern that is
/// unpatched was patched in the same round, so that no command may fail.
const CHANGES: [&str; 6] = [
    "patch functions:*",
    "unpatch functions:[a-m]* functions:Derived.*",
    "patch functions:plain functions:Derived.* functions:to*",
    "unpatch functions:*",
    "patch functions:*ing functions:add_two functions:long functions:Pause.*",
    "unpatch --all",
];
/// One more than the changes, so that over the rounds each query follows each change.
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
    /// For each code object: its starts, those of them on patched code, and its callables.
    starts: Vec<(u64, u64, Vec<String>)>,
    /// How often each event happened.
    happened: Vec<(u64, String)>,
}

#[test]
fn counts_balance_exactly_while_patches_come_and_go() {
    rage("storm/main.py", &mut instrsh());
}

#[test]
fn counts_balance_with_those_of_forked_children() {
    rage("storm/forking.py", &mut instrsh());
}

#[test]
fn counts_balance_in_compiled_code() {
    if has_steady_jit() {
        rage("storm/compiled.py", instrsh().env("PYTHON_JIT", "1"));
    }
}

fn rage(script: &str, shell: &mut Command) {
    let folder = tempfile::tempdir().expect("a folder");
    let (pipe, report) = (named_pipe(folder.path()), folder.path().join("report"));
    // Since 3.14, compiling `return` in a `finally` block warns.
    shell.arg("--python-option=-Wignore::SyntaxWarning");
    let mut shell = Conversation::with(shell.arg(program(script)).args([&pipe, &report]));
    shell = says("ready", shell);
    let commands = patch_and_unpatch(&mut shell, time());
    fs::write(&pipe, "over").expect("the program reads");
    shell = says("quiet", shell);
    shell.ask("patch functions:plain; unpatch --all");
    fs::write(&pipe, "report").expect("the program reads");
    assert_eq!(
        shell.ask("wait; verify"),
        [
            "the program has ended with status 0".to_owned(),
            format!("{CALLABLES} callables exactly as before")
        ]
    );
    let hits = hits(&shell.ask("ls functions:*"));
    let (status, _, errors) = shell.finish();
    assert!(status.success() && errors.is_empty(), "{errors:?}");
    Report::read(&report).check(&hits, commands);
}

/// Waits for a word of the program, which prints nothing else.
fn says(word: &str, shell: Conversation) -> Conversation {
    let said = shell.error_with("");
    if said != word {
        let (_, _, errors) = shell.finish();
        panic!("the program said {said:?} and {errors:#?}");
    }
    shell
}

fn time() -> Duration {
    let seconds = env::var("LIVE_SECONDS").ok();
    let seconds = seconds.map(|seconds| seconds.parse().expect("LIVE_SECONDS is a number"));
    Duration::from_secs(seconds.unwrap_or(SECONDS))
}

/// Changes and queries until the time is over and each callable has hits, which takes longer where the
/// machine is busy; returns the number of commands.
fn patch_and_unpatch(shell: &mut Conversation, time: Duration) -> usize {
    let (start, patience) = (Instant::now(), 10 * time);
    let looks = LOOKS.iter().cycle();
    let mut commands = CHANGES.iter().cycle().zip(looks).enumerate();
    loop {
        let (number, (change, look)) = commands.next().expect("a cycle has no end");
        let is_new_round = number % CHANGES.len() == 0;
        if is_new_round && start.elapsed() >= time {
            let hits = hits(&shell.ask("ls functions:*"));
            if hits.values().all(|hits| *hits > 0) || start.elapsed() >= patience {
                return 2 * number;
            }
        }
        let answers = shell.ask(&format!("{change}; {look}"));
        let is_trouble = |line: &&String| line.contains("somebody else");
        assert_eq!(answers.iter().find(is_trouble), None, "{change}; {look}");
    }
}

/// The hits by path.
fn hits(answers: &[String]) -> HashMap<String, u64> {
    let rows = rows(answers).into_iter();
    rows.map(|(path, _, hits)| (path, hits)).collect()
}

impl Report {
    fn read(file: &Path) -> Self {
        let (mut starts, mut happened) = (Vec::new(), Vec::new());
        for line in fs::read_to_string(file).expect("a report").lines() {
            let (count, rest) = line.split_once(' ').expect("a count and a name");
            let count = count.parse().expect("a count");
            match rest.split_once(' ') {
                Some((patched, paths)) if paths.contains(':') => starts.push((
                    count,
                    patched.parse().expect("a count"),
                    paths.split(' ').map(str::to_owned).collect(),
                )),
                _ => happened.push((count, rest.to_owned())),
            }
        }
        Self { starts, happened }
    }

    fn check(&self, hits: &HashMap<String, u64>, commands: usize) {
        let (mut callables, mut total, mut total_hits) = (0, 0, 0);
        for (starts, patched, paths) in &self.starts {
            // Only the shell distinguishes several closures of one code object.
            let hits: u64 = paths.iter().map(|path| hits[path]).sum();
            assert_eq!(hits, *patched, "{paths:?}, of {starts} starts");
            assert!(hits > 0 && hits < *starts, "{paths:?}: {hits} of {starts}");
            callables += paths.len();
            total += starts;
            total_hits += hits;
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
             many as patched bodies started; {}",
            happened.join(", ")
        );
    }
}
