//! A program that prints while a line is typed, and during `watch`.

use crate::common::program;
use crate::person::{CONTROL_C, Home, Person};
use crate::screen::{PROMPT, Seen};

/// How the end of the program is announced.
const ENDED: &str = "the program has ended; `wait` tells how";

/// A person at the prompt of a program that prints what is requested.
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
    let rows = seen.everything();
    drop(seen);
    let first = rows.iter().position(|row| row == "line 0").expect("line 0");
    let last = rows.len() - 3;
    for (number, row) in rows[first..last].iter().enumerate() {
        assert_eq!(*row, format!("line {number}"));
    }
    assert_eq!(rows[last..], ["last line", ENDED, "instrsh> help exit"]);
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
fn a_line_without_an_end_grows_in_its_place() {
    let mut person = beside_printing((60, 20));
    person.presses("help");
    person.tells_target("unfinished");
    person.sees("its beginning", |seen| seen.shows("without an end"));
    person.tells_target("goes_on");
    let whole = "without an end, but it goes on";
    let mut seen = person.seen_when("the whole of it", |seen| {
        seen.shows(whole) && seen.line() == "instrsh> help"
    });
    let rows = seen.everything();
    let begun = rows.iter().filter(|row| row.starts_with("without"));
    assert_eq!(begun.collect::<Vec<_>>(), [whole], "{rows:#?}");
}

#[test]
fn progress_is_shown_in_one_row() {
    let person = beside_printing((60, 20));
    person.tells_target("progress");
    person.sees("all but the last step", |seen| seen.shows("done: 99 %"));
    person.tells_target("complete");
    let mut seen = person.seen_when("the last step", |seen| {
        seen.shows("done: 100 %") && seen.has_prompt()
    });
    let rows = seen.everything();
    let done = rows.iter().filter(|row| row.starts_with("done"));
    assert_eq!(done.collect::<Vec<_>>(), ["done: 100 %"], "{rows:#?}");
}

#[test]
fn what_would_move_the_cursor_does_not() {
    let mut person = beside_printing((60, 20));
    person.presses("help");
    person.sees_line("help");
    person.tells_target("hostile");
    person.sees("the text alone, and what was typed", |seen| {
        seen.shows("up, red, and on") && seen.shows("ready") && seen.line() == "instrsh> help"
    });
}

#[test]
fn a_very_long_line_is_shown_in_pieces_of_whole_characters() {
    let person = beside_printing((60, 20));
    person.tells_target("long");
    let mut seen = person.seen_when("what comes behind it", |seen| {
        seen.shows("behind the long lines") && seen.has_prompt()
    });
    let text = seen.everything().concat();
    drop(seen);
    assert_eq!(text.matches('€').count(), 150_000);
    assert!(!text.contains(char::REPLACEMENT_CHARACTER));
}

#[test]
fn all_ways_to_a_terminal_end_above_the_prompt() {
    let person = beside_printing((60, 20));
    person.tells_target("ways");
    for line in [
        "stdin, stdout, stderr are terminals: [False, True, True]",
        "from stderr",
        "from C",
        "from a child",
    ] {
        person.sees(line, |seen| {
            seen.rows().iter().any(|row| row == line) && seen.has_prompt()
        });
    }
}

#[test]
fn the_target_is_told_of_a_new_size_at_once_whatever_it_does_with_the_signal() {
    let mut person = beside_printing((60, 20));
    person.presses("help");
    person.sees_line("help");
    person.tells_target("narrow");
    person.sees("that it waits", |seen| seen.shows("waits for 50 columns"));
    person.resizes((50, 20));
    person.sees("that it knows", |seen| seen.shows("there are 50 columns"));
}

/// Commands come and go while a line comes every half millisecond; each line is shown whole, in
/// order, and none waits for a prompt.
#[test]
#[expect(clippy::print_stdout, reason = "the numbers are part of the proof")]
fn lines_keep_their_order_between_commands() {
    let mut person = beside_printing((60, 20));
    person.tells_target("start");
    for turn in 0..60 {
        person.presses("help clear\r");
        person.sees("the answer and more lines", |seen| {
            let shown = seen.rows().iter().filter_map(|row| number(row)).max();
            shown >= Some(turn * 10) && seen.has_prompt()
        });
    }
    // It appears at the prompt once everything before it is answered.
    person.presses("sleep 1000");
    person.sees_line("sleep 1000");
    person.presses("\r");
    person.sees("a long command that runs", |seen| {
        !seen.line().starts_with(PROMPT)
    });
    person.tells_target("end");
    person.sees("the last line while it runs", |seen| {
        seen.shows("last line")
    });
    person.presses(CONTROL_C);
    person.sees_prompt();
    let mut seen = person.seen_when("the end", Seen::has_prompt);
    let rows = seen.everything();
    drop(seen);
    let lines: Vec<usize> = rows.iter().filter_map(|row| number(row)).collect();
    assert!(lines.iter().copied().eq(0..lines.len()), "{lines:?}");
    let answers = rows.iter().filter(|row| *row == "clear the screen").count();
    println!("{} lines between {answers} answers", lines.len());
    assert_eq!(answers, 60);
    assert!(lines.len() > 590);
}

/// The number of a line that the program counts.
fn number(row: &str) -> Option<usize> {
    row.strip_prefix("line ")?.parse().ok()
}

#[test]
fn two_hundred_thousand_lines_leave_the_line_being_typed_as_it_is() {
    let mut person = beside_printing((60, 20));
    person.tells_target("many");
    person.sees("the first of them", |seen| seen.shows("one of many"));
    for (place, key) in "help exit".char_indices() {
        person.presses(&key.to_string());
        person.sees_line("help exit"[..=place].trim_end());
    }
    let seen = person.seen_when("the last of them", |seen| {
        seen.shows("no more of them") && seen.line() == "instrsh> help exit"
    });
    let rows = seen.rows();
    drop(seen);
    let last = rows.iter().position(|row| row == "no more of them");
    let last = last.expect("it was just seen");
    for (above, number) in (183_000..200_000).rev().take(last).enumerate() {
        assert_eq!(rows[last - 1 - above], format!("one of many {number}"));
    }
    person.enters("", &["exit 3  with status 3"]);
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

#[test]
fn the_greeting_tells_that_the_program_is_still_importing() {
    let program = program("importing.py");
    let until = "expect callables(importing_module:before) == 1 --within 60";
    let arguments = ["-i", "-c", until, &program.to_string_lossy()];
    let person = Person::starting(&Home::new(), (200, 30), &arguments);
    person.sees("the greeting", |seen| {
        seen.shows("importing.py (") && seen.shows(", still importing). Type `help`.")
    });
}
