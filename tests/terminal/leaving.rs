//! Leaving: the exit status, and the terminal as it was.

use std::time::Instant;

use crate::common::program;
use crate::person::{CONTROL_D, Home, Person};

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
    for (what, last) in [
        ("sleeping", "atexit ran"),
        ("busy", "atexit ran"),
        ("deadlocked", "atexit ran"),
        ("swallows_interrupts", "atexit ran"),
        ("asynchronous", "atexit ran"),
        ("threaded", "atexit ran"),
        ("swallowing", "does not end when it is"),
        ("hanging_exit_handler", "atexit ran"),
        ("looping_finaliser", "a finaliser of"),
        ("keeping_interpreter", "the patches could not be undone"),
        ("leaving_child", "atexit ran"),
    ] {
        let (mut person, before) = beside(what);
        let start = Instant::now();
        person.presses(CONTROL_D);
        let rows = person.is_left(&before, status_of(what));
        println!("{what}: left after {:?}", start.elapsed());
        assert!(
            rows.iter().any(|row| row.contains(last)),
            "{what}: {rows:#?}"
        );
    }
}

/// What cannot be undone is a failure.
fn status_of(what: &str) -> u8 {
    u8::from(what == "keeping_interpreter")
}

/// Someone at a terminal in which the shell runs a program that does this, and what the terminal's
/// modes were before.
fn beside(what: &str) -> (Person, String) {
    let program = program("leaving.py");
    let arguments = [program.as_os_str(), what.as_ref()];
    let (person, before) = Person::with_login_shell(&Home::new(), &arguments);
    person.sees_ready();
    (person, before)
}
