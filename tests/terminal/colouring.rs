//! The colours of the line while it is typed: mistakes are red before Enter.

use std::fs;

use vt100::Color;

use crate::common::{named_pipe, program};
use crate::person::{CONTROL_C, Home, Person};

const RED: Color = Color::Idx(1);
const GREEN: Color = Color::Idx(2);
const BLUE: Color = Color::Idx(4);
const MAGENTA: Color = Color::Idx(5);
const CYAN: Color = Color::Idx(6);

const MOD_A: &str = "instrumenting_app.dummy_modules.mod_a";

/// A person at the demo, once its names are known.
fn at_demo() -> Person {
    let mut person = Person::at_demo();
    person.presses(&format!("ls {MOD_A}:nothing"));
    shows(&person, ":nothing", RED);
    person.presses(CONTROL_C);
    person.sees_prompt();
    person
}

#[track_caller]
fn shows(person: &Person, text: &str, colour: Color) {
    person.sees(&format!("`{text}` in {colour:?}"), |seen| {
        seen.colour(text) == Some(colour)
    });
}

/// Types a line and checks the colours of its parts.
#[track_caller]
fn check(person: &mut Person, line: &str, parts: &[(&str, Color)]) {
    person.presses(line);
    for (text, colour) in parts {
        shows(person, text, *colour);
    }
    person.presses(CONTROL_C);
    person.sees_prompt();
}

#[test]
fn each_part_of_a_line_has_its_colour() {
    let mut person = at_demo();
    let path = format!("{MOD_A}:func_7");
    check(
        &mut person,
        &format!("ls {path} --limit 5 'a b' # all"),
        &[("ls", BLUE), (&path, CYAN), ("5", MAGENTA), ("'a b'", RED)],
    );
    check(&mut person, "source 'a b'", &[("'a b'", GREEN)]);
    check(
        &mut person,
        &format!("expect hits({path}) == 100; quit"),
        &[
            ("expect", BLUE),
            (&path, CYAN),
            ("100", MAGENTA),
            ("quit", BLUE),
        ],
    );
}

#[test]
fn an_unknown_command_is_red_and_one_that_is_not_finished_is_not() {
    let mut person = at_demo();
    check(&mut person, "ptach", &[("ptach", RED)]);
    check(&mut person, "patc", &[("patc", BLUE)]);
    check(&mut person, "s", &[("s", Color::Default)]);
    check(&mut person, "s ", &[("s", RED)]);
    check(
        &mut person,
        "instrumenting_a",
        &[("instrumenting_a", Color::Default)],
    );
    check(&mut person, "ls; ptach", &[("ls", BLUE), ("ptach", RED)]);
}

#[test]
fn an_unknown_option_is_red_and_so_is_a_value_that_it_cannot_have() {
    let mut person = at_demo();
    check(&mut person, "ls --srot", &[("--srot", RED)]);
    check(&mut person, "ls --so", &[("--so", Color::Default)]);
    check(&mut person, "ls --so ", &[("--so", RED)]);
    check(&mut person, "ls --sort=size", &[("size", RED)]);
    check(&mut person, "ls --limit many", &[("many", RED)]);
    check(&mut person, "sleep 1 2", &[("1", MAGENTA), ("2", RED)]);
}

#[test]
fn a_symbol_that_does_not_exist_is_red() {
    let mut person = at_demo();
    let path = |name: &str| format!("{MOD_A}:{name}");
    let mut check = |line: &str, name: &str, colour| {
        check(
            &mut person,
            &format!("{line} {}", path(name)),
            &[(&path(name), colour)],
        );
    };
    check("patch", "func_", CYAN);
    check("patch", "func_7", CYAN);
    check("patch", "fumc", RED);
    check("dis --diff", "func_?", CYAN);
    check("dis --diff", "fumc_*", RED);
    check("patch --lazy", "fumc_*", CYAN);
    check("unpatch", "func_7", RED);
}

#[test]
fn a_symbol_that_is_not_whole_is_red_as_soon_as_it_is_left() {
    let mut person = at_demo();
    person.presses(&format!("patch {MOD_A}:func_"));
    shows(&person, "mod_a:func_", CYAN);
    person.presses(" ");
    shows(&person, "mod_a:func_", RED);
}

#[test]
fn what_can_be_imported_or_leads_elsewhere_is_not_red() {
    let mut person = at_demo();
    check(
        &mut person,
        "patch not_loaded:func ",
        &[("not_loaded:func", CYAN)],
    );
    // `join` is a function of `posixpath`, and `run` is inherited by a class.
    check(
        &mut person,
        "patch os.path:join ",
        &[("os.path:join", CYAN)],
    );
    check(
        &mut person,
        "patch threading:Timer.is_alive ",
        &[("threading:Timer.is_alive", CYAN)],
    );
}

#[test]
fn what_comes_while_a_line_is_typed_gets_its_colour() {
    let home = Home::new();
    let pipe = named_pipe(home.path());
    let program = program("appearing.py");
    let arguments = [&*program.to_string_lossy(), &*pipe.to_string_lossy()];
    let mut person = Person::starting(&home, (100, 30), &arguments);
    person.sees("the first stop", |seen| seen.shows("at first"));
    person.presses("patch appearing:late");
    shows(&person, "appearing:late", RED);
    person.presses(CONTROL_C);
    fs::write(&pipe, "go").expect("the program reads");
    person.sees("the second stop", |seen| seen.shows("at second"));
    person.presses("patch appearing:late");
    shows(&person, "appearing:late", CYAN);
}

#[test]
fn there_are_no_colours_if_there_shall_be_none() {
    let mut person = Person::starting(&Home::new(), (100, 30), &["--color", "never"]);
    person.presses("ptach 'a b' 5");
    person.sees("a line without colours", |seen| {
        seen.colour("ptach 'a b' 5") == Some(Color::Default)
    });
}
