//! Leaving: the exit status, and the restored terminal.

use std::time::Instant;

use crate::common::{at_once, program};
use crate::person::{CONTROL_C, CONTROL_D, Home, Person};

#[test]
fn control_d_leaves_with_status_0() {
    let mut person = Person::at_demo();
    person.presses(CONTROL_D);
    assert_eq!(person.sees_end(), 0);
}

#[test]
fn exit_leaves_with_its_status() {
    let mut person = Person::at_demo();
    person.presses("exit 7\r");
    assert_eq!(person.sees_end(), 7);
}

#[test]
fn after_a_watch_the_terminal_is_left_as_it_was() {
    let (mut person, before) = beside("sleeping");
    person.presses("watch 100ms __main__:ready\r");
    person.sees("the end of a watch", |seen| {
        seen.shows("watched") && seen.has_prompt()
    });
    person.presses(CONTROL_D);
    person.is_left(&before, 0);
}

#[test]
#[expect(clippy::print_stdout, reason = "the times are part of the proof")]
fn whatever_the_target_does_the_terminal_is_left_as_it_was() {
    let ways = [
        ("sleeping", "atexit ran"),
        ("busy", "atexit ran"),
        ("deadlocked", "atexit ran"),
        ("swallows_interrupts", "atexit ran"),
        ("asynchronous", "atexit ran"),
        ("threaded", "atexit ran"),
        ("swallowing", "did not end when it was"),
        ("hanging_exit_handler", "atexit ran"),
        ("looping_finaliser", "did not finalise"),
        // Whether the shell has met the GIL by then or not.
        ("keeping_interpreter", "gives it more time"),
        ("leaving_child", "atexit ran"),
    ];
    at_once(&ways, |(what, last)| {
        let (mut person, before) = beside(what);
        let start = Instant::now();
        person.presses(CONTROL_D);
        let rows = person.is_left(&before, status_of(what));
        println!("{what}: left after {:?}", start.elapsed());
        assert!(
            rows.iter().any(|row| row.contains(last)),
            "{what}: {rows:#?}"
        );
    });
}

/// A forced end is a failure.
fn status_of(what: &str) -> u8 {
    u8::from(matches!(
        what,
        "swallows_interrupts" | "swallowing" | "looping_finaliser" | "keeping_interpreter"
    ))
}

#[test]
fn a_program_that_finalises_for_ever_is_waited_for_until_control_c() {
    let program = program("leaving.py").to_string_lossy().into_owned();
    let arguments = [&*program, "ended_looping_finaliser"];
    let mut person = Person::starting(&Home::new(), (100, 30), &arguments);
    person.sees("the end of the program", |seen| {
        seen.shows("the program has ended") && seen.has_prompt()
    });
    person.presses(CONTROL_D);
    person.sees("what it waits for", |seen| {
        seen.shows("is still finalising; Ctrl-C kills it")
    });
    person.presses(CONTROL_C);
    person.sees("how it ended", |seen| seen.shows("by signal 2 (SIGINT)"));
    person.sees_end();
}

/// A person at a terminal in which the shell runs a program that does this, and the terminal's
/// earlier modes.
fn beside(what: &str) -> (Person, String) {
    let program = program("leaving.py");
    let arguments = [program.as_os_str(), what.as_ref()];
    let (person, before) = Person::with_login_shell(&Home::new(), &arguments);
    person.sees_ready();
    (person, before)
}
