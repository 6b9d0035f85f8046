//! After a patch: calls in flight, changes by other code, and no remaining cost.

use std::fs;
use std::process::Command;

use crate::common::{Conversation, instrsh, is_python_since, named_pipe, program};

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
fn where_calls_are_not_specialised_any_more_it_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let (source, library) = (folder.path().join("no.c"), folder.path().join("no.so"));
    let nothing = "void _PyFunction_SetVersion(void *function, unsigned version) {}";
    fs::write(&source, nothing).expect("a source");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]);
    let built = compiler.args([&library, &source]).status();
    assert!(built.expect("a C compiler, as for linking").success());
    let told = |arguments: &[&str]| {
        let output = instrsh()
            .env("LD_PRELOAD", &library)
            .args(arguments)
            .output()
            .expect("it runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    let answers = [
        told(&["--version"]),
        told(&["-c", "stats"]),
        told(&["-c", "stats --json"]),
    ];
    let [version, table, json] = &answers;
    if !is_python_since(13) {
        // CPython takes care of it by itself.
        assert!(answers.iter().all(|it| !it.contains("specialised")));
        assert!(json.contains(r#""slower_calls":null"#), "{json}");
        return;
    }
    // Which it is depends on whether CPython's own calls reach the library, too.
    let sentence = version.lines().last().expect("a line");
    let (what, why) = sentence.split_once(": ").expect("a reason");
    assert_eq!(
        what,
        "calls of patched functions are not specialised, also after `unpatch`"
    );
    assert!(why.starts_with("this CPython "), "{why}");
    let line = format!("\nslower calls   {sentence}\n");
    assert!(table.contains(&line), "{table}");
    let key = format!(r#""slower_calls":"{why}""#);
    assert!(json.contains(&key), "{json}");
}

#[test]
fn local_events_of_monitoring_go_along() {
    if !is_python_since(12) {
        return; // `sys.monitoring` came with 3.12
    }
    let plain = monitored("monitored.py", "help exit", "help exit");
    let patched = monitored(
        "monitored.py",
        "patch __main__:kept __main__:late __main__:patched",
        "expect hits(__main__:kept) == 2; unpatch --all; verify",
    );
    assert_eq!(patched, plain);
    // Rewritten twice more in between.
    let timed = monitored(
        "monitored.py",
        "patch __main__:kept __main__:late __main__:patched",
        "time __main__:kept __main__:late __main__:patched --for 1ms; unpatch --all; verify",
    );
    assert_eq!(timed, plain);
}

#[test]
fn local_exception_events_of_monitoring_go_along() {
    if !is_python_since(15) {
        return; // exceptions can be local events since 3.15
    }
    let plain = monitored("monitored_exceptions.py", "help exit", "help exit");
    let patched = monitored(
        "monitored_exceptions.py",
        "patch __main__:*",
        "expect hits(__main__:raises) == 6; unpatch --all; verify",
    );
    assert_eq!(patched, plain);
}

/// The local events of its functions that a program receives while the shell does something, and then
/// something else.
fn monitored(name: &str, first: &str, then: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(instrsh().arg(program(name)).arg(&pipe));
    let mut told = Vec::new();
    for commands in [first, then] {
        loop {
            match shell.error_with("") {
                ready if ready == "ready" => break,
                line => told.push(line),
            }
        }
        shell.ask(commands);
        fs::write(&pipe, "go").expect("the program reads");
    }
    shell.send("wait");
    let (status, _, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
    told.extend(errors);
    told
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
        "  1 call finishes with the earlier code: early at line 17"
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
        "  1 call finishes with the earlier code: late at line 21"
    );
    shell.error_with("calls of 1 callable are still running the patched code");
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
fn what_has_drained_is_not_told_any_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(instrsh().arg(program("in_flight.py")).arg(&pipe));
    shell.error_with("early runs");
    shell.ask("patch __main__:late");
    fs::write(&pipe, "go").expect("the program reads");
    shell.error_with("late runs");
    shell.send("unpatch __main__:late --drain");
    shell.error_with("waiting for calls of 1 callable to finish with the patched code");
    fs::write(&pipe, "go").expect("the program reads");
    assert!(shell.answer().starts_with("unpatched "));
    assert_eq!(shell.ask("ls __main__:late").len(), 3);
    shell.send("wait");
    let (status, answers, errors) = shell.finish();
    assert!(status.success(), "{answers:?} {errors:?}");
}

#[test]
fn calls_in_flight_are_told_where_the_program_has_exchanged_what_tells_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(instrsh().arg(program("current_frames.py")).arg(&pipe));
    shell.error_with("waiting");
    let answers = shell.ask("patch __main__:waiting; unpatch --all");
    let [patched, in_flight, unpatched] = answers.as_slice() else {
        panic!("{answers:?}");
    };
    assert!(patched.starts_with("patched __main__:waiting"), "{patched}");
    assert!(
        in_flight.starts_with("  1 call finishes with the earlier code: thread "),
        "{in_flight}"
    );
    assert_eq!(unpatched, "unpatched 1 callable; the original code is back");
    fs::write(&pipe, "go").expect("the program reads");
    let (status, _, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
}

#[test]
fn calls_in_flight_of_many_callables_are_told_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(instrsh().arg(program("in_flight.py")).arg(&pipe));
    shell.error_with("early runs");
    let answers = shell.ask("patch threading __main__");
    assert!(answers[0].starts_with("patched "), "{answers:?}");
    assert!(
        answers[1].contains("early in threading:Thread."),
        "{answers:?}"
    );
    let (status, ..) = shell.finish();
    assert!(status.success());
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
        "1 callable exactly as before; 5 patched, otherwise as before"
    );
    fs::write(&pipe, "go").expect("the program reads");
    shell.error_with("gone is freed");
    shell.send("wait; verify; unpatch --all; verify");
    let (status, answers, errors) = shell.finish();
    assert_eq!(status.code(), Some(1));
    // The patch itself does not count as a difference.
    let (attributes, note) = (
        "__main__:attributes has changed",
        "  __dict__[\"note\"]: set",
    );
    let is_exact = |pair: &&[String]| pair[0] == attributes && pair[1] == note;
    assert_eq!(
        answers.windows(2).filter(is_exact).count(),
        2,
        "{answers:?}"
    );
    let has = |text: &str| answers.iter().any(|line| line.contains(text));
    assert!(
        has("__main__:code was given another code object since it was patched; it was left alone"),
        "{answers:?}"
    );
    assert!(
        has("__code__: code of ") && has("changed.py:33"),
        "{answers:?}"
    );
    assert!(
        has("__defaults__: another `tuple`") && has("__dict__[\"note\"]: set"),
        "{answers:?}"
    );
    assert!(has("2 callables exactly as before; 1 gone"), "{answers:?}");
    assert!(
        errors
            .iter()
            .any(|line| line.ends_with("3 callables changed by other code")),
        "{errors:?}"
    );
}
