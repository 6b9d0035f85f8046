//! A module that is reloaded while it is patched.

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
