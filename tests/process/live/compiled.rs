//! Functions that CPython's JIT compiles, since 3.14: no call is lost or counted twice, whether a hook
//! runs in compiled code or in the interpreter, and before or after its patch was undone.

use std::collections::HashMap;
use std::fs;
use std::process::Command;

use crate::common::answers::rows;
use crate::common::{
    Conversation, instrsh, is_python_since, named_pipe, program, python_minor_version, tell_skipped,
};

/// As in the program.
const TIMES: u64 = 20_000;

/// What is patched; its class constructed instances before, too.
const CALLABLES: [&str; 4] = ["called", "copied", "Constructed.__init__", "begun"];

/// The hits of some callables.
fn hits(shell: &mut Conversation) -> HashMap<String, u64> {
    let rows = rows(&shell.ask("ls __main__:*")).into_iter();
    rows.map(|(path, _, hits)| (path.replace("__main__:", ""), hits))
        .collect()
}

/// Waits until the program says a word, and holds that each body has run in compiled code.
fn all_compiled(shell: &Conversation, word: &str) {
    let told = shell.error_with(word);
    let counts = told.split_whitespace().skip(1);
    let mut counts: Vec<u64> = counts.map(|it| it.parse().expect("a count")).collect();
    if python_minor_version() == "3.14" {
        counts.truncate(2); // it compiles no call of a class and no first step of a generator
    }
    assert!(counts.len() >= 2 && !counts.contains(&0), "{told}");
}

#[test]
fn hits_of_compiled_functions_are_exact_while_patched_and_afterwards() {
    if !has_jit() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut command = instrsh();
    command.env("PYTHON_JIT", "1").arg("--keep-going");
    let mut shell = Conversation::with(command.arg(program("compiled.py")).arg(&pipe));
    shell.error_with("ready");
    let paths = CALLABLES.map(|name| format!("__main__:{name}"));
    shell.ask(&format!("patch {}", paths.join(" ")));
    fs::write(&pipe, "go").expect("the program reads");
    all_compiled(&shell, "patched");
    let patched = hits(&mut shell);
    assert_eq!(
        CALLABLES.map(|name| patched[name]),
        [2 * TIMES, 2 * TIMES, 2 * TIMES, TIMES]
    );
    shell.ask("unpatch --all");
    fs::write(&pipe, "go").expect("the program reads");
    all_compiled(&shell, "unpatched");
    let unpatched = hits(&mut shell);
    // The generators were called while it was patched; the copy is the program's own function.
    assert_eq!(CALLABLES.map(|name| unpatched[name]), [2 * TIMES; 4]);
    let copies = shell.ask("verify").join("\n");
    let of_copies = format!("in use: {TIMES} calls since `unpatch`");
    assert!(copies.replace(',', "").contains(&of_copies), "{copies}");
    fs::write(&pipe, "go").expect("the program reads");
    let ended = shell.ask("wait");
    assert_eq!(ended, ["the program has ended with status 0"]);
}

/// Whether the Python of this build has a JIT that works while code objects are replaced at any moment;
/// tells if not. That of 3.15.0 crashes, also without instrsh.
pub(super) fn has_steady_jit() -> bool {
    if is_python_since(15) {
        tell_skipped("the JIT at any moment, which crashes in this Python");
        return false;
    }
    has_jit()
}

/// Whether the Python of this build has a JIT; tells if not.
fn has_jit() -> bool {
    let question =
        "import sys; raise SystemExit(not (hasattr(sys, '_jit') and sys._jit.is_available()))";
    let mut python = Command::new(env!("INSTRSH_PYTHON"));
    let answer = python.args(["-c", question]).status();
    let has_jit = answer.expect("Python runs").success();
    if !has_jit {
        tell_skipped("the JIT, which this Python does not have");
    }
    has_jit
}
