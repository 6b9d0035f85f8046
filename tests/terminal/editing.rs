//! The line being typed, its errors, and the history.

use portable_pty::CommandBuilder;
use vt100::Color;

use crate::person::{BACKSPACE, CONTROL_C, CONTROL_D, END, ENTER, Home, Person, UP};

/// A line of `help exit`, which is short and occurs in no other answer.
const HELP_OF_EXIT: &str = "exit 3  with status 3";
/// A line of `help clear`.
const HELP_OF_CLEAR: &str = "an empty screen";
const SIZE: (u16, u16) = (100, 30);

#[test]
fn the_greeting_names_version_and_target() {
    let person = Person::at_demo();
    let version = format!("instrsh {}, CPython 3.", env!("CARGO_PKG_VERSION"));
    person.sees("version and target", |seen| {
        let greeting = &seen.rows()[0];
        greeting.starts_with(&version) && greeting.contains("program: instrumenting_app (")
    });
}

#[test]
fn a_shortened_command_works() {
    let mut person = Person::at_demo();
    person.enters("hel exit", &[HELP_OF_EXIT]);
}

#[test]
fn an_unknown_command_is_an_error_with_a_hint_and_the_shell_goes_on() {
    let mut person = Person::at_demo();
    person.enters(
        "ptach x",
        &[
            "error: unknown command `ptach`",
            "hint: did you mean `patch`?",
        ],
    );
    person.enters("help exit", &[HELP_OF_EXIT]);
}

#[test]
fn the_history_gives_a_faint_hint() {
    let mut person = Person::at_demo();
    person.enters("help exit", &[HELP_OF_EXIT]);
    person.presses("he");
    person.sees("`lp exit` in grey", |seen| {
        let (row, column) = seen.screen().cursor_position();
        let cell = seen.screen().cell(row, column).expect("a cell");
        let is_grey = cell.dim() || cell.fgcolor() != Color::Default;
        seen.line().ends_with("help exit") && column == 11 && is_grey
    });
}

#[test]
fn the_up_arrow_brings_the_last_line_back() {
    let mut person = Person::at_demo();
    person.enters("help exit", &[HELP_OF_EXIT]);
    person.presses(UP);
    person.sees_line("help exit");
}

#[test]
fn the_up_arrow_brings_back_a_line_of_an_earlier_session() {
    let home = Home::new();
    let mut person = Person::starting(&home, SIZE, &[]);
    person.enters("help exit", &[HELP_OF_EXIT]);
    person.presses(CONTROL_D);
    assert_eq!(person.sees_end(), 0);
    let mut person = Person::starting(&home, SIZE, &[]);
    person.presses(UP);
    person.sees_line("help exit");
}

#[test]
fn a_line_that_starts_with_a_blank_is_not_kept() {
    let mut person = Person::at_demo();
    person.enters("help clear", &[HELP_OF_CLEAR]);
    person.enters(" help exit", &[HELP_OF_EXIT]);
    person.presses(UP);
    person.sees_line("help clear");
}

#[test]
fn a_paste_of_several_lines_waits_for_enter_and_is_run_line_by_line() {
    let mut person = Person::at_demo();
    person.presses("\x1b[200~help clear\nhelp exit\x1b[201~");
    person.sees("the second line", |seen| seen.line() == "help exit");
    person.enters("", &[HELP_OF_CLEAR, HELP_OF_EXIT]);
}

#[test]
fn an_open_quote_goes_on_in_the_next_line() {
    let mut person = Person::at_demo();
    person.presses("help 'exit\r");
    person.sees("the second prompt", |seen| seen.line() == "    ...>");
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses("source 'a\r");
    person.sees("the second prompt", |seen| seen.line() == "    ...>");
    person.enters("b'", &["cannot read `a", "b`: No such file"]);
    person.presses(UP);
    person.sees("both lines", |seen| {
        seen.shows("instrsh> source 'a") && seen.line() == "b'"
    });
}

#[test]
fn a_backslash_at_the_end_goes_on_in_the_next_line() {
    let mut person = Person::at_demo();
    person.presses("help \\\r");
    person.sees("the second prompt", |seen| seen.line() == "    ...>");
    person.enters("exit", &[HELP_OF_EXIT]);
}

#[test]
fn an_entry_that_ends_in_an_open_quote_is_an_error() {
    let mut person = Person::at_demo();
    person.presses("help 'exit\r");
    person.sees("the second prompt", |seen| seen.line() == "    ...>");
    person.presses(CONTROL_D);
    person.sees("what is wrong", |seen| {
        seen.shows("error: a quote is not closed") && seen.has_prompt()
    });
}

#[test]
fn a_quote_in_a_paste_joins_its_lines() {
    let mut person = Person::at_demo();
    person.presses("\x1b[200~help clear\nsource 'a\nb'\nhelp exit\x1b[201~");
    person.sees("the last line", |seen| seen.line() == "help exit");
    person.enters("", &[HELP_OF_CLEAR, "cannot read `a", HELP_OF_EXIT]);
}

#[test]
fn what_is_typed_ahead_goes_on_too() {
    let mut person = waiting();
    person.presses("source 'a\rb'\r");
    person.tells_target("end");
    person.sees("the answer below both lines", |seen| {
        seen.shows("    ...> b'") && seen.shows("cannot read `a") && seen.has_prompt()
    });
}

#[test]
fn a_line_typed_again_is_kept_once() {
    let home = Home::new();
    let mut person = Person::starting(&home, SIZE, &[]);
    person.enters("help exit", &[HELP_OF_EXIT]);
    person.presses("clear\r");
    person.sees("an empty screen", |seen| {
        !seen.shows(HELP_OF_EXIT) && seen.has_prompt()
    });
    person.enters("help exit", &[HELP_OF_EXIT]);
    person.enters("help history", &["the lines typed so far"]);
    goes_back(&mut person, &["help history", "help exit", "clear"]);
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses(CONTROL_D);
    assert_eq!(person.sees_end(), 0);
    let mut person = Person::starting(&home, SIZE, &[]);
    goes_back(&mut person, &["help history", "help exit", "clear"]);
}

/// Goes back through the history, which contains exactly these lines.
#[track_caller]
fn goes_back(person: &mut Person, lines: &[&str]) {
    for line in lines {
        person.presses(UP);
        person.sees_line(line);
    }
    let last = lines.last().expect("a line");
    person.presses(&format!("{UP}!"));
    person.sees_line(&format!("{last}!"));
}

#[test]
fn control_r_finds_a_line() {
    let mut person = Person::at_demo();
    person.enters("help exit", &[HELP_OF_EXIT]);
    person.enters("help clear", &[HELP_OF_CLEAR]);
    person.presses("\x12ex");
    person.sees("the search", |seen| {
        seen.line() == "(reverse-i-search)`ex': help exit"
    });
    person.presses(END);
    person.sees_line("help exit");
}

#[test]
fn control_c_takes_the_hint_away() {
    let mut person = Person::at_demo();
    person.enters("help exit", &[HELP_OF_EXIT]);
    person.enters("clear", &[]);
    person.presses("he");
    person.sees("the hint", |seen| seen.line().ends_with("help exit"));
    person.presses(CONTROL_C);
    person.sees("the line without the hint", |seen| {
        seen.shows("instrsh> he") && !seen.shows("help exit") && seen.has_prompt()
    });
    // The line was not empty, so the next one is the first on an empty line.
    person.presses(CONTROL_C);
    person.sees("what leaves", |seen| seen.shows("press Ctrl-C again"));
}

#[test]
fn two_lines_that_arrive_at_once_are_both_run() {
    let mut person = Person::at_demo();
    person.presses("help clear\rhelp exit\r");
    person.sees("both answers", |seen| {
        seen.shows(HELP_OF_CLEAR) && seen.shows(HELP_OF_EXIT) && seen.has_prompt()
    });
}

#[test]
fn what_is_typed_ahead_is_run_after_the_command() {
    let mut person = waiting();
    person.presses("help clear\rhelp ex");
    person.tells_target("end");
    person.sees("the answer, and what was begun", |seen| {
        seen.shows(HELP_OF_CLEAR) && seen.line() == "instrsh> help ex"
    });
    person.enters("it", &[HELP_OF_EXIT]);
}

#[test]
fn what_is_typed_ahead_can_be_corrected() {
    let mut person = waiting();
    person.presses(&format!("help exiz{BACKSPACE}t"));
    person.presses(ENTER);
    person.tells_target("end");
    person.sees("the answer", |seen| {
        seen.shows(HELP_OF_EXIT) && seen.has_prompt()
    });
}

/// A person who waits for the end of a program, which ends when it receives `end`.
fn waiting() -> Person {
    let home = Home::new();
    let program = crate::common::program("ending.py");
    let arguments = [&program.to_string_lossy(), &home.path().to_string_lossy()];
    let mut person = Person::starting(&home, SIZE, &arguments.map(|argument| &**argument));
    person.presses("help wait; wait\r");
    // Once the first command is answered, keys go to the second one.
    person.sees("the help", |seen| seen.shows("without a limit"));
    person
}

#[test]
fn a_terminal_of_somebody_else_is_read_by_line() {
    let mut command = CommandBuilder::new("setsid");
    command.args(["--wait", env!("CARGO_BIN_EXE_instrsh")]);
    let mut person = Person::running(command, &Home::new(), (100, 30));
    person.sees_prompt();
    person.enters("help exit", &[HELP_OF_EXIT]);
    person.presses("exit 3\r");
    assert_eq!(person.sees_end(), 3);
}

#[test]
fn a_terminal_without_editing_tells_no_places_either() {
    let kind = [("TERM", "dumb")];
    let mut person = Person::at_kind(&kind, SIZE);
    person.presses("no_such\r");
    person.sees("the error as at any prompt", |seen| {
        let error = "error: unknown command `no_such`";
        seen.rows().iter().any(|row| row == error) && seen.has_prompt()
    });
}

#[test]
fn bytes_that_are_not_utf8_are_left_out_and_the_shell_goes_on() {
    let mut person = Person::at_demo();
    person.presses("help ex");
    person.sees_line("help ex");
    person.sends(b"\xff");
    person.sees("the error above the line", |seen| {
        seen.shows("error: ignored input that is not UTF-8") && seen.line() == "instrsh> help ex"
    });
    person.enters("it", &[HELP_OF_EXIT]);
}

#[test]
fn nothing_runs_of_a_paste_that_is_not_utf8() {
    let mut person = Person::at_demo();
    person.sends(b"\x1b[200~caf\xe9 au lait\nexit 7\n\x1b[201~");
    person.sees("the error", |seen| {
        seen.shows("is not UTF-8") && seen.has_prompt()
    });
    // More than the editor reads ahead.
    let lines = "exit 7\n".repeat(500);
    person.sends(&[b"\x1b[200~\xe9\n", lines.as_bytes(), b"\x1b[201~"].concat());
    person.sees("another error", |seen| {
        let errors = seen.rows();
        let errors = errors.iter().filter(|row| row.contains("is not UTF-8"));
        errors.count() == 2 && seen.has_prompt()
    });
    person.enters("help exit", &[HELP_OF_EXIT]);
}

#[test]
fn the_echo_of_a_paste_without_marks_is_linear() {
    let mut person = Person::at_demo();
    let before = person.seen_when("the prompt", |_| true).written.len();
    person.presses(&"x".repeat(3000));
    person.presses("y");
    let seen = person.seen_when("its end", |seen| seen.line().ends_with('y'));
    let echoed = seen.written.len() - before;
    assert!(echoed < 500_000, "{echoed}");
}
