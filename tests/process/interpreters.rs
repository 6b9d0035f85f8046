//! Programs with several interpreters (`concurrent.interpreters`, since 3.14): a function is patched in
//! the main one alone.

use std::fs;

use crate::common::{Conversation, instrsh, is_python_since, named_pipe, program};

#[test]
fn only_calls_in_the_main_interpreter_count() {
    if !is_python_since(14) {
        return; // `concurrent.interpreters` came with 3.14
    }
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let script = program("several_interpreters.py");
    let mut shell = Conversation::with(instrsh().arg(script).arg(&pipe));
    shell.error_with("ready");
    shell.ask("patch colorsys:rgb_to_hsv __main__:nameless");
    fs::write(&pipe, "go").expect("the program reads");
    // Another interpreter imports a function if its code, with the hook, cannot be sent there.
    assert_eq!(shell.error_with(""), "importable: (0.0, 0.0, 1)");
    assert_eq!(
        shell.error_with(""),
        "nameless: NotShareableError: object could not be marshalled"
    );
    shell.error_with("ready");
    shell.ask("expect hits(colorsys:rgb_to_hsv) == 1000; expect hits(__main__:nameless) == 0");
    shell.ask("unpatch --all; verify");
    fs::write(&pipe, "go").expect("the program reads");
    assert_eq!(shell.error_with(""), "importable: (0.0, 0.0, 1)");
    assert_eq!(shell.error_with(""), "nameless: called");
    shell.ask("wait; verify");
    let (status, ..) = shell.finish();
    assert!(status.success());
}
