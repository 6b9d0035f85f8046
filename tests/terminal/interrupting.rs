//! Ctrl-C: ends the line or the command, and never the program.

use regex::Regex;

use crate::common::named_pipe;
use crate::person::{CONTROL_C, Home, Person};
use crate::screen::Seen;

/// The last line of `help exit`, which shows that the command line has begun to run.
const STARTED: &str = "exit 3  with status 3";

/// Asks the shell whether its program runs.
#[track_caller]
fn expects_running_target(person: &mut Person) {
    person.enters("expect program == ended", &["but program is running"]);
}

#[test]
fn it_clears_the_line_and_ends_neither_target_nor_shell() {
    let mut person = Person::at_demo();
    person.presses("ls nonsense");
    person.sees_line("ls nonsense");
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.sees("no answer", |seen| !seen.shows("error"));
    expects_running_target(&mut person);
}

#[test]
fn it_ends_a_sleep() {
    let mut person = Person::at_demo();
    person.presses("help exit; sleep 1000\r");
    person.sees("the start", |seen| seen.shows(STARTED));
    person.presses(CONTROL_C);
    person.sees_prompt();
    expects_running_target(&mut person);
}

#[test]
fn it_ends_an_expect_that_waits() {
    let mut person = Person::at_demo();
    person.presses("help exit; expect program == ended --within 1h\r");
    person.sees("the start", |seen| seen.shows(STARTED));
    person.presses(CONTROL_C);
    person.sees_prompt();
    expects_running_target(&mut person);
}

#[test]
fn it_ends_a_long_patch_between_two_callables_and_what_was_left_is_told() {
    let home = Home::new();
    let program = "tests/programs/long_to_patch.py";
    let mut person = Person::starting(&home, (100, 30), &[program]);
    person.sees_ready();
    person.presses("patch __main__:function_* --limit 0\r");
    let progress = Regex::new(r"\d of 20000").expect("a pattern");
    person.sees("progress", |seen| {
        progress.is_match(&seen.rows().join("\n"))
    });
    person.presses(CONTROL_C);
    let told = |seen: &Seen| seen.shows("were not reached") && seen.has_prompt();
    let rows = person.seen_when("what was left", told).rows().join("\n");
    let number = |pattern: &str| -> u32 {
        let pattern = Regex::new(pattern).expect("a pattern");
        let found = pattern.captures(&rows).expect("it is told");
        found[1].parse().expect("a number")
    };
    let patched = number(r"patched (\d+) callables");
    let left = number(r"(\d+) callables were not reached");
    assert_eq!(patched + left, 20_000);
    person.enters(
        "verify",
        &[&format!("{patched} patched, otherwise as before")],
    );
    expects_running_target(&mut person);
}

#[test]
fn what_was_timed_for_a_time_is_as_before_whenever_it_comes() {
    for (when, time) in [("all are timed", "1h"), ("one is as before", "1ms")] {
        let program = "tests/programs/long_to_time.py";
        let mut person = Person::starting(&Home::new(), (100, 30), &[program]);
        person.sees_ready();
        person.presses(&format!(
            "time __main__:function_* --limit 0 --for {time}\r"
        ));
        person.sees(when, |seen| seen.shows(when));
        person.presses(CONTROL_C);
        person.sees_prompt();
        person.enters("verify", &["4000 callables exactly as before"]);
        expects_running_target(&mut person);
    }
}

#[test]
fn it_ends_the_wait_for_a_pipe_that_nobody_writes_to() {
    let home = Home::new();
    let pipe = named_pipe(home.path());
    let mut person = Person::starting(&home, (100, 30), &[]);
    person.presses(&format!("help exit; source {}\r", pipe.display()));
    person.sees("the start", |seen| seen.shows(STARTED));
    person.presses(CONTROL_C);
    person.sees_prompt();
    expects_running_target(&mut person);
}

#[test]
fn it_forgets_what_was_typed_ahead() {
    let mut person = Person::at_demo();
    person.presses("help exit; sleep 1000\r");
    person.sees("the start", |seen| seen.shows(STARTED));
    person.presses("help clear");
    person.presses(CONTROL_C);
    person.sees_prompt();
}

#[test]
fn twice_on_an_empty_line_it_leaves() {
    let mut person = Person::at_demo();
    person.presses(CONTROL_C);
    person.sees("what to press", |seen| {
        seen.shows("Ctrl-C again") && seen.has_prompt()
    });
    person.presses(CONTROL_C);
    assert_eq!(person.sees_end(), 0);
}

#[test]
fn a_line_between_two_of_them_keeps_the_shell() {
    let mut person = Person::at_demo();
    person.presses(CONTROL_C);
    person.sees("what to press", |seen| {
        seen.shows("Ctrl-C again") && seen.has_prompt()
    });
    person.enters("help exit", &[STARTED]);
    person.presses(CONTROL_C);
    person.sees("what to press, again", |seen| {
        let notices = seen.rows();
        let notices = notices.iter().filter(|row| row.contains("Ctrl-C again"));
        notices.count() == 2 && seen.has_prompt()
    });
}
