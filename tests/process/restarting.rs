//! `restart`: the program starts again with its patches in the same process, and the shell
//! continues where it was.

#![expect(clippy::print_stdout, reason = "the tests tell what they measured")]

mod surroundings;

use std::fs;
use std::io::Write;
use std::process::Output;
use std::time::{Duration, Instant};

use crate::common::{Conversation, at_once, instrsh, named_pipe, program};

/// A program that does not end is abandoned within this time, also on a busy machine.
const BOUND: Duration = Duration::from_secs(10);

/// What the shell prints when it runs commands beside a test program.
fn run(commands: &str, program_and_arguments: &[&str]) -> Output {
    let (name, arguments) = program_and_arguments.split_first().expect("a program");
    let mut command = instrsh();
    command.args(["--color", "never", "-c", commands]);
    command.arg(program(name)).args(arguments);
    command.output().expect("it runs")
}

fn text(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(str::to_owned).collect()
}

/// A conversation beside a program of `leaving.py` that has begun its work.
fn beside(what: &str) -> Conversation {
    let shell = Conversation::with(instrsh().arg(program("leaving.py")).arg(what));
    shell.error_with("ready");
    shell
}

#[test]
fn patches_are_back_and_counts_start_with_the_first_call() {
    let commands = "wait
        patch restarting_module:function restarting_module:Class.*
        patch posixpath:join; patch --lazy json.decoder:JSONDecoder.* --limit 100
        restart
        wait; verify
        expect hits(restarting_module:function) == 3
        expect hits(restarting_module:Class.method) == 3
        expect hits(json.decoder:JSONDecoder.decode) == 3
        expect patched(restarting_module:Class.value*) == 2
        unpatch --all; verify";
    let output = run(commands, &["restarting.py"]);
    let answers = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    let sentence = answers.iter().find(|line| line.starts_with("restarted "));
    // Three callables of the decoder wait by their pattern.
    let told = "restarting.py: 1 patch restored, 7 wait for their callables, 1 pattern is pending";
    assert!(
        sentence.is_some_and(|line| line.ends_with(told)),
        "{answers:#?}"
    );
    let exact = "8 callables exactly as before";
    assert_eq!(answers.last().map(String::as_str), Some(exact));
}

#[test]
fn recorders_and_their_thresholds_are_back_as_well() {
    let commands = "wait
        time restarting_module:Class.method; time restarting_module:function --slow 1h
        time --lazy json.decoder:JSONDecoder.decode
        errors restarting_module:Class.value*
        restart
        wait
        expect ended(restarting_module:Class.method) == 3
        expect total(restarting_module:Class.method) > 0ms
        expect hits(restarting_module:function) == 3
        expect ended(restarting_module:function) == 0
        expect ended(json.decoder:JSONDecoder.decode) == 3
        expect errors(restarting_module:Class.value*) == 0
        unpatch --all; verify";
    let output = run(commands, &["restarting.py"]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn what_a_pattern_of_the_script_means_does_not_wait_a_second_time() {
    let mut command = instrsh();
    let commands = "patch --lazy script_name:*; run; wait; restart; wait; ls; restart";
    command.args(["--color", "never", "--hold", "-c", commands]);
    command.arg(program("script_name.py"));
    let output = command.output().expect("it runs");
    let answers = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    let pending = answers.iter().filter(|line| line.starts_with("pending: "));
    let pending: Vec<_> = pending.collect();
    assert_eq!(
        pending,
        ["pending: script_name:*, 1 callable patched so far"]
    );
}

#[test]
fn what_a_pattern_means_and_does_not_find_is_back_as_well() {
    let commands = "patch --lazy restarting_module:*; run; wait
        patch restarting_module:function.helper
        restart
        wait
        expect hits(restarting_module:function) == 3
        expect patched(restarting_module:function.helper) == 1
        ls";
    let mut command = instrsh();
    command.args(["--color", "never", "--hold", "-c", commands]);
    command.arg(program("restarting.py"));
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let answers = text(&output.stdout);
    let pending = answers.iter().filter(|line| line.starts_with("pending: "));
    assert_eq!(pending.count(), 1, "{answers:#?}");
}

#[test]
fn a_program_may_be_held_again() {
    let commands = "wait
        restart --hold
        expect program == held
        patch --lazy script_name:work
        run; wait
        expect hits(script_name:work) == 1
        restart
        wait
        expect hits(script_name:work) == 1";
    let output = run(commands, &["script_name.py"]);
    assert!(output.status.success(), "{output:?}");
    let answers = text(&output.stdout);
    assert!(
        answers[1].ends_with("script_name.py, held until `run`"),
        "{answers:#?}"
    );
}

#[test]
fn the_first_life_ends_in_order() {
    let mut shell = beside("sleeping");
    for _ in 0..2 {
        shell.send("restart");
        assert!(shell.answer().starts_with("restarted "));
        for line in ["finally ran", "atexit ran", "ready"] {
            assert_eq!(shell.error_with(""), line);
        }
    }
    let (status, ..) = shell.finish();
    assert!(status.success());
}

#[test]
fn what_cannot_be_ended_is_abandoned() {
    let ways = [
        (
            "swallowing",
            "did not end when it was interrupted; it was killed",
        ),
        (
            "looping_finaliser",
            "did not finalise after it was interrupted",
        ),
        // It may be interrupted before it begins, and then prints nothing.
        ("keeping_interpreter", ""),
    ];
    at_once(&ways, |(what, said)| {
        let mut shell = beside(what);
        let start = Instant::now();
        shell.send("restart; expect program == running");
        assert!(shell.answer().starts_with("restarted "));
        assert!(start.elapsed() < BOUND, "{what}: {:?}", start.elapsed());
        shell.error_with(said);
        shell.error_with("ready");
        println!("{what}: given up after {:?}", start.elapsed());
        let (status, ..) = shell.finish();
        assert!(status.code() < Some(2), "{what}: {status}");
    });
}

#[test]
fn an_interrupt_meanwhile_ends_the_script() {
    let mut shell = beside("swallowing_aloud");
    shell.send("restart; expect program == running");
    // Now it has a few seconds to end.
    shell.error_with("swallowed");
    shell.interrupt();
    let (status, answers, errors) = shell.finish();
    assert_eq!(status.code(), Some(130), "{answers:?} {errors:?}");
    assert!(answers.is_empty(), "{answers:?}");
}

#[test]
fn a_program_that_has_ended_starts_again() {
    for (what, status) in [("ends", 0), ("exits", 3), ("raises", 1)] {
        let commands = "wait; expect program == ended; restart; wait; restart; wait";
        let mut command = instrsh();
        command.args(["--keep-going", "-c", commands]);
        let output = command.arg(program("ended.py")).arg(what).output();
        let output = output.expect("it runs");
        let (answers, errors) = (text(&output.stdout), text(&output.stderr));
        let restarted = answers.iter().filter(|line| line.starts_with("restarted"));
        assert_eq!(restarted.count(), 2, "{answers:?}");
        let told = format!("the program has ended with status {status}");
        let told = errors.iter().filter(|line| line.contains(&told)).count();
        assert_eq!(told, if status == 0 { 0 } else { 3 }, "{errors:?}");
        assert_eq!(output.status.code(), Some(i32::from(status != 0)));
    }
}

#[test]
fn a_module_starts_again_with_its_arguments() {
    let arguments = ["-m", "json.tool", "--indent", "1", "-"];
    let commands = "wait; patch json.scanner:py_make_scanner; restart; wait";
    let mut command = instrsh();
    let command = command
        .args(["--keep-going", "-c", commands])
        .args(arguments);
    let output = command.output().expect("it runs");
    // An empty standard input is not JSON, twice.
    let said = text(&output.stderr);
    let said = said.iter().filter(|line| line.contains("Expecting value"));
    assert_eq!(said.count(), 2, "{output:?}");
    let answers = text(&output.stdout);
    assert_eq!(
        answers.last().map(String::as_str),
        Some("restarted json.tool: 1 patch waits for its callable")
    );
}

#[test]
fn errors_behind_it_stand_where_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let (inner, outer) = (folder.path().join("inner"), folder.path().join("outer"));
    fs::write(&inner, "\nrestart; nonsense 1 # ;\n\nnonsense 2; restart").expect("written");
    let inner = inner.to_string_lossy();
    let lines = format!("wait\n\nsource {inner}; nonsense 3; restart; nonsense 4\nnonsense 5\n");
    fs::write(&outer, lines).expect("written");
    let mut command = instrsh();
    let outer = outer.to_string_lossy();
    command
        .args(["--keep-going", "-f", &outer])
        .arg(program("ended.py"));
    let output = command.arg("ends").output().expect("it runs");
    let errors = text(&output.stderr);
    let places = errors.iter().filter_map(|line| line.split_once(" error:"));
    let places: Vec<&str> = places.map(|(place, _)| place).collect();
    let expected = [
        format!("{inner}:2:"),
        format!("{inner}:4:"),
        format!("{outer}:3:"),
        format!("{outer}:3:"),
        format!("{outer}:4:"),
    ];
    assert_eq!(places, expected, "{errors:#?}");
    assert_eq!(text(&output.stdout).len(), 4, "{output:?}");
    assert_eq!(output.status.code(), Some(2), "of the first error");
}

#[test]
fn a_failure_behind_it_stops_the_script() {
    let output = run("wait\nrestart\nnonsense\nrestart", &["ended.py", "ends"]);
    let errors = text(&output.stderr);
    assert!(
        errors[0].starts_with("-c:3: error: unknown command"),
        "{errors:?}"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_was_read_ahead_of_a_pipe_is_not_lost() {
    // Everything is written at once, so that the shell reads far ahead of what it runs.
    let mut shell = Conversation::with(instrsh().arg(program("ended.py")).arg("ends"));
    let lines: Vec<String> = (1..=3000)
        .map(|number| format!("expect {number} == {number}"))
        .collect();
    let (first, last) = lines.split_at(1000);
    shell.send(&format!(
        "restart\n{}\nrestart\n{}\nnonsense",
        first.join("\n"),
        last.join("\n")
    ));
    let (status, answers, errors) = shell.finish();
    assert_eq!(answers.len(), 2, "{answers:?}");
    assert!(
        errors[0].starts_with("<stdin>:3003: error: unknown"),
        "{errors:?}"
    );
    assert_eq!(status.code(), Some(2));
}

#[test]
fn a_command_file_may_be_a_pipe() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut command = instrsh();
    command
        .arg("-f")
        .arg(&pipe)
        .arg(program("ended.py"))
        .arg("ends");
    let shell = Conversation::with(&mut command);
    let mut writer = fs::OpenOptions::new()
        .write(true)
        .open(&pipe)
        .expect("a reader");
    writeln!(writer, "restart").expect("it is read");
    assert!(shell.answer().starts_with("restarted "));
    writeln!(writer, "restart\nnonsense").expect("it is read");
    drop(writer);
    let (status, _, errors) = shell.finish();
    assert!(errors[0].contains("go:3: error: unknown"), "{errors:?}");
    assert_eq!(status.code(), Some(2));
}

#[test]
fn a_program_that_is_held_is_not_restarted() {
    let mut command = instrsh();
    command.args(["--hold", "-c", "restart"]);
    let output = command.output().expect("it runs");
    let errors = text(&output.stderr);
    assert!(
        errors[0].ends_with("the program has not started yet"),
        "{errors:?}"
    );
    assert_eq!(output.status.code(), Some(1));
    let mut command = instrsh();
    command.args([
        "--hold",
        "-c",
        "patch json:loads; run; restart; expect program != held; wait",
    ]);
    let output = command.arg(program("ended.py")).arg("ends").output();
    assert!(output.expect("it runs").status.success());
}

#[test]
fn a_program_that_is_gone_runs_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("app.py");
    fs::copy(program("leaving.py"), &copy).expect("copied");
    let mut shell = Conversation::with(instrsh().arg("--keep-going").arg(&copy).arg("sleeping"));
    shell.error_with("ready");
    fs::remove_file(copy).expect("removed");
    shell.send("restart");
    shell.error_with("cannot open the program");
    shell.error_with("hint: nothing was ended; put it back, then `restart`");
    shell.ask("expect program == running");
    let (status, ..) = shell.finish();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn what_is_not_back_is_told_where_it_was_asked_for() {
    let commands = "wait; patch json:made\nrestart\nwait";
    let output = run(commands, &["restarting.py"]);
    let (answers, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(
        answers[2].ends_with("restarting.py: 1 patch waits for its callable"),
        "{answers:?}"
    );
    assert!(errors.is_empty(), "{errors:?}");
    let commands = "wait; patch os:made\nrestart\nwait";
    let output = run(commands, &["restarting.py"]);
    let (answers, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(answers[2].ends_with("restarting.py"), "{answers:?}");
    assert!(
        errors[0].starts_with("-c:2: error: 1 patch could not be restored: "),
        "{errors:?}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_the_script_defines_is_counted_from_its_first_call_on() {
    let commands = "wait; patch __main__:function ended:exits; restart; wait
        expect hits(ended:function) == 3; expect hits(ended:exits) == 1; verify";
    let mut command = instrsh();
    command
        .args(["--keep-going", "-c", commands])
        .arg(program("ended.py"));
    let output = command.arg("exits").output().expect("it runs");
    let (answers, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(
        answers
            .iter()
            .any(|line| line.ends_with("2 patches wait for their callables")),
        "{answers:?}"
    );
    let told = errors.iter().filter(|line| line.contains("error:"));
    assert_eq!(told.count(), 2, "of `wait` alone: {errors:?}");
}
