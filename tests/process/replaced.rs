//! What the program replaces while it is patched: functions of a module that it reloads, and code objects.

use std::fs;
use std::process::Command;

use crate::common::{Conversation, instrsh, program};

const FUNCTION: &str = "reloaded_module:function";

#[test]
fn the_new_function_of_a_path_is_patched_for_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("go");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let mut shell = Conversation::with(instrsh().arg(program("reloading.py")).arg(&pipe));
    shell.error_with("ready");
    shell.send(&format!("patch {FUNCTION}"));
    assert!(shell.answer().starts_with("patched"));
    fs::write(&pipe, "go").expect("the program reads");
    shell.error_with("reloaded");
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
