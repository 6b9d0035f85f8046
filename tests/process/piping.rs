//! `|` in scripts: the command after it receives the answers, and the program does not notice it.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Output, Stdio};

use crate::common::{Conversation, instrsh, named_pipe, program};

/// The outcome of a script beside a program that calls nothing.
fn run(commands: &str) -> Output {
    let demo = ["-m", "instrumenting_app", "--calls", "0"];
    let commands = format!("wait 60 | cat > /dev/null; {commands}");
    let output = instrsh().args(["-c", &commands]).args(demo).output();
    output.expect("the binary runs")
}

#[track_caller]
fn says(commands: &str, stdout: &str, stderr: &str, status: i32) {
    let output = run(commands);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let said = (
        text(output.stdout),
        text(output.stderr),
        output.status.code(),
    );
    assert_eq!(
        said,
        (stdout.into(), stderr.into(), Some(status)),
        "{commands}"
    );
}

#[test]
fn the_target_learns_nothing_of_it() {
    let mut shell = Conversation::start(&[&program("waiting_for_children.py").to_string_lossy()]);
    shell.error_with("ready");
    for _ in 0..20 {
        assert_eq!(shell.ask("help clear | head -1 | cat"), ["clear"]);
    }
    let shares = shell.ask("ls --by process *:told | cat");
    assert!(
        shares.iter().any(|line| line.contains("1 process")),
        "{shares:?}"
    );
    let (status, _, errors) = shell.finish();
    assert!(status.success());
    assert_eq!(errors, ["children used 0.0 and 0"]);
}

#[test]
fn answers_are_plain_whatever_is_said_of_colour() {
    let commands = "help | cat; help exit | cat";
    let said = |colour| {
        let mut command = instrsh();
        let output = command.args(["--color", colour, "-c", commands]).output();
        String::from_utf8(output.expect("it runs").stdout).expect("UTF-8")
    };
    assert!(said("never").contains("exit [N]"));
    assert_eq!(said("always"), said("never"));
}

#[test]
fn children_of_the_target_do_not_keep_it_waiting() {
    let program = program("forking/never_waiting.py");
    let options = ["--python-option=-Wignore::DeprecationWarning"];
    let arguments = [options[0], &program.to_string_lossy()];
    let mut shell = Conversation::start(&arguments);
    shell.error_with("ready");
    let folder = tempfile::tempdir().expect("a folder");
    let commands = named_pipe(folder.path());
    // A hundred of them are forked while this is open.
    shell.send(&format!(
        "source {} | cat; help clear | cat",
        commands.display()
    ));
    let mut commands = fs::OpenOptions::new()
        .write(true)
        .open(commands)
        .expect("it is read");
    writeln!(commands, "stats").expect("it is read");
    while !shell.answer().contains("callables") {}
    shell.error_with("all are there");
    drop(commands);
    while shell.answer() != "clear" {}
    let (status, _, _) = shell.finish();
    assert!(status.success());
}

#[test]
fn it_is_given_what_the_shell_was_given() {
    let target = program("elsewhere.py");
    let questions = [
        "pwd",
        "umask",
        "ulimit -n",
        "grep -E 'Sig(Blk|Ign)' /proc/self/status",
    ];
    let asked = questions.map(|question| format!("help | {question}"));
    let commands = format!(
        "wait | cat >&2; restart | cat; wait | cat >&2; {}",
        asked.join("; ")
    );
    let under = |words: &[&OsStr]| {
        let trap = "trap '' USR2; umask 027; ulimit -n 500; exec \"$@\"";
        let mut sh = Command::new("sh");
        sh.args(["-c", trap, "sh"]).args(words).current_dir("/tmp");
        let output = sh.output().expect("sh runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let expected = under(&["sh".as_ref(), "-c".as_ref(), questions.join("; ").as_ref()]);
    let instrsh = env!("CARGO_BIN_EXE_instrsh").as_ref();
    let said = under(&[
        instrsh,
        "-c".as_ref(),
        commands.as_ref(),
        target.as_os_str(),
    ]);
    let (restarted, said) = said.split_once('\n').expect("two answers");
    assert!(restarted.starts_with("restarted "), "{restarted}");
    assert_eq!(said, expected);
}

#[test]
fn answers_stream_and_a_signal_ends_them() {
    let mut shell = Conversation::start(&[]);
    shell.send("watch --every 50ms | sed -u 's/^/> /'");
    for _ in 0..3 {
        while !shell.answer().contains(" watched, ") {}
    }
    shell.interrupt();
    let (status, _, errors) = shell.finish_without_end_of_commands();
    assert_eq!(status.code(), Some(130), "{errors:?}");
}

#[test]
fn control_c_in_a_script_reaches_both_sides() {
    let mut command = instrsh();
    command.args(["--program-output", "/dev/null"]);
    command.args(["-c", "help | sh -c 'echo it waits; exec sleep 1000'; help"]);
    let mut child = command
        .process_group(0)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut answers = child.stdout.take().expect("a pipe");
    let mut said = [0; 9];
    answers.read_exact(&mut said).expect("a line");
    assert_eq!(&said, b"it waits\n");
    let group = format!("-{}", child.id());
    let sent = Command::new("kill").args(["-INT", "--", &group]).status();
    assert!(sent.expect("kill runs").success());
    let status = child.wait().expect("a child");
    assert_eq!((status.code(), status.signal()), (Some(130), None));
    let mut rest = String::new();
    answers.read_to_string(&mut rest).expect("text");
    assert_eq!(rest, "");
}

#[test]
fn a_recording_keeps_the_command_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("recorded");
    let commands = "patch json:dumps | grep nothing; patch json:loads|true; ls *|true";
    let mut command = instrsh();
    command.args(["--keep-going", "-c"]);
    command.arg(format!("record {} | cat; {commands}", file.display()));
    command.output().expect("it runs");
    let recorded = fs::read_to_string(file).expect("it is written");
    let recorded: Vec<_> = recorded.lines().filter(|it| !it.starts_with('#')).collect();
    assert_eq!(recorded, ["patch json:dumps", "patch json:loads"]);
}

#[test]
fn a_closed_stdout_ends_the_shell_quietly() {
    let commands = "help | cat; help; help | cat; ls *";
    let mut command = instrsh();
    let command = command.args(["-c", commands]).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_is_too_long_for_sh_is_refused() {
    let mut shell = Conversation::start(&["--keep-going"]);
    shell.send(&format!("help exit | : {}", "a".repeat(128 << 10)));
    shell.error_with("<stdin>:1: error: the command after the `|` is too long for `sh`");
    let (before, behind) = ("echo ", " | wc -c | tr -d ' '");
    let longest = "a".repeat((128 << 10) - 1 - before.len() - behind.len());
    let line = format!("help exit | {before}{longest}{behind}");
    assert_eq!(shell.ask(&line), [(longest.len() + 1).to_string()]);
}

#[test]
fn what_wants_no_more_is_no_failure() {
    says("ls * | head -1 | cut -c 1-8", "Callable\n", "", 0);
    says("ls * | true; help exit | head -1", "exit [N]\n", "", 0);
    says(
        "watch 1000 --every 50ms | sed 's/.*/a line/;q'",
        "a line\n",
        "",
        0,
    );
}

#[test]
fn a_failure_of_either_side_is_one_of_the_command() {
    says(
        "help | sh -c 'exit 7'; help exit",
        "",
        "-c:1: error: `sh -c 'exit 7'` ended with status 7\nhint: `sh -c 'exit 7' || true` ignores the exit status\n",
        1,
    );
    says(
        "help | sh -c 'exit 7' || true; help exit | head -1",
        "exit [N]\n",
        "",
        0,
    );
    says(
        "help | kill -KILL $$",
        "",
        "-c:1: error: `kill -KILL $$` ended by signal 9 (SIGKILL)\n\
         hint: `kill -KILL $$ || true` ignores the exit status\n",
        1,
    );
    says(
        "frobnicate | touch /nonexistent",
        "",
        "-c:1: error: unknown command `frobnicate`\nhint: `help` lists the commands\n",
        2,
    );
    says("sleep 0 | wc -c | tr -d ' '", "0\n", "", 0);
}
