//! `--json` at the prompt: the answers that only a prompt has, and no screen for `watch`.

use crate::common::program;
use crate::common::schema::Checker;
use crate::person::{Home, Person};

#[test]
fn the_terminal_that_comes_back_is_an_answer() {
    let program = program("asking.py");
    let arguments = ["--json", "--hold", &program.to_string_lossy(), "asks"];
    let mut person = Person::starting(&Home::new(), (100, 30), &arguments);
    person.presses("fg\r");
    person.sees("the question", |seen| seen.line() == "your name?");
    for (keys, line) in [
        ("\x1a", "{\"command\":\"fg\",\"has_ended\":false}"),
        ("Ada\r", "{\"command\":\"fg\",\"has_ended\":true}"),
    ] {
        person.presses(keys);
        person.sees(line, |seen| seen.shows(line) && seen.has_prompt());
        Checker::default().answer(line);
        person.presses("clear\r");
        person.sees("an empty screen", |seen| {
            seen.has_prompt() && !seen.shows("fg")
        });
        person.presses("fg\r");
        let notice = "{\"notice\":\"press Ctrl-Z to return to the prompt\"}";
        person.sees("the way back, or why there is none", |seen| {
            seen.shows(notice) || seen.shows("{\"error\":")
        });
    }
    let error = "{\"error\":\"the program has ended\",\"hint\":\"`restart` starts it again\",\"place\":null,";
    person.sees("the error", |seen| seen.shows(error) && seen.has_prompt());
}

#[test]
fn watch_does_not_take_the_screen() {
    let mut person = Person::starting(&Home::new(), (100, 30), &["--hold"]);
    person.presses("watch 0.2 --every 100ms *mod_a:func_1 --json\r");
    person.sees("two objects and the prompt", |seen| {
        seen.rows()
            .iter()
            .filter(|row| row.contains("{\"command\":\"watch\",\"elapsed_s\":0."))
            .count()
            == 2
            && seen.has_prompt()
    });
    person.presses("clear --js\t");
    person.sees_line("clear --json");
    person.enters("", &["{\"command\":\"clear\"}"]);
    person.enters("history --json", &["{\"command\":\"history\",\"lines\":["]);
}
