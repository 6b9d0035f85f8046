//! The surroundings of the program after a restart: its files, the children that it has left, and what the shell was
//! given.

use std::fs;
use std::process::Command;

use crossbeam_channel::RecvTimeoutError;

use super::beside;
use crate::common::{Conversation, PATIENCE, instrsh, program, project};

#[test]
fn all_lives_find_the_same_surroundings() {
    const LIVES: usize = 20;
    let inner = instrsh();
    let mut command = Command::new("sh");
    let script = "trap '' HUP; exec \"$0\" \"$@\" 7</dev/null";
    command.args(["-c", script]).arg(inner.get_program());
    let variables = inner.get_envs();
    command.envs(variables.filter_map(|(name, value)| Some((name, value?))));
    command.env("KEPT", "yes").current_dir(project());
    command.arg(program("restarted.py")).arg("a b");
    let mut shell = Conversation::with(&mut command);
    let mut first = None;
    for life in 1..=LIVES {
        let found = shell.error_with("{");
        // Each life has a process of its own.
        let found = found.split_once(", ").expect("its number").1.to_owned();
        assert_eq!(
            *first.get_or_insert_with(|| found.clone()),
            found,
            "life {life}"
        );
        shell.error_with("spoilt");
        shell.send("restart");
        assert!(shell.answer().starts_with("restarted "));
    }
    println!("{LIVES} lives: {}", first.unwrap_or_default());
    let (status, ..) = shell.finish();
    assert!(status.success());
}

#[test]
fn files_of_its_output_are_written_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name| folder.path().join(name);
    fs::write(path("out"), "of an earlier session\n").expect("written");
    let mut command = instrsh();
    command
        .arg("--program-output")
        .arg(path("out"))
        .arg("--program-stderr")
        .arg(path("err"));
    command.args(["-c", "wait; restart; wait", "--keep-going"]);
    let output = command
        .arg(program("two_streams.py"))
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let written = |name| fs::read_to_string(path(name)).expect("text");
    assert_eq!(written("out"), "out\nout\n");
    assert_eq!(written("err"), "err\nerr\n");
}

#[test]
fn it_does_not_outlive_what_watches_over_it() {
    let mut shell = beside("sleeping");
    shell.send("restart");
    assert!(shell.answer().starts_with("restarted "));
    let mut kill = Command::new("kill");
    let killed = kill.args(["-KILL", &shell.id().to_string()]);
    assert!(killed.status().expect("kill runs").success());
    // Both had it open.
    let end = shell.answers.recv_timeout(PATIENCE);
    assert_eq!(end, Err(RecvTimeoutError::Disconnected));
}

/// The child processes of a process.
fn children(process: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("it runs");
    let lists =
        tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok());
    let lists: String = lists.collect();
    lists
        .split_whitespace()
        .filter_map(|child| child.parse().ok())
        .collect()
}

#[test]
fn children_that_were_left_live_on() {
    let mut shell = beside("leaving_child");
    let before = children(children(shell.id())[0]);
    assert_eq!(before.len(), 1);
    shell.send("restart");
    shell.error_with("atexit ran");
    shell.error_with("ready");
    let after = children(children(shell.id())[0]);
    assert!(!after.contains(&before[0]), "{before:?} {after:?}");
    for child in before.into_iter().chain(after) {
        let killed = Command::new("kill").arg(child.to_string()).status();
        assert!(killed.expect("kill runs").success());
    }
    let (status, ..) = shell.finish();
    assert!(status.success());
}
