//! A large program: the shell reads it once, and then only where it has changed.

use std::fs;

use crate::common::{Conversation, instrsh, named_pipe, program};

const STAYS: &str = "Changing.stays method";
/// What is listed before the first change of `surveyed.py`, and after each.
const LISTED: [&[&str]; 8] = [
    &[STAYS],
    &[STAYS, "changing_a function"],
    &["Changing.added method", STAYS, "changing_a function"],
    &[
        "Changing.Inner.added method",
        "Changing.added method",
        STAYS,
        "changing_a function",
    ],
    &[
        "Changing.Inner.added method",
        "Changing.added method",
        STAYS,
        "changing_a coroutine function",
    ],
    &[
        "Changing.added method",
        STAYS,
        "changing_a coroutine function",
    ],
    &["Changing.added method", STAYS],
    &["Changing.added method", STAYS, "changing_b function"],
];

#[test]
fn what_changes_is_listed_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(instrsh().arg(program("surveyed.py")).arg(&pipe));
    for listed in LISTED {
        shell.error_with("ready");
        // At this point everything has been read.
        let total = shell.ask("ls --limit 1");
        let more = format!(" of {}", grouped(40_000 + listed.len()));
        assert!(total.iter().any(|line| line.ends_with(&more)), "{total:?}");
        let rows = shell.ask("ls '*:[Cc]hanging*' --csv");
        let rows = rows.iter().skip(1).map(|row| {
            let mut cells = row.split(',');
            let name = cells.next().expect("a name");
            let kind = cells.next().expect("a kind");
            format!("{} {kind}", name.trim_start_matches("__main__:"))
        });
        assert_eq!(rows.collect::<Vec<_>>(), listed);
        fs::write(&pipe, "go").expect("the program reads");
    }
    assert!(shell.finish().0.success());
}

fn grouped(number: usize) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}
