//! A program that ends the whole process, including the shell: the terminal is restored, and the
//! end is reported.

use crate::common::program;
use crate::person::{Home, Person};

/// A person at a terminal in which the shell runs a program that ends its process in this way, and
/// the terminal's earlier modes.
fn beside(way: &str) -> (Person, String) {
    let home = Home::new();
    let program = program("crashing.py");
    let arguments = [program.as_os_str(), home.path().as_ref(), way.as_ref()];
    let (person, before) = Person::with_login_shell(&home, &arguments);
    person.sees_ready();
    (person, before)
}

/// Makes the program end its process, and checks what is left.
#[track_caller]
fn is_left(person: &Person, before: &str, status: u8, said: &str) {
    person.tells_target("end");
    let rows = person.is_left(before, status);
    let times = |line: &str| rows.iter().filter(|row| *row == line).count();
    // Nothing is lost; what was written at the last moment may appear twice.
    for said in ["ready", "about to die"] {
        assert!(matches!(times(said), 1 | 2), "{said}: {rows:#?}");
    }
    let sentence = format!("error: the program ended the process {said}");
    let told = rows.iter().filter(|row| row.starts_with(&sentence));
    assert_eq!(told.count(), 1, "{rows:#?}");
}

#[test]
fn at_the_prompt_the_terminal_is_given_back_and_the_end_is_told() {
    for (way, status, said) in [
        ("exits", 7, "with status 7"),
        ("is_killed", 137, "by signal 9 (SIGKILL)"),
        ("terminates", 143, "by signal 15 (SIGTERM)"),
        ("crashes", 139, "by signal 11 (SIGSEGV)"),
    ] {
        let (person, before) = beside(way);
        assert_ne!(
            format!("{:?}", person.modes()),
            before,
            "a line is edited in other modes"
        );
        is_left(&person, &before, status, said);
    }
}

#[test]
fn while_a_line_is_typed_it_is_as_well() {
    let (mut person, before) = beside("exits");
    person.presses("help ex");
    person.sees_line("help ex");
    is_left(&person, &before, 7, "with status 7");
}

#[test]
fn in_a_watch_it_is_as_well() {
    let (mut person, before) = beside("crashes");
    person.presses("watch __main__:work\r");
    person.sees("the table", |seen| {
        seen.screen().alternate_screen() && seen.shows("__main__:work")
    });
    is_left(&person, &before, 139, "by signal 11 (SIGSEGV)");
}

#[test]
fn while_a_command_runs_it_is_as_well() {
    let (mut person, before) = beside("exits");
    person.presses("help exit; sleep 1000\r");
    person.sees("the start", |seen| seen.shows("exit 3  with status 3"));
    is_left(&person, &before, 7, "with status 7");
}

#[test]
fn a_process_that_writes_on_holds_up_nothing() {
    let (person, before) = beside("leaves_a_writer");
    person.tells_target("end");
    let rows = person.is_left(&before, 7);
    let said = "error: the program ended the process with status 7";
    assert!(rows.iter().any(|row| row == said), "{rows:#?}");
}

#[test]
fn while_a_program_behind_a_pipe_has_the_terminal_it_may_end_first() {
    let (mut person, before) = beside("exits");
    person.presses("help exit | sh -c 'stty -echo < /dev/tty; echo it reads; read a < /dev/tty'\r");
    let reads = |row: &String| row == "it reads";
    person.sees("that it reads", |seen| seen.rows().iter().any(reads));
    person.tells_target("end");
    let is_gone = "error: the program ended the process";
    person.presses("a word");
    person.sees("that nothing is told yet", |seen| !seen.shows(is_gone));
    person.presses("\r");
    is_left(&person, &before, 7, "with status 7");
}
