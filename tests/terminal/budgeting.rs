//! `budget`: its notices appear where the user sees them.

use crate::common::program;
use crate::person::{Home, Person};
use crate::screen::Seen;

const SAID: &str = "budget: unpatched __main__:hot (";

#[test]
fn what_was_unpatched_is_told_above_the_prompt_and_in_the_live_view() {
    let target = program("spending.py");
    let arguments = ["--hold", &*target.to_string_lossy()];
    let mut person = Person::starting(&Home::new(), (120, 30), &arguments);
    person.enters("patch --lazy __main__:*", &["is pending"]);
    person.presses("budget 0.01\rrun\rls __ma");
    person.sees("it above the line that is typed", |seen| {
        seen.shows(SAID) && seen.line() == "instrsh> ls __ma"
    });
    person.presses("\x15clear\r");
    person.sees("an empty screen", |seen| {
        seen.has_prompt() && !seen.shows(SAID)
    });
    person.presses("patch __main__:hot; watch --every 50ms __main__:*\r");
    person.sees("it below the table, of which a row has changed", |seen| {
        let rows = seen.rows();
        let row = |name: &str| rows.iter().find(|row| row.contains(name));
        let is_patched = |name: &str| row(name).is_some_and(|it| it.ends_with("● patched"));
        let is_told = seen.has_table() && seen.shows(SAID);
        is_told && !is_patched("__main__:hot ") && is_patched("__main__:rare ")
    });
    person.presses("\rq");
    person.sees("it once more, below the last table", |seen| {
        !seen.screen().alternate_screen() && seen.shows(SAID) && seen.has_prompt()
    });
}

#[test]
fn what_the_patches_take_of_a_core_stands_in_the_live_view_where_there_is_room() {
    let target = program("spending.py");
    let arguments = ["--hold", &*target.to_string_lossy()];
    let mut person = Person::starting(&Home::new(), (200, 30), &arguments);
    person.presses("patch --lazy __main__:*; run; watch --every 50ms __main__\r");
    let is_spent = |seen: &Seen| {
        let head = &seen.rows()[0];
        head.contains(" % of a core") && head.contains(" ns a hit") && !head.contains(", 0 % of")
    };
    person.sees("it in the head and in a column", |seen| {
        let rows = seen.rows();
        let hot = rows.iter().find(|row| row.contains("__main__:hot "));
        is_spent(seen)
            && rows[1].contains(" Core ")
            && hot.is_some_and(|row| row.contains(" % ") && !row.contains(" 0 % "))
    });
    person.resizes((60, 30));
    person.sees("names and hits alone", |seen| {
        let heading = &seen.rows()[1];
        seen.has_table() && heading.contains("Hits/s") && !heading.contains("Core")
    });
}
