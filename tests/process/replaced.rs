//! What the program replaces while it is patched: functions of a module that it reloads, and code objects.

use std::fs;
use std::path::Path;

use crate::common::{Conversation, instrsh, named_pipe, program};

const FUNCTION: &str = "reloaded_module:function";

/// A conversation beside a program that reloads a module when told through a pipe, and has reloaded it
/// after a function of it was patched.
fn after_reloading(pipe: &Path) -> Conversation {
    let mut shell = Conversation::with(instrsh().arg(program("reloading.py")).arg(pipe));
    shell.error_with("ready");
    shell.send(&format!("patch {FUNCTION}"));
    assert!(shell.answer().starts_with("patched"));
    fs::write(pipe, "go").expect("the program reads");
    shell.error_with("reloaded");
    shell
}

#[test]
fn the_new_function_of_a_path_is_patched_for_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = after_reloading(&pipe);
    // The last count is that of the old function, which was called once.
    shell.send(&format!("expect hits({FUNCTION}) == 1"));
    shell.send(&format!("patch {FUNCTION}"));
    assert!(shell.answer().starts_with("patched"));
    fs::write(&pipe, "go").expect("the program reads");
    shell.send(&format!("wait; expect hits({FUNCTION}) == 10"));
    shell.send(&format!("expect callables({FUNCTION}) == 1"));
    shell.send("unpatch --all");
    let (status, answers, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
    let undone = "unpatched 2 callables; the original code is back";
    assert!(answers.iter().any(|line| line == undone), "{answers:?}");
}

#[test]
fn the_new_function_of_a_path_is_remembered_when_the_former_one_is_unpatched() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pipe, session) = (named_pipe(folder.path()), folder.path().join("session"));
    let mut shell = after_reloading(&pipe);
    shell.send(&format!("time {FUNCTION}"));
    assert!(shell.answer().starts_with("timed"));
    shell.send("unpatch __main__:old");
    assert!(shell.answer().starts_with("unpatched 1 callable"));
    assert!(shell.answer().contains("other code has replaced it"));
    shell.send(&format!("record {}", session.display()));
    assert!(shell.answer().starts_with("recording"));
    let recorded = fs::read_to_string(&session).expect("it is written");
    let command = format!("time -- {FUNCTION}");
    assert!(recorded.lines().any(|line| line == command), "{recorded}");
    shell.leave();
}

#[test]
fn what_is_replaced_while_it_is_timed_is_told_and_left_alone() {
    let name = "replaced_while_timed.py";
    let mut shell = Conversation::with(instrsh().arg("--keep-going").arg(program(name)));
    shell.error_with("ready");
    shell.send("patch __main__:patched_before");
    assert!(shell.answer().starts_with("patched"));
    // It measures until the program ends.
    shell.send("time __main__:kept __main__:replaced __main__:patched_before --for 1h; verify");
    let (status, answers, errors) = shell.finish();
    assert_eq!(status.code(), Some(1), "{errors:?}");
    assert_eq!(errors[0], "['kept', 'other', 'other']");
    let told = "was given another code object while it was measured; that was left alone";
    assert!(errors[1].contains(told), "{errors:?}");
    let is_told = |name| answers.contains(&format!("__main__:{name} has changed"));
    assert!(
        is_told("replaced") && is_told("patched_before"),
        "{answers:?}"
    );
    let kept = "1 callable exactly as before".to_owned();
    assert!(answers.contains(&kept), "{answers:?}");
}
