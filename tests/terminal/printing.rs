//! A target that prints while a line is typed, and while `watch` has the screen.

use std::fs::write;

use crate::common::program;
use crate::person::{Home, Person};

/// Someone at the prompt of a program that prints `line 0`, `line 1`, ... until `end` is in `home`.
fn beside_printing(home: &Home, size: (u16, u16)) -> Person {
    let arguments = [program("printing.py"), home.path().to_owned()];
    let arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    Person::starting(
        home,
        size,
        &arguments.each_ref().map(|argument| &**argument),
    )
}

#[test]
fn output_appears_above_the_line_being_typed_which_stays_whole() {
    let home = Home::new();
    let mut person = beside_printing(&home, (60, 20));
    write(home.path().join("start"), "").expect("the target is told");
    person.sees("output", |seen| seen.shows("line 50"));
    for (place, key) in "help exit".char_indices() {
        person.presses(&key.to_string());
        person.sees_line("help exit"[..=place].trim_end());
    }
    write(home.path().join("end"), "").expect("the target is told");
    let mut seen = person.seen_when("the last line, and below it what was typed", |seen| {
        seen.shows("last line") && seen.line() == "instrsh> help exit"
    });
    let rows = seen.everything();
    drop(seen);
    let first = rows.iter().position(|row| row == "line 0").expect("line 0");
    let last = rows.len() - 2;
    for (number, row) in rows[first..last].iter().enumerate() {
        assert_eq!(*row, format!("line {number}"));
    }
    assert_eq!(rows[last..], ["last line", "instrsh> help exit"]);
    person.enters("", &["exit 3  with status 3"]);
}

#[test]
fn a_line_without_an_end_appears_too() {
    let home = Home::new();
    let mut person = beside_printing(&home, (60, 20));
    person.presses("help");
    person.sees_line("help");
    write(home.path().join("unfinished"), "").expect("the target is told");
    person.sees("the unfinished line above what was typed", |seen| {
        seen.shows("without an end") && seen.line() == "instrsh> help"
    });
}

#[test]
fn a_target_that_prints_is_not_held_up_by_watch() {
    let home = Home::new();
    let mut person = beside_printing(&home, (100, 30));
    person.enters("patch __main__:say", &["patched __main__:say"]);
    person.presses("watch --every 50ms __main__:say\r");
    person.sees("the table", |seen| {
        seen.screen().alternate_screen() && seen.shows("__main__:say")
    });
    write(home.path().join("flood"), "").expect("the target is told");
    // More than the buffer of any pipe or pseudo-terminal.
    person.sees("10,000 hits", |seen| seen.shows("10,000"));
    person.presses("q");
    person.sees("the prompt below all of the output", |seen| {
        seen.shows("flood 9999") && seen.has_prompt()
    });
}
