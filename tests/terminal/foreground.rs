//! `fg`: a program that needs the terminal has it until it ends or Ctrl-Z returns to the prompt.

use std::ffi::OsStr;

use crate::common::program;
use crate::person::{CONTROL_C, CONTROL_D, Home, Person};

const CONTROL_Z: &str = "\x1a";

/// A person who has given the terminal to a program that needs it in this way.
fn in_front(what: &str) -> Person {
    let program = program("asking.py");
    let arguments = ["--hold", &program.to_string_lossy(), what];
    let mut person = Person::starting(&Home::new(), (100, 30), &arguments);
    person.presses("fg\r");
    person
}

#[test]
fn a_question_is_answered_and_the_prompt_comes_back() {
    let mut person = in_front("asks");
    person.sees("the question", |seen| seen.line() == "your name?");
    person.presses("Ada\r");
    person.sees("the answer and the end", |seen| {
        seen.shows("hello Ada") && seen.shows("the program has ended") && seen.has_prompt()
    });
    person.enters("fg", &["error: the program has ended"]);
}

#[test]
fn a_program_that_asks_at_the_prompt_wants_the_terminal() {
    let program = program("asking.py");
    let wants = "it wants the terminal, type `fg`";
    for what in ["asks", "is_debugged"] {
        let arguments = ["--hold", &program.to_string_lossy(), what];
        let mut person = Person::starting(&Home::new(), (120, 30), &arguments);
        person.presses("run\r");
        person.sees("what it wants", |seen| {
            seen.shows(wants) && seen.has_prompt()
        });
        person.presses("restart --hold; clear; fg\r");
        person.sees("its question, and no more", |seen| {
            let asks = seen.shows("your name?") || seen.shows("(Pdb)");
            asks && !seen.shows(wants)
        });
    }
}

#[test]
fn a_question_is_asked_again_after_a_restart() {
    let mut person = in_front("asks");
    for name in ["Ada", "Grace"] {
        person.sees("the question", |seen| seen.line() == "your name?");
        person.presses(&format!("{name}\r"));
        person.sees("the answer", |seen| {
            seen.shows(&format!("hello {name}")) && seen.has_prompt()
        });
        person.presses("restart --hold; fg\r");
    }
    person.sees("the question", |seen| seen.line() == "your name?");
}

#[test]
fn control_z_brings_the_prompt_back_and_the_keys_with_it() {
    let mut person = in_front("asks");
    person.sees("the question", |seen| seen.line() == "your name?");
    for _ in 0..3 {
        person.presses(CONTROL_Z);
        person.sees("the prompt", |seen| {
            seen.shows("the program is still running") && seen.has_prompt()
        });
        person.presses("clear\r");
        person.sees("an empty screen", |seen| {
            seen.has_prompt() && !seen.shows("still running")
        });
        person.enters("help exit", &["exit 3  with status 3"]);
        person.enters("expect program == ended", &["but program is running"]);
        person.presses("fg\r");
        person.sees("the way back", |seen| {
            seen.shows("press Ctrl-Z to return to the prompt")
        });
    }
    person.presses("Ada\r");
    person.sees("the answer", |seen| {
        seen.shows("hello Ada") && seen.has_prompt()
    });
}

#[test]
fn all_streams_are_the_terminal_and_children_have_it_too() {
    let mut person = in_front("looks");
    person.sees("three terminals", |seen| {
        seen.shows("[True, True, True]") && seen.line() == "enter:"
    });
    person.presses("\r");
    person.sees_prompt();
}

#[test]
fn a_debugger_can_be_talked_to() {
    let mut person = in_front("is_debugged");
    person.sees("the debugger", |seen| seen.line() == "(Pdb)");
    person.presses("number = number * 7\r");
    person.presses("continue\r");
    person.sees("its work", |seen| {
        seen.shows("number is 42") && seen.has_prompt()
    });
}

#[test]
fn control_c_is_for_the_target() {
    let mut person = in_front("is_interrupted");
    person.sees("that it waits", |seen| seen.shows("waiting"));
    person.presses(CONTROL_C);
    person.sees("that it came", |seen| {
        seen.shows("interrupted by a key") && seen.line() == "wait again:"
    });
    person.presses("\r");
    person.sees_prompt();
}

#[test]
fn curses_draws_and_leaves_the_screen_as_it_was() {
    let mut person = in_front("draws");
    person.sees("the drawing", |seen| {
        seen.screen().alternate_screen() && seen.shows("drawn by curses")
    });
    person.presses("x");
    person.sees("the screen of before", |seen| {
        !seen.screen().alternate_screen() && seen.shows("> fg") && seen.has_prompt()
    });
    let mut person = in_front("draws");
    person.sees("the drawing", |seen| seen.shows("drawn by curses"));
    person.presses(CONTROL_Z);
    person.sees("the prompt", |seen| {
        !seen.screen().alternate_screen() && seen.has_prompt()
    });
}

#[test]
fn a_target_that_dies_in_front_gives_the_terminal_back() {
    let home = Home::new();
    let program = program("asking.py");
    let arguments: [&OsStr; 3] = ["--hold".as_ref(), program.as_os_str(), "dies".as_ref()];
    let (mut person, before) = Person::with_login_shell(&home, &arguments);
    person.presses("fg\r");
    person.sees("the drawing", |seen| seen.shows("drawn by curses"));
    person.presses("x");
    let said = "error: the program ended the process with status 9";
    person.sees("how it ended", |seen| {
        seen.rows().iter().any(|row| row == said) && seen.has_prompt()
    });
    person.presses(CONTROL_D);
    person.is_left(&before, 0);
}

#[test]
fn a_recording_starts_the_program_that_was_started_by_it() {
    let program = program("asking.py");
    let home = Home::new();
    let file = home.path().join("recorded");
    let arguments = ["--hold", &program.to_string_lossy(), "asks"];
    let mut person = Person::starting(&home, (100, 30), &arguments);
    person.enters(&format!("record '{}'", file.display()), &["recording"]);
    person.presses("fg\r");
    person.sees("the question", |seen| seen.line() == "your name?");
    person.presses("Ada\r");
    person.sees("the prompt", |seen| {
        seen.shows("hello Ada") && seen.has_prompt()
    });
    let recorded = std::fs::read_to_string(file).expect("a recording");
    let commands = recorded.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(commands.collect::<Vec<_>>(), ["run"]);
}
