//! A module that the target is importing at this very moment.

mod common;

use common::{Conversation, program};

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
