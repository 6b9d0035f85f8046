//! Repeated patching does not use more and more memory.

use std::fs;
use std::path::Path;

use super::DUMMIES;
use crate::common::answers::rows;
use crate::common::{Conversation, instrsh, named_pipe, program};
use crate::timed::Recorded;

/// The resident memory of a process, in KiB.
fn resident_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process runs");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("a size");
    line.split_whitespace()
        .nth(1)
        .and_then(|size| size.parse().ok())
        .expect("a number")
}

/// An allocation that fails would end the process, and the program with it.
#[test]
fn a_program_near_its_memory_limit_lives() {
    // The answer of `stats` comes from the worker thread.
    lives_near_its_memory_limit("stats");
}

#[test]
fn a_first_look_at_a_program_near_its_memory_limit_lets_it_live() {
    lives_near_its_memory_limit("help clear");
}

/// The program is limited after a first command, and then patched.
fn lives_near_its_memory_limit(first: &str) {
    let mut refusals = Vec::new();
    for mebibytes in [0, 1, 5, 17, 21, 25] {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = named_pipe(folder.path());
        let mut limited = instrsh();
        limited.arg("--keep-going");
        limited.arg(program("short_of_memory.py")).arg(&pipe);
        let mut shell = Conversation::with(limited.arg(mebibytes.to_string()));
        shell.error_with("ready");
        shell.ask(first);
        fs::write(&pipe, "go").expect("the program reads");
        shell.error_with("limited");
        shell.ask("patch --limit 0 *:*; unpatch --all");
        fs::write(&pipe, "go").expect("the program reads");
        shell.send("wait");
        let (status, answers, errors) = shell.finish();
        let said = format!("{mebibytes} MiB: {status} {answers:?} {errors:?}");
        assert!(status.code().is_some_and(|status| status < 2), "{said}");
        assert!(errors.iter().any(|line| line == "lives"), "{said}");
        for error in errors.iter().filter(|line| line.contains("error: ")) {
            assert!(error.contains("memory"), "{said}");
            refusals.push(error.clone());
        }
    }
    let by_the_reserve = |error: &String| error.contains("not enough memory to go on");
    assert!(refusals.iter().any(by_the_reserve), "{refusals:?}");
}

#[test]
fn calls_are_not_timed_when_there_is_no_memory_for_that() {
    let recorded = Recorded::of::<&str>("timed_at_memory_limit.py", &[], None);
    let [hits, ended] = ["hits", "ended"].map(|key| recorded.count("generates", key));
    assert!(0 < ended && ended < hits, "{recorded:?}");
}

#[test]
fn a_thousand_rounds_leave_nothing_behind() {
    const ROUNDS: usize = 1000;
    let mut shell = Conversation::start(&["-m", "instrumenting_app", "--threads", "3"]);
    let mut sizes = Vec::new();
    for round in 0..ROUNDS {
        shell.send(&format!("patch {DUMMIES}; unpatch --all"));
        assert!(shell.answer().starts_with("patched 131 callables in "));
        assert_eq!(
            shell.answer(),
            "unpatched 131 callables; the original code is back"
        );
        if round + 1 == ROUNDS / 5 || round + 1 == ROUNDS {
            sizes.push(resident_kib(shell.id()));
            shell.send("ls *mod_a:func_7");
            let row = rows(&[shell.answer(), shell.answer(), shell.answer()]).remove(0);
            println!(
                "{} rounds: {} KiB, {:?} calls, {} hits",
                round + 1,
                sizes[sizes.len() - 1],
                row.1,
                row.2
            );
        }
    }
    shell.send("expect program == running");
    shell.send("expect calls(*mod_a:func_7) > 0");
    let (status, answers, errors) = shell.finish();
    assert!(status.success(), "{answers:?} {errors:?}");
    assert!(errors.is_empty(), "the target said {errors:?}");
    // 800 rounds of 131 patches: one forgotten code object a patch would be some 50 MiB.
    assert!(sizes[1] < sizes[0] + 4096, "memory grew: {sizes:?} KiB");
}

const ROUNDS: usize = 10_000;
/// Rounds until everything that grows once has grown: caches, buffers, the arenas of the allocators.
const WARM_UP: usize = 2_000;
/// Functions that are patched and unpatched in each round.
const FUNCTIONS: usize = 12;
const HITS: u64 = 1_000_000;
/// Commands that are sent before their answers are read.
const AT_ONCE: usize = 100;

/// The memory that a process uses when nothing is patched.
#[derive(Debug)]
struct Size {
    resident_kib: u64,
    /// Blocks of Python's own allocator.
    blocks: u64,
}

impl Size {
    fn of(shell: &Conversation, pipe: &Path) -> Self {
        fs::write(pipe, "blocks").expect("the program reads");
        Self {
            blocks: shell.error_with("").parse().expect("a number of blocks"),
            resident_kib: resident_kib(shell.id()),
        }
    }
}

fn rounds(shell: &mut Conversation, count: usize) {
    for _ in 0..count / AT_ONCE {
        (0..AT_ONCE).for_each(|_| shell.send("patch __main__:*; unpatch --all"));
        for _ in 0..AT_ONCE {
            while !shell.answer().contains("original code is back") {}
        }
    }
}

fn total_hits(shell: &mut Conversation) -> u64 {
    let rows = rows(&shell.ask("ls __main__:*"));
    rows.iter().map(|(_, _, hits)| hits).sum()
}

#[test]
fn ten_thousand_rounds_and_a_million_hits_take_no_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(instrsh().arg(program("calling.py")).arg(&pipe));
    shell.error_with("ready");
    rounds(&mut shell, WARM_UP);
    let before = Size::of(&shell, &pipe);
    rounds(&mut shell, ROUNDS - WARM_UP);
    shell.ask("patch __main__:*");
    while total_hits(&mut shell) < HITS {}
    shell.ask("unpatch --all");
    let hits = total_hits(&mut shell);
    let after = Size::of(&shell, &pipe);
    fs::write(&pipe, "end").expect("the program reads");
    let verified = shell.ask("wait; verify").pop();
    assert_eq!(
        verified,
        Some(format!("{FUNCTIONS} callables exactly as before"))
    );
    let (status, _, errors) = shell.finish();
    assert!(status.success() && errors.is_empty(), "{errors:?}");
    println!("{ROUNDS} rounds of {FUNCTIONS} callables, {hits} hits: {before:?}, then {after:?}");
    // 96,000 patches. One forgotten object each would be 96,000 blocks; one forgotten counter,
    // the smallest thing that a patch has, 750 KiB.
    assert!(
        after.blocks < before.blocks + 1000,
        "{before:?}, then {after:?}"
    );
    assert!(
        after.resident_kib < before.resident_kib + 512,
        "{before:?}, then {after:?}"
    );
}
