//! The pager: shows answers that are longer than the screen, and only those.

use portable_pty::CommandBuilder;

use crate::common::program;
use crate::person::{Home, Person};
use crate::screen::Seen;

const LOW: (u16, u16) = (100, 12);
const CONTROL_Z: &str = "\x1a";

const END_OF_HELP: &str = "undo every patch";

/// A person at a terminal of few lines, with this pager.
fn with(pager: &str) -> Person {
    Person::at_kind(&[("PAGER", pager)], LOW)
}

/// A person at a terminal of few lines, without a chosen pager.
fn without_choice() -> Person {
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", "unset PAGER LESS; exec \"$0\""]);
    command.arg(env!("CARGO_BIN_EXE_instrsh"));
    let person = Person::running(command, &Home::new(), LOW);
    person.sees_prompt();
    person
}

#[test]
fn a_long_answer_is_scrolled_and_a_short_one_is_not() {
    let mut person = without_choice();
    let modes = format!("{:?}", person.modes());
    person.presses("help\r");
    person.sees("the first page", |seen| {
        seen.line() == ":" && seen.shows("list callables") && !seen.shows(END_OF_HELP)
    });
    person.presses(" ");
    person.presses(" ");
    person.sees("the end", |seen| {
        seen.line() == "(END)" && seen.shows(END_OF_HELP)
    });
    person.presses("q");
    person.sees_prompt();
    assert_eq!(format!("{:?}", person.modes()), modes);
    person.enters("help exit", &["exit 3  with status 3"]);
}

#[test]
fn colours_pass() {
    let mut person = without_choice();
    person.presses("help\r");
    let seen = person.seen_when("the first page", |seen| seen.line() == ":");
    let screen = seen.screen();
    let is_coloured = |row| {
        let cell = screen.cell(row, 2);
        cell.is_some_and(|cell| cell.bold() || cell.fgcolor() != vt100::Color::Default)
    };
    assert!((0..11).any(is_coloured), "{}", seen.picture());
}

#[test]
fn the_variable_names_another_one() {
    let mut person = with("sed 's/^/page: /' | head -2");
    person.enters("ls *", &["page: Callable"]);
}

#[test]
fn there_need_not_be_one() {
    for none in ["", "cat"] {
        let mut person = with(none);
        person.enters("help", &[END_OF_HELP]);
    }
}

#[test]
fn one_that_cannot_be_run_is_told_once_and_the_answer_is_shown() {
    let mut person = with("/nonexistent/pager");
    person.enters("help | head -1; ls *mod_a:*", &["20 callables"]);
    let mut seen = person.seen_when("the answer", Seen::has_prompt);
    let rows = seen.everything();
    drop(seen);
    assert!(
        rows.iter()
            .any(|row| row.starts_with("error: cannot run the pager"))
    );
    person.enters("clear; help", &[END_OF_HELP]);
}

#[test]
fn neither_a_pipe_nor_a_file_has_one() {
    let mut person = with("sed 's/^/page: /'");
    person.enters("help | cat", &[END_OF_HELP]);
    person.sees("no page", |seen| !seen.shows("page: "));
    person.enters("source examples/02_patterns.instr", &[]);
    let mut seen = person.seen_when("the answers", Seen::has_prompt);
    assert!(
        !seen
            .everything()
            .iter()
            .any(|row| row.starts_with("page: "))
    );
}

#[test]
fn control_z_gives_the_terminal_to_the_login_shell() {
    let mut login = CommandBuilder::new("sh");
    login.arg("-i");
    login.env("PS1", "login$ ");
    // Not `less`: it overlooks a Ctrl-Z that comes just before it reads.
    let pager = format!(
        "exec < /dev/tty; stty -echo; exec python3 '{}'",
        program("continuing.py").display()
    );
    let kind = [("PAGER", &*pager)];
    let mut person = Person::running_at(login, &kind, &Home::new(), LOW);
    person.sees("the login shell", |seen| seen.line() == "login$");
    let before = format!("{:?}", person.modes());
    person.presses(&format!("clear; {}\n", env!("CARGO_BIN_EXE_instrsh")));
    person.sees_prompt();
    person.presses("help\r");
    person.sees("the pager", |seen| seen.shows("it pages"));
    for turn in 1..=3 {
        person.presses(CONTROL_Z);
        person.sees("the login shell again", |seen| seen.line() == "login$");
        assert_eq!(format!("{:?}", person.modes()), before, "turn {turn}");
        person.presses("clear; fg\n");
        person.sees("that it goes on", |seen| {
            !seen.shows("login$") && seen.shows("it goes on")
        });
    }
    person.presses("a word\r");
    person.sees("what it has read", |seen| {
        seen.shows("<a word>") && seen.has_prompt()
    });
    person.enters("help exit", &["exit 3  with status 3"]);
}
