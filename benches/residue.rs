//! Whether a patch leaves a cost behind: calls of functions that were never patched, that are, and
//! that were, timed in the target itself.
//!
//! `cargo bench --bench residue` prints the table; see `benches/README.md`.

#![expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]

#[path = "../tests/common/mod.rs"]
mod common;
mod frame;

use std::fs;
use std::process::Command;

use common::{Conversation, instrsh, project};
use frame::Results;

/// The cases of `programs/residue.py`, and what they are.
const TITLES: [(&str, &str); 5] = [
    ("never", "never patched"),
    ("control", "the same once more: what is noise"),
    ("patched", "patched"),
    ("undone", "patched and unpatched"),
    ("by_hand", "code replaced and put back in Python alone"),
];

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pipe, results) = (folder.path().join("go"), folder.path().join("results"));
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let mut shell = Conversation::with(
        instrsh()
            .arg(project().join("benches/programs/residue.py"))
            .args([&pipe, &results]),
    );
    shell.error_with("ready to be patched");
    shell.send("patch __main__:patched_* __main__:undone_*");
    assert!(shell.answer().starts_with("patched "));
    fs::write(&pipe, "go").expect("the program reads");
    shell.error_with("ready to be unpatched");
    shell.send("unpatch __main__:undone_*");
    assert!(shell.answer().starts_with("unpatched "));
    fs::write(&pipe, "go").expect("the program reads");
    shell.send("wait");
    let (status, _, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
    let results = Results::read(&results);
    println!(
        "CPython {}, {}\n{}\ngoal: unpatched at most 1.01 of never patched",
        common::python_minor_version(),
        results.load,
        results.table(&TITLES)
    );
}
