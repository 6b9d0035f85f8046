//! Other code assigns `__code__` while our patch is installed: this is noticed, and not
//! overwritten.

use std::fs;
use std::process::Command;

use libtest_mimic::Failed;

use crate::common::{Conversation, instrsh, program};

pub(crate) fn is_left_alone() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let go = folder.path().join("go");
    if !Command::new("mkfifo").arg(&go).status()?.success() {
        return Err("mkfifo failed".into());
    }
    let mut shell = Conversation::with(instrsh().arg(program("code_assigned.py")).arg(&go));
    shell.error_with("ready");
    shell.send("patch __main__:function");
    assert!(shell.answer().starts_with("patched __main__:function: "));
    fs::write(&go, "go")?;
    let said = shell.error_with("assigned");
    assert_eq!(said, "assigned its own code then the code of somebody else");
    shell.send("expect hits(__main__:function) == 1");
    shell.send("unpatch --all");
    assert_eq!(
        shell.answer(),
        "__main__:function was given another code object since it was patched; it was left alone"
    );
    fs::write(&go, "go")?;
    let said = shell.error_with("at last");
    assert_eq!(said, "at last the code of somebody else");
    let (status, _, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
    Ok(())
}
