//! Leaving the shell ends the program: its `finally` and `atexit` run, in a bounded time, whatever
//! it does; and nothing that it does ends the shell.

use std::io::Write;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{Conversation, instrsh, program};

/// Leaving never takes longer, also on a busy machine.
const BOUND: Duration = Duration::from_secs(10);

/// Leaves a program that does `what`; returns the exit status and the lines of stderr.
fn leave(what: &str) -> (i32, Vec<String>) {
    let shell = Conversation::with(instrsh().arg(program("leaving.py")).arg(what));
    shell.error_with("ready");
    let start = Instant::now();
    let (status, answers, errors) = shell.finish();
    assert!(
        start.elapsed() < BOUND,
        "{what}: took {:?}",
        start.elapsed()
    );
    assert!(answers.is_empty(), "{answers:?}");
    (status.code().expect("no signal"), errors)
}

#[test]
fn finally_and_atexit_run() {
    for what in ["sleeping", "busy", "deadlocked", "timed"] {
        assert_eq!(
            leave(what),
            (0, vec!["finally ran".into(), "atexit ran".into()]),
            "{what}"
        );
    }
}

#[test]
fn a_forced_end_is_a_failure_that_is_told() {
    let name = program("leaving.py").to_string_lossy().into_owned();
    for (what, before, said) in [
        (
            "swallows_interrupts",
            &["finally ran", "atexit ran"][..],
            "did not end when it was interrupted; it was ended by `SystemExit`",
        ),
        (
            "ignoring_interrupts",
            &["finally ran", "atexit ran"],
            "ignores SIGINT; it was ended by `SystemExit`",
        ),
        (
            "swallowing",
            &[],
            "did not end when it was interrupted; it was killed",
        ),
        (
            "looping_finaliser",
            &["finally ran", "atexit ran"],
            "did not finalise after it was interrupted; it was killed",
        ),
    ] {
        let (status, errors) = leave(what);
        assert_eq!(status, 1, "{what}: {errors:?}");
        let (last, first) = errors.split_last().expect("a hint");
        let (error, first) = first.split_last().expect("an error");
        assert_eq!(first, before, "{what}");
        assert_eq!(*error, format!("error: `{name}` {said}"));
        // What it ignores would not end it later either.
        let hint = match what {
            "ignoring_interrupts" => "hint: `wait 30`",
            _ => "hint: `interrupt; wait 30`",
        };
        assert!(last.starts_with(hint), "{last}");
    }
}

#[test]
fn who_ignores_interrupts_from_the_start_is_ended_in_order() {
    let mut command = Command::new("sh");
    let script = "trap '' INT; exec \"$@\"";
    command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_instrsh")]);
    let shell = Conversation::with(command.arg(program("leaving.py")).arg("busy"));
    shell.error_with("ready");
    let (status, _, errors) = shell.finish();
    assert_eq!(errors, ["finally ran", "atexit ran"]);
    assert!(status.success(), "{status}");
}

#[test]
fn a_forced_end_names_the_children_that_it_leaves() {
    let mut shell = Conversation::with(instrsh().arg(program("leaving.py")).arg("leaving_forked"));
    let children = shell.error_with("children ");
    let children: Vec<_> = children.split(' ').skip(1).collect();
    let [sleeping, forked] = children[..] else {
        panic!("two children: {children:?}");
    };
    shell.error_with("ready");
    let status = shell.leave();
    let said = shell.error_with("error: ");
    let name = program("leaving.py").to_string_lossy().into_owned();
    let named = format!("leaves 2 children behind: `sleep` ({sleeping}), `{name}` ({forked})");
    assert!(said.ends_with(&named), "{said}");
    let hint = shell.error_with("hint: ");
    assert!(
        hint.contains(&format!("`kill {sleeping} {forked}`")),
        "{hint}"
    );
    let killed = Command::new("kill").args([sleeping, forked]).status();
    assert!(killed.expect("kill runs").success());
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_program_that_ends_by_itself_finalises_as_long_as_it_needs() {
    let output = instrsh()
        .args(["--hold", "-c", "run; wait"])
        .arg(program("leaving.py"))
        .arg("slow_finaliser")
        .output()
        .expect("it runs");
    let errors = String::from_utf8(output.stderr).expect("text");
    assert_eq!(errors, "ready\nfinally ran\natexit ran\nfinalised\n");
    assert!(output.status.success(), "{}", output.status);
}

#[test]
fn patches_are_undone_before_the_target_is_ended() {
    let mut shell = Conversation::with(instrsh().arg(program("undone.py")));
    shell.error_with("ready");
    shell.send("patch __main__:function");
    assert!(shell.answer().starts_with("patched __main__:function"));
    let (status, _, errors) = shell.finish();
    assert!(status.success());
    assert_eq!(errors, ["the original code is back"]);
}

#[test]
fn wait_tells_how_the_target_ended() {
    for (what, said) in [
        ("exits", "status 3\n"),
        ("raises", "status 1 (ValueError)\n"),
    ] {
        let output = instrsh()
            .args(["-c", "wait"])
            .arg(program("leaving.py"))
            .arg(what)
            .output()
            .expect("it runs");
        let errors = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(
            errors.contains(&format!("-c:1: error: the program has ended with {said}")),
            "{errors}"
        );
        assert!(errors.contains("atexit ran"), "{errors}");
    }
}

#[test]
fn a_closed_stdout_ends_the_shell_quietly() {
    let mut child = instrsh()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(child.stdout.take());
    let mut commands = child.stdin.take().expect("stdin");
    writeln!(commands, "ls").expect("the shell reads");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn an_interrupt_stops_a_script() {
    let mut shell = Conversation::with(instrsh().arg(program("leaving.py")).arg("sleeping"));
    shell.error_with("ready");
    shell.send("ls __main__:sleeping");
    while !shell.answer().contains("1 callable") {}
    shell.send("sleep 1000");
    shell.interrupt();
    let (status, _, errors) = shell.finish();
    assert_eq!(status.code(), Some(130), "{errors:?}");
    assert!(
        errors
            .iter()
            .any(|line| line.ends_with("<stdin>:2: error: interrupted")),
        "{errors:?}"
    );
}

/// A conversation beside a program that does something hostile.
fn beside(what: &str) -> Conversation {
    let shell = Conversation::with(instrsh().arg(program("hostile.py")).arg(what));
    shell.error_with("ready");
    shell
}

#[test]
fn a_target_that_changes_its_environment_does_no_harm() {
    let mut shell = beside("environment");
    for _ in 0..2000 {
        shell.send("help exit");
        while !shell.answer().contains("with status 3") {}
    }
    let (status, _, _) = shell.finish();
    assert!(status.success(), "{status}");
}

#[test]
fn an_excepthook_that_exits_ends_the_target_alone() {
    let mut shell = beside("excepthook");
    shell.send("wait");
    let (status, _, errors) = shell.finish();
    assert_eq!(status.code(), Some(1));
    assert!(
        errors
            .iter()
            .any(|line| line.ends_with("the program has ended with status 5")),
        "{errors:?}"
    );
}

#[test]
fn a_signal_for_a_forked_child_is_not_for_the_shell() {
    let mut shell = beside("forked_child");
    shell.send("wait");
    let (status, answers, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
    assert_eq!(answers, ["the program has ended with status 0"]);
}

#[test]
fn a_fault_ends_a_forked_child() {
    let mut shell = beside("child_that_faults");
    shell.send("wait");
    let (status, _, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
    let told = errors.iter().filter(|line| *line == "0 True");
    assert_eq!(told.count(), 2, "{errors:?}");
}

#[test]
fn an_interrupt_of_the_target_by_its_own_does_not_mean_the_shell() {
    for (what, times) in [("interrupts_itself", 2), ("interrupted_by_child", 1)] {
        let mut shell = beside(what);
        shell.send("wait");
        let (status, answers, errors) = shell.finish();
        assert!(status.success(), "{what}: {errors:?}");
        let caught = errors.iter().filter(|line| *line == "caught");
        assert_eq!(caught.count(), times, "{what}: {errors:?}");
        assert_eq!(answers, ["the program has ended with status 0"], "{what}");
    }
}

#[test]
fn a_signal_of_the_target_for_its_group_is_taken_once() {
    let mut command = instrsh();
    command.arg(program("hostile.py")).arg("signals_its_group");
    let mut shell = Conversation::with(command.process_group(0));
    shell.error_with("ready");
    shell.send("wait");
    let (status, _, errors) = shell.finish();
    assert_eq!(errors, ["SIGUSR1 SIGUSR2"]);
    assert!(status.success(), "{status}");
}

#[test]
fn an_interrupted_look_is_no_answer() {
    let mut shell = Conversation::start(&[]);
    shell.send("help exit");
    while !shell.answer().contains("with status 3") {}
    // The signal arrives while the shell waits for a line.
    shell.interrupt();
    let (status, answers, errors) = shell.finish_without_end_of_commands();
    assert_eq!(status.code(), Some(130), "{answers:?} {errors:?}");
}

#[test]
fn an_interrupt_stops_a_script_beside_an_asyncio_program() {
    let mut shell = Conversation::with(instrsh().arg(program("asynchronous.py")));
    shell.error_with("ready");
    shell.send("sleep 1; help exit; sleep 1000");
    while !shell.answer().contains("with status 3") {}
    shell.interrupt();
    let (status, _, errors) = shell.finish_without_end_of_commands();
    assert_eq!(status.code(), Some(130), "{errors:?}");
}

#[test]
fn a_traceback_is_whole() {
    let said = |command: &mut std::process::Command| {
        let output = command
            .arg(program("raising.py"))
            .output()
            .expect("it runs");
        String::from_utf8(output.stderr).expect("text")
    };
    let plain = said(&mut std::process::Command::new(env!("INSTRSH_PYTHON")));
    assert!(plain.contains("in <module>"), "{plain}");
    let ours = said(instrsh().args(["-c", "expect program != running --within 60"]));
    assert_eq!(ours, plain);
}

#[test]
fn a_traceback_of_the_demo_shows_its_source() {
    // A pause beyond the range of any clock.
    let demo = [
        "-c",
        "wait",
        "-m",
        "instrumenting_app",
        "--interval",
        "1e300",
    ];
    let output = instrsh().args(demo).output().expect("it runs");
    let errors = String::from_utf8(output.stderr).expect("text");
    for line in [
        "    main()",
        "    run(options.interval",
        "    pause(interval)",
        "OverflowError",
    ] {
        assert!(errors.contains(line), "{line}: {errors}");
    }
}

#[test]
fn a_script_fails_whose_target_takes_the_process_with_it() {
    for (way, status, signal, said, hint) in [
        (
            "os._exit(0)",
            Some(1),
            None,
            "with status 0",
            "`instrsh --hold`",
        ),
        (
            "os._exit(7)",
            Some(7),
            None,
            "with status 7",
            "`instrsh --hold`",
        ),
        (
            "os.abort()",
            None,
            Some(6),
            "by signal 6 (SIGABRT)",
            "-Xfaulthandler",
        ),
        (
            "os.kill(os.getpid(), 9)",
            None,
            Some(9),
            "by signal 9 (SIGKILL)",
            "`dmesg`",
        ),
        // As uvicorn does when it is asked to end.
        (
            "os.kill(os.getpid(), 15)",
            None,
            Some(15),
            "by signal 15 (SIGTERM)",
            "`exit` ends both cleanly",
        ),
    ] {
        let home = tempfile::tempdir().expect("a folder");
        let script = home.path().join("script.py");
        std::fs::write(&script, format!("import os\n{way}\n")).expect("a script");
        let mut shell = instrsh();
        shell.args(["-c", "sleep 1000"]).arg(&script);
        let output = shell.output().expect("it runs");
        assert_eq!(
            (output.status.code(), output.status.signal()),
            (status, signal),
            "{way}"
        );
        let errors = String::from_utf8_lossy(&output.stderr).replace(" (core dumped)", "");
        let lines: Vec<_> = errors.lines().collect();
        let error = format!("error: the program ended the process {said}");
        assert_eq!(lines[0], error);
        assert!(
            lines.len() == 2 && lines[1].starts_with("hint: ") && lines[1].contains(hint),
            "{errors}"
        );
    }
}
