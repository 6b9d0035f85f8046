//! Job control: Ctrl-Z gives the terminal to the login shell as it was, `fg` takes it again.

use portable_pty::CommandBuilder;

use crate::person::{CONTROL_D, Home, Person};

const CONTROL_Z: &str = "\x1a";

#[test]
fn control_z_stops_and_fg_goes_on_with_the_line() {
    let mut login = CommandBuilder::new("sh");
    login.arg("-i");
    login.env("PS1", "login$ ");
    let mut person = Person::running(login, &Home::new(), (100, 30));
    person.sees("the login shell", |seen| seen.line() == "login$");
    let before = format!("{:?}", person.modes());
    person.presses(concat!(env!("CARGO_BIN_EXE_instrsh"), "\n"));
    person.sees_prompt();
    for turn in 1..=3 {
        // With a blank in front, so that no history comes as a hint.
        person.presses(" help ex");
        person.sees_line(" help ex");
        person.presses(CONTROL_Z);
        person.sees("the login shell again", |seen| seen.line() == "login$");
        assert_eq!(format!("{:?}", person.modes()), before, "turn {turn}");
        person.presses("clear; fg\n");
        person.sees_line(" help ex");
        person.enters("it", &["exit 3  with status 3"]);
    }
    person.presses(CONTROL_D);
    person.sees("the login shell at the end", |seen| seen.line() == "login$");
    assert_eq!(format!("{:?}", person.modes()), before);
}

#[test]
fn control_z_does_nothing_where_nobody_could_go_on_with_it() {
    let mut person = Person::at_demo();
    person.presses("help ex");
    person.presses(CONTROL_Z);
    person.enters("it", &["exit 3  with status 3"]);
}
