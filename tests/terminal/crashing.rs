//! A program that ends its process in another way than Python does: the prompt lives on, and the end is told.

use crate::common::program;
use crate::person::{CONTROL_C, CONTROL_D, Home, Person};

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

/// The sentence for a program that has ended its process so.
fn sentence(said: &str) -> String {
    format!("the program ended the process {said}; `restart` starts it again")
}

/// Makes the program end its process.
fn is_told(person: &Person, said: &str) {
    person.tells_target("end");
    let sentence = sentence(said);
    person.sees("how it ended", |seen| seen.rows().contains(&sentence));
}

/// Leaves, and checks what is left.
#[track_caller]
fn is_left(person: &mut Person, before: &str, said: &str) {
    person.sees_prompt();
    person.enters("expect program == ended", &[]);
    person.presses(CONTROL_D);
    let rows = person.is_left(before, 0);
    for line in ["ready", "about to die", &sentence(said)] {
        let times = rows.iter().filter(|row| *row == line).count();
        assert_eq!(times, 1, "{line}: {rows:#?}");
    }
}

#[test]
fn at_the_prompt_the_next_command_can_be_typed() {
    for (way, said) in [
        ("exits", "with status 7"),
        ("is_killed", "by signal 9 (SIGKILL)"),
        ("terminates", "by signal 15 (SIGTERM)"),
        ("crashes", "by signal 11 (SIGSEGV)"),
    ] {
        let (mut person, before) = beside(way);
        assert_ne!(
            format!("{:?}", person.modes()),
            before,
            "a line is edited in other modes"
        );
        is_told(&person, said);
        is_left(&mut person, &before, said);
    }
}

#[test]
fn a_line_that_is_being_typed_stays() {
    let (mut person, before) = beside("exits");
    person.presses("help ex");
    person.sees_line("help ex");
    is_told(&person, "with status 7");
    person.sees_line("help ex");
    person.presses(CONTROL_C);
    is_left(&mut person, &before, "with status 7");
}

#[test]
fn a_watch_ends() {
    let (mut person, before) = beside("crashes");
    person.presses("watch __main__:work\r");
    person.sees("the table", |seen| {
        seen.screen().alternate_screen() && seen.shows("__main__:work")
    });
    is_told(&person, "by signal 11 (SIGSEGV)");
    is_left(&mut person, &before, "by signal 11 (SIGSEGV)");
}

#[test]
fn a_command_goes_on() {
    let (mut person, before) = beside("exits");
    person.presses("help exit; sleep 1000\r");
    person.sees("the start", |seen| seen.shows("exit 3  with status 3"));
    is_told(&person, "with status 7");
    person.presses(CONTROL_C);
    is_left(&mut person, &before, "with status 7");
}

#[test]
fn a_process_that_writes_on_holds_up_nothing() {
    let (mut person, before) = beside("leaves_a_writer");
    person.tells_target("end");
    person.sees("what it writes", |seen| {
        seen.shows(&sentence("with status 7")) && seen.rows().iter().any(|row| row == "y")
    });
    person.presses(CONTROL_D);
    person.is_left(&before, 0);
}

#[test]
fn while_a_program_behind_a_pipe_has_the_terminal_it_may_end_first() {
    let (mut person, before) = beside("exits");
    person.presses("help exit | sh -c 'stty -echo < /dev/tty; echo it reads; read a < /dev/tty'\r");
    let reads = |row: &String| row == "it reads";
    person.sees("that it reads", |seen| seen.rows().iter().any(reads));
    person.tells_target("end");
    person.presses("a word");
    person.sees("that nothing is told yet", |seen| {
        !seen.shows("the program ended the process")
    });
    person.presses("\r");
    person.sees("how it ended", |seen| {
        seen.shows(&sentence("with status 7"))
    });
    is_left(&mut person, &before, "with status 7");
}
