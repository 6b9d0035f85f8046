//! `|` at the prompt: the program behind it has the terminal, and the target none of it.

use crate::common::program;
use crate::person::{CONTROL_C, Home, Person};

const SIZE: (u16, u16) = (100, 30);

/// Someone at a prompt beside a program that prints what is asked for.
fn beside_printing() -> Person {
    let home = Home::new();
    let program = program("printing.py");
    let folder = home.path().to_string_lossy().into_owned();
    let person = Person::starting(&home, SIZE, &[&program.to_string_lossy(), &folder]);
    person.sees_ready();
    person
}

#[test]
fn the_answer_goes_through_and_another_command_follows() {
    let mut person = Person::at_demo();
    person.enters(
        "ls *mod_a:func_? | grep -o 'func_[34]' | tr f F; help exit",
        &["Func_3", "Func_4", "exit 3  with status 3"],
    );
    person.sees("nothing else of the table", |seen| !seen.shows("Callable"));
    person.enters(
        "help | grep no-such-word",
        &[
            "error: `grep no-such-word` ended with status 1",
            "hint: `grep no-such-word || true` lets that pass",
        ],
    );
}

#[test]
fn a_line_without_an_end_stays_to_be_seen() {
    let mut person = Person::at_demo();
    person.enters(
        "help exit | tr -d '\\n' | cut -c 1-8 | tr -d '\\n'",
        &["exit [N]"],
    );
    person.sees("the row as it was written", |seen| {
        seen.rows().iter().any(|row| row == "exit [N]")
    });
}

#[test]
fn control_c_ends_both_sides_and_not_the_target() {
    let program = program("interruptible.py");
    let arguments = [&*program.to_string_lossy(), "1"];
    let mut person = Person::starting(&Home::new(), SIZE, &arguments);
    person.sees("that it waits", |seen| seen.shows("ready for number 0"));
    for (turn, behind) in ["cat", "cat | cat"].iter().enumerate() {
        let watch = "watch --every 50ms posixpath:join";
        person.presses(&format!(
            "{watch} | sed 's/^/{turn}: /' | {behind}; help exit\r"
        ));
        let begin = format!("{turn}: ");
        person.sees("a frame of it", |seen| {
            let rows = seen.rows();
            let mut frames = rows
                .iter()
                .filter(|row| row.contains("watched, 1 callable"));
            frames.any(|row| row.starts_with(&begin))
        });
        person.presses(CONTROL_C);
        person.sees_prompt();
        person.sees("no further command", |seen| !seen.shows("with status 3"));
    }
    person.enters("expect target == ended", &["but target is running"]);
}

#[test]
fn control_c_ends_what_only_waits() {
    let mut person = Person::at_demo();
    person.presses("help exit | sh -c 'echo it waits; exec sleep 1000'\r");
    person.sees("that it waits", |seen| {
        seen.rows().iter().any(|row| row == "it waits")
    });
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.enters("expect target == ended", &["but target is running"]);
}

#[test]
fn the_keys_are_for_the_program_and_the_rest_for_the_prompt() {
    let mut person = Person::at_demo();
    person.presses("help | sh -c 'echo it reads; read a < /dev/tty; echo \"<$a>\"'\r");
    person.sees("that it reads", |seen| {
        seen.rows().iter().any(|row| row == "it reads")
    });
    person.presses("one\rhelp exit\r");
    person.sees("what was read, and the answer to the rest", |seen| {
        seen.shows("<one>") && seen.shows("exit 3  with status 3") && seen.has_prompt()
    });
}

#[test]
fn what_the_target_prints_waits_for_the_end() {
    let mut person = beside_printing();
    person.presses("help exit | sh -c 'echo it reads; read a < /dev/tty; echo it has read'\r");
    person.sees("that it reads", |seen| {
        seen.rows().iter().any(|row| row == "it reads")
    });
    person.tells_target("end");
    person.presses("\r");
    person.sees("the line of the target below", |seen| {
        let rows = seen.rows();
        let row = |text: &str| rows.iter().position(|row| row == text);
        let (read, of_target) = (row("it has read"), row("last line"));
        read.is_some() && read < of_target && seen.has_prompt()
    });
}

#[test]
fn a_file_that_is_run_goes_through_as_one() {
    let home = Home::new();
    let file = home.path().join("commands");
    std::fs::write(&file, "help exit | tr a-z A-Z\nhelp clear\n").expect("a file");
    let mut person = Person::starting(&home, SIZE, &[]);
    person.enters(
        &format!("source {} | sed 's/^/> /'", file.display()),
        &["> EXIT [N]", "> clear"],
    );
}
