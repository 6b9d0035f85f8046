//! `|` at the prompt: the command after it has the terminal, which the program does not get.

use portable_pty::CommandBuilder;

use crate::common::program;
use crate::person::{CONTROL_C, Home, Person};

const SIZE: (u16, u16) = (100, 30);

/// A person at a prompt beside a program that prints what is requested.
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
            "hint: `grep no-such-word || true` ignores the exit status",
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
    person.enters("expect program == ended", &["but program is running"]);
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
    person.enters("expect program == ended", &["but program is running"]);
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

/// A command line that announces itself with a line, and then reads a word from the terminal.
fn reading(turn: &str) -> String {
    let read = format!("echo {turn} reads; read a < /dev/tty; echo \"<$a>\"");
    format!("help exit | sh -c '{read}'")
}

/// Answers the question of [`reading`].
#[track_caller]
fn answers_it(person: &mut Person, turn: &str) {
    let reads = format!("{turn} reads");
    person.sees("that it reads", |seen| seen.rows().contains(&reads));
    person.presses(&format!("word {turn}\r"));
    person.sees("what was read", |seen| {
        seen.shows(&format!("<word {turn}>")) && seen.has_prompt()
    });
}

#[test]
fn a_target_in_a_group_of_its_own_gets_the_terminal_back() {
    let program = program("own_group.py");
    let mut login = CommandBuilder::new("sh");
    login.arg("-i");
    login.env("PS1", "login$ ");
    let mut person = Person::running(login, &Home::new(), SIZE);
    person.sees("the login shell", |seen| seen.line() == "login$");
    let instrsh = env!("CARGO_BIN_EXE_instrsh");
    person.presses(&format!("clear; {instrsh} {}\n", program.display()));
    person.sees_ready();
    for turn in ["one", "two"] {
        person.presses(&format!("{}\r", reading(turn)));
        answers_it(&mut person, turn);
    }
    person.enters("help clear", &["an empty screen"]);
}

#[test]
fn control_z_does_nothing_where_nobody_could_go_on_with_it() {
    let mut person = Person::at_demo();
    person.presses(&format!("{}\r", reading("one")));
    let reads = "one reads".to_owned();
    person.sees("that it reads", |seen| seen.rows().contains(&reads));
    person.presses("\x1a");
    answers_it(&mut person, "one");
    person.enters("help clear", &["an empty screen"]);
}

#[test]
fn control_z_waits_until_all_behind_it_have_stopped() {
    // As `less` does, which clears its screen first, while the `sh` beside it has stopped at once.
    const SLOW_TO_STOP: &str = "import os, signal, time
stopped = []
def stop(*_):
    time.sleep(0.1)
    print('tidied up', flush=True)
    stopped.append(True)
    os.kill(os.getpid(), signal.SIGSTOP)
signal.signal(signal.SIGTSTP, stop)
print('it waits', flush=True)
while not stopped:
    time.sleep(0.01)
print('it goes on')
";
    let home = Home::new();
    let slow = home.path().join("slow");
    std::fs::write(&slow, SLOW_TO_STOP).expect("a file");
    let mut login = CommandBuilder::new("sh");
    login.arg("-i");
    login.env("PS1", "login$ ");
    let mut person = Person::running(login, &home, SIZE);
    person.sees("the login shell", |seen| seen.line() == "login$");
    person.presses(&format!("clear; {}\n", env!("CARGO_BIN_EXE_instrsh")));
    person.sees_prompt();
    person.presses(&format!(
        "help exit | python3 {}; help clear\r",
        slow.display()
    ));
    person.sees("that it waits", |seen| seen.shows("it waits"));
    person.presses("\x1a");
    person.sees("the login shell below", |seen| {
        seen.shows("tidied up") && seen.line() == "login$"
    });
    person.presses("fg\n");
    person.sees("its end, and what follows", |seen| {
        seen.shows("it goes on") && seen.shows("an empty screen") && seen.has_prompt()
    });
}

#[test]
fn before_a_prompt_it_has_the_terminal_as_well() {
    let arguments = ["-i", "-c", &reading("one")];
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_instrsh"));
    command.args(arguments);
    let mut person = Person::running(command, &Home::new(), SIZE);
    answers_it(&mut person, "one");
    person.enters("help clear", &["an empty screen"]);
}

#[test]
fn the_shell_can_be_left_and_restarted_in_front_of_it() {
    let mut person = Person::at_demo();
    person.enters("restart | cat", &["restarted instrumenting_app"]);
    person.presses(&format!("{}\r", reading("one")));
    answers_it(&mut person, "one");
    person.enters(
        "fg | cat",
        &[
            "error: the command after the `|` is using the terminal",
            "hint: use `fg` without `|`",
        ],
    );
    person.presses("exit 3 | cat\r");
    assert_eq!(person.sees_end(), 3);
}
