//! Patching and unpatching while the functions run: not one hit lost or counted twice, no error in
//! the target, nothing left in memory.

#![expect(clippy::print_stdout, reason = "the tests tell what they counted")]

mod common;

use std::fs;

use common::{Conversation, instrsh, named_pipe, program, project};

const DUMMIES: &str = "instrumenting_app.dummy_modules.*:*";

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

/// The rows of an `ls`: path, calls and hits.
fn rows(answers: &[String]) -> Vec<(String, Option<u64>, u64)> {
    let number = |text: &str| text.replace(',', "").parse::<u64>().ok();
    let row = |line: &String| {
        let (path, rest) = line.split_once(' ')?;
        let numbers: Vec<&str> = rest
            .split("  ")
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .collect();
        // Kind, calls, hits, state.
        let [_, calls, hits, ..] = numbers.as_slice() else {
            return None;
        };
        path.contains(':')
            .then(|| Some((path.to_owned(), number(calls), number(hits)?)))
            .flatten()
    };
    answers.iter().filter_map(row).collect()
}

#[test]
fn hits_equal_calls_for_each_callable_in_eight_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(
        instrsh()
            .env("PYTHONPATH", project().join("python"))
            .arg(program("balance.py"))
            .arg(&pipe),
    );
    shell.error_with("ready");
    shell.send(&format!("patch {DUMMIES}"));
    assert!(shell.answer().starts_with("patched 131 callables in "));
    fs::write(&pipe, "go").expect("the program reads");
    for line in [
        "wait",
        &format!("expect patched({DUMMIES}) == 131"),
        &format!("ls {DUMMIES}"),
    ] {
        shell.send(line);
    }
    let (status, answers, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
    let rows = rows(&answers);
    let counted: Vec<_> = rows
        .iter()
        .filter_map(|(path, calls, hits)| Some((path, (*calls)?, hits)))
        .collect();
    assert_eq!(counted.len(), 130, "{answers:?}");
    for (path, calls, hits) in &counted {
        assert_eq!((calls, hits), (&1600, &&1600), "{path}");
    }
    println!(
        "{} callables, {} calls, as many hits",
        counted.len(),
        counted.len() * 1600
    );
}

#[test]
fn calls_are_specialised_as_ever_while_patched_and_afterwards() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(instrsh().arg(program("specialised.py")).arg(&pipe));
    shell.error_with("ready");
    shell.send("patch __main__:patched __main__:restored");
    shell.answer();
    shell.answer();
    shell.send("unpatch __main__:restored");
    shell.answer();
    fs::write(&pipe, "go").expect("the program reads");
    shell.send("wait");
    let (status, _, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
    let [unpatched, patched, restored] = errors.as_slice() else {
        panic!("{errors:?}")
    };
    assert!(unpatched.contains("PY_EXACT_ARGS"), "{unpatched}");
    assert_eq!((patched, restored), (unpatched, unpatched));
}

#[test]
fn calls_in_flight_are_told_and_can_be_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(
        instrsh()
            .arg("--keep-going")
            .arg(program("in_flight.py"))
            .arg(&pipe),
    );
    shell.error_with("early runs");
    shell.send("patch __main__:early __main__:late");
    assert!(shell.answer().starts_with("patched __main__:early"));
    assert_eq!(
        shell.answer(),
        "  1 call finishes on the code before: early at line 13"
    );
    assert!(shell.answer().starts_with("patched __main__:late"));
    fs::write(&pipe, "go").expect("the program reads");
    shell.error_with("late runs");
    // The call of `early` began on the original code; that of `late` runs the patched one.
    shell.send("unpatch __main__:early --drain");
    assert_eq!(
        shell.answer(),
        "unpatched 1 callable; the original code is back"
    );
    shell.send("unpatch __main__:late --drain 0.1");
    assert_eq!(
        shell.answer(),
        "unpatched __main__:late; the original code is back"
    );
    assert_eq!(
        shell.answer(),
        "  1 call finishes on the code before: late at line 18"
    );
    shell.error_with("calls of 1 callable still run the patched code");
    fs::write(&pipe, "go").expect("the program reads");
    shell.send("unpatch --all --drain");
    assert_eq!(shell.answer(), "nothing is patched");
    shell.send("wait; expect hits(__main__:early) == 0; expect hits(__main__:late) == 1");
    let (status, _, errors) = shell.finish();
    assert_eq!(
        status.code(),
        Some(1),
        "of the drain that was not done in time"
    );
    assert!(
        !errors.iter().any(|line| line.contains("expected")),
        "{errors:?}"
    );
}

#[test]
fn verify_finds_what_somebody_else_changed_and_nothing_is_kept_alive() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(
        instrsh()
            .arg("--keep-going")
            .arg(program("changed.py"))
            .arg(&pipe),
    );
    shell.error_with("ready");
    shell.send("patch __main__:*; unpatch __main__:gone; verify");
    assert!((0..6).all(|_| shell.answer().starts_with("patched __main__:")));
    assert_eq!(
        shell.answer(),
        "unpatched 1 callable; the original code is back"
    );
    assert_eq!(
        shell.answer(),
        "1 callable exactly as before; 5 patched, and as before but for that"
    );
    fs::write(&pipe, "go").expect("the program reads");
    shell.error_with("gone is freed");
    shell.send("wait; unpatch --all; verify");
    let (status, answers, errors) = shell.finish();
    assert_eq!(status.code(), Some(1));
    let has = |text: &str| answers.iter().any(|line| line.contains(text));
    assert!(
        has("__main__:code has a code object of somebody else by now; it was left alone"),
        "{answers:?}"
    );
    assert!(
        has("__code__: code of ") && has("changed.py:29"),
        "{answers:?}"
    );
    assert!(
        has("__defaults__: another `tuple`") && has("__dict__[\"note\"]: set"),
        "{answers:?}"
    );
    assert!(
        has("2 callables exactly as before; 1 no longer there"),
        "{answers:?}"
    );
    assert!(
        errors
            .iter()
            .any(|line| line.ends_with("3 callables changed by somebody else")),
        "{errors:?}"
    );
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
    shell.send("expect target == running");
    shell.send("expect calls(*mod_a:func_7) > 0");
    let (status, answers, errors) = shell.finish();
    assert!(status.success(), "{answers:?} {errors:?}");
    assert!(errors.is_empty(), "the target said {errors:?}");
    // 800 rounds of 131 patches: one forgotten code object a patch would be some 50 MiB.
    assert!(sizes[1] < sizes[0] + 4096, "memory grew: {sizes:?} KiB");
}

#[test]
fn hits_never_exceed_calls_while_patches_come_and_go() {
    let mut shell = Conversation::start(&[
        "-m",
        "instrumenting_app",
        "--interval",
        "0",
        "--threads",
        "4",
        "--calls",
        "300000",
    ]);
    for _ in 0..100 {
        shell.send(&format!("patch {DUMMIES}; unpatch --all"));
        shell.answer();
        shell.answer();
    }
    shell.send("wait");
    shell.send(&format!("ls {DUMMIES}"));
    let (status, answers, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
    let rows = rows(&answers);
    let counted: Vec<_> = rows
        .into_iter()
        .filter_map(|(path, calls, hits)| Some((path, calls?, hits)))
        .collect();
    assert_eq!(
        counted.iter().map(|(_, calls, _)| calls).sum::<u64>(),
        300_000
    );
    for (path, calls, hits) in &counted {
        assert!(hits <= calls, "{path}: {hits} hits of {calls} calls");
    }
    assert!(
        counted.iter().map(|(_, _, hits)| hits).sum::<u64>() > 0,
        "nothing was hit"
    );
}
