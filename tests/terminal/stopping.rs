//! Job control: Ctrl-Z returns the terminal to the login shell as it was, and `fg` takes it again.

use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;

use crate::common::program;
use crate::person::{CONTROL_D, Home, Person};
use crate::screen::Seen;

const CONTROL_Z: &str = "\x1a";
/// A process may take this long to stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// A person at an interactive `sh` with job control in which `instrsh` runs, and the earlier modes of
/// the terminal.
fn at_login_shell(arguments: &str) -> (Person, String) {
    let mut login = CommandBuilder::new("sh");
    login.arg("-i");
    login.env("PS1", "login$ ");
    let mut person = Person::running(login, &Home::new(), (100, 30));
    person.sees("the login shell", |seen| seen.line() == "login$");
    let before = format!("{:?}", person.modes());
    let instrsh = env!("CARGO_BIN_EXE_instrsh");
    person.presses(&format!("clear; {instrsh} {arguments}\n"));
    person.sees_prompt();
    (person, before)
}

#[test]
fn control_z_stops_and_fg_goes_on_with_the_line() {
    let (mut person, before) = at_login_shell("");
    for turn in 1..=3 {
        // With a blank in front, so that no line of the history appears as a hint.
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
fn control_z_stops_a_watch_and_fg_goes_on_with_it() {
    let (mut person, before) = at_login_shell("");
    person.presses("watch\r");
    let has_table = |seen: &Seen| seen.screen().alternate_screen() && seen.shows(" watched, ");
    person.sees("the table", has_table);
    person.presses(":help ex");
    let has_line = |seen: &Seen| has_table(seen) && seen.line() == ":help ex";
    person.sees("a line being typed", has_line);
    for turn in 1..=3 {
        person.presses(CONTROL_Z);
        person.sees("the login shell", |seen| {
            !seen.screen().alternate_screen()
                && !seen.screen().hide_cursor()
                && !seen.screen().bracketed_paste()
                && seen.line() == "login$"
        });
        assert_eq!(format!("{:?}", person.modes()), before, "turn {turn}");
        person.presses("clear; fg\n");
        person.sees("the same line", has_line);
    }
    person.presses("\x03q");
    person.sees("the prompt", |seen| {
        !seen.screen().alternate_screen() && seen.has_prompt()
    });
}

#[test]
fn control_z_does_nothing_where_nobody_could_go_on_with_it() {
    let mut person = Person::at_demo();
    person.presses("help ex");
    person.presses(CONTROL_Z);
    person.enters("it", &["exit 3  with status 3"]);
}

#[test]
fn a_target_in_a_group_of_its_own_keeps_the_terminal() {
    let program = program("own_group.py");
    let (mut person, before) = at_login_shell(&program.to_string_lossy());
    person.sees_ready();
    for turn in 1..=3 {
        person.enters("help exit", &["exit 3  with status 3"]);
        person.presses(CONTROL_Z);
        person.sees("the login shell", |seen| seen.line() == "login$");
        assert_eq!(format!("{:?}", person.modes()), before, "turn {turn}");
        person.presses("clear; fg\n");
        person.sees("the prompt on an empty screen", |seen| {
            seen.has_prompt() && !seen.shows("help exit")
        });
    }
    person.presses(CONTROL_D);
    person.sees("the end", |seen| {
        seen.shows("finally ran") && seen.line() == "login$"
    });
    assert_eq!(format!("{:?}", person.modes()), before);
}

#[test]
fn a_target_that_is_stopped_and_continued_can_be_left() {
    let program = program("stopped_meanwhile.py");
    let arguments = [&*program.to_string_lossy()];
    let mut person = Person::starting(&Home::new(), (100, 30), &arguments);
    person.sees_ready();
    person.presses(CONTROL_D);
    assert_eq!(person.sees_end(), 0);
}

/// Waits until a process has stopped: it might read a key that comes earlier.
fn has_stopped(process: &str) {
    let deadline = Instant::now() + PATIENCE;
    while state(process) != Some('T') {
        assert!(Instant::now() < deadline, "process {process} does not stop");
        std::thread::yield_now();
    }
}

fn state(process: &str) -> Option<char> {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    status.rsplit_once(") ")?.1.chars().next()
}

#[test]
fn a_process_in_the_foreground_reads_on_when_the_target_is_back() {
    let program = program("asking.py");
    let (mut person, _) = at_login_shell(&format!("--hold {} has_child", program.display()));
    person.presses("fg\r");
    person.sees("the child", |seen| {
        seen.rows().iter().any(|row| row.ends_with(" reads"))
    });
    for _ in 0..2 {
        person.presses(CONTROL_Z);
        person.sees("the prompt", |seen| {
            seen.shows("the program is still running") && seen.has_prompt()
        });
        person.enters("help exit", &["exit 3  with status 3"]);
        person.presses("clear\r");
        person.sees("an empty screen", |seen| {
            seen.has_prompt() && !seen.shows("help exit")
        });
        person.presses("fg\r");
        person.sees("the way back", |seen| {
            seen.shows("press Ctrl-Z to return to the prompt")
        });
    }
    person.presses("typed once\r");
    person.sees("the echo and the answer of the child", |seen| {
        let said = seen.rows();
        said.iter().filter(|row| *row == "typed once").count() == 2 && seen.has_prompt()
    });
}

#[test]
fn a_process_that_the_target_started_stops_with_the_shell() {
    let home = Home::new();
    let program = program("sleeping_child.py");
    let folder = home.path().display();
    let (mut person, _) = at_login_shell(&format!("{} {folder}", program.display()));
    person.sees_ready();
    let child = std::fs::read_to_string(home.path().join("child")).expect("its number");
    person.presses(CONTROL_Z);
    person.sees("the login shell", |seen| seen.line() == "login$");
    has_stopped(&child);
    person.presses("clear; fg\n");
    person.sees_prompt();
    assert_ne!(state(&child), Some('T'));
    person.presses(CONTROL_D);
    person.sees("the login shell at the end", |seen| seen.line() == "login$");
}
