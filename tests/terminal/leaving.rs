//! Leaving: the exit status, and the terminal as it was.

use portable_pty::CommandBuilder;

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

/// The kernel resets the modes when the first process of a terminal ends: here it is a `sh`.
#[test]
fn the_terminal_is_left_as_it_was() {
    let home = Home::new();
    let mut command = CommandBuilder::new("sh");
    command.arg("-c");
    command.arg("read go; \"$0\"; echo left with $?; read go");
    command.arg(env!("CARGO_BIN_EXE_instrsh"));
    let mut person = Person::running(command, &home, (100, 30));
    let before = person.modes();
    person.presses("\r");
    person.sees_prompt();
    assert_ne!(person.modes(), before, "a line is edited in other modes");
    person.presses("watch 100ms *mod_a:func_?\r");
    person.sees("the end of a watch", |seen| {
        seen.shows("watched") && seen.has_prompt()
    });
    person.presses(CONTROL_D);
    let seen = person.seen_when("the end of the shell", |seen| seen.shows("left with 0"));
    assert!(!seen.screen().alternate_screen());
    assert!(!seen.screen().hide_cursor());
    assert!(!seen.screen().bracketed_paste());
    drop(seen);
    assert_eq!(person.modes(), before);
}
