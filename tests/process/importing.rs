//! Modules that the program is importing, and modules that must not be imported for it.

use std::fs;

use crate::common::{Conversation, instrsh, named_pipe, program};

#[test]
fn a_module_in_the_middle_of_its_import_is_named_as_such() {
    let script = program("importing.py");
    let mut shell = Conversation::start(&[&script.to_string_lossy()]);
    shell.error_with("ready");
    shell.send("patch importing_module:function");
    let error = shell.error_with("error: ");
    assert!(
        error.ends_with("module `importing_module` is still being imported"),
        "{error}"
    );
    assert_eq!(shell.error_with("hint: "), "hint: try again in a moment");
    let (status, ..) = shell.finish();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn an_import_in_the_middle_is_patched_when_it_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let program = program("importing_until_told.py");
    let mut shell = Conversation::with(instrsh().arg(program).arg(&pipe));
    shell.error_with("ready");
    shell.ask("patch --lazy importing_*package:function importing_*.inner:*");
    fs::write(&pipe, "go").expect("the program reads");
    shell.ask("wait 60");
    for module in ["package", "package.inner"] {
        shell.ask(&format!(
            "expect hits(importing_until_told_{module}:function) == 3"
        ));
    }
    shell.ask("unpatch --all; verify");
    let (status, ..) = shell.finish();
    assert!(status.success());
}

#[test]
fn looking_imports_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(instrsh().arg(program("looked_at.py")).arg(&pipe));
    shell.error_with("ready");
    shell.ask("ls; ls os; stats; dis os:getenv; patch os:getenv; unpatch --all; verify");
    fs::write(&pipe, "go").expect("the program reads");
    assert_eq!(shell.error_with("imported"), "imported: []");
    let (status, ..) = shell.finish();
    assert!(status.success());
}
