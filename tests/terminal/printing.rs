//! A target that prints while a line is typed, and while `watch` has the screen.

use crate::common::program;
use crate::person::{Home, Person};

/// How the end of the program is announced.
const ENDED: &str = "the target has ended";

/// Someone at the prompt of a program that prints what it is told.
fn beside_printing(size: (u16, u16)) -> Person {
    let home = Home::new();
    let program = program("printing.py");
    let arguments = [&program.to_string_lossy(), &home.path().to_string_lossy()];
    let person = Person::starting(&home, size, &arguments.map(|argument| &**argument));
    person.sees("the program's first line", |seen| seen.shows("ready"));
    person
}

#[test]
fn output_appears_above_the_line_being_typed_which_stays_whole() {
    let mut person = beside_printing((60, 20));
    person.tells_target("start");
    person.sees("output", |seen| seen.shows("line 50"));
    for (place, key) in "help exit".char_indices() {
        person.presses(&key.to_string());
        person.sees_line("help exit"[..=place].trim_end());
    }
    person.tells_target("end");
    let mut seen = person.seen_when("the last line, and below it what was typed", |seen| {
        seen.shows("last line") && seen.shows(ENDED) && seen.line() == "instrsh> help exit"
    });
    let mut rows = seen.everything();
    drop(seen);
    // The end is announced by somebody else than who carries the output.
    rows.retain(|row| !row.contains(ENDED));
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
    let mut person = beside_printing((60, 20));
    person.presses("help");
    person.sees_line("help");
    person.tells_target("unfinished");
    person.sees("the unfinished line above what was typed", |seen| {
        seen.shows("without an end") && seen.line() == "instrsh> help"
    });
}

#[test]
fn a_target_that_prints_is_not_held_up_by_watch() {
    let mut person = beside_printing((100, 30));
    person.enters("patch __main__:say", &["patched __main__:say"]);
    person.presses("watch --every 50ms __main__:say\r");
    person.sees("the table", |seen| {
        seen.screen().alternate_screen() && seen.shows("__main__:say")
    });
    person.tells_target("flood");
    // More than the buffer of any pipe or pseudo-terminal.
    person.sees("10,000 hits", |seen| seen.shows("10,000"));
    person.presses("q");
    person.sees("the prompt below all of the output", |seen| {
        seen.shows("flood 9999") && seen.has_prompt()
    });
}
