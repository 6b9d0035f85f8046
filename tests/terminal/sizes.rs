//! Terminals of any size and kind: nothing is wider than the screen, and everything can be read.

use instrsh::commands;

use crate::person::{Home, Person};

const DOOR: &str = "instrumenting_app.dummy_modules.mod_b:Door.open";

fn sized(size: (u16, u16)) -> Person {
    Person::starting(&Home::new(), size, &[])
}

#[test]
fn help_is_on_one_screen() {
    for size in [(80, 24), (40, 15)] {
        let mut person = sized(size);
        person.presses("help\r");
        let seen = person.seen_when("the end of the help", |seen| {
            seen.shows("`help scripts`") && seen.has_prompt()
        });
        let is_first = |row: &String| row.starts_with("look");
        assert!(seen.rows().iter().any(is_first), "{}", seen.picture());
        let is_named = |command: &commands::Command| seen.shows(command.name);
        assert!(commands::all().all(is_named), "{}", seen.picture());
    }
}

#[test]
fn the_original_stands_beside_the_patched_code_where_there_is_room() {
    let mut person = sized((160, 40));
    person.enters(&format!("patch {DOOR}"), &["3 instructions added"]);
    person.presses(&format!("dis {DOOR}\r"));
    let seen = person.seen_when("both", |seen| {
        seen.shows("RETURN_VALUE") && seen.has_prompt()
    });
    let row = |word: &str| {
        let rows = seen.rows().into_iter().rev();
        rows.into_iter().find(|row| row.contains(word)).expect(word)
    };
    let times = |word: &str| row(word).matches(word).count();
    assert_eq!(
        ["RESUME", "count)", "RETURN_VALUE"].map(times),
        [2; 3],
        "in both: {}",
        seen.picture()
    );
    let injected = row("UNARY_INVERT");
    assert_eq!(injected.find(|mark| mark != ' '), Some(81), "{injected}");
    assert_eq!(injected.find('+'), Some(81), "{injected}");
    let source = row("def open(self)");
    assert_eq!(source.matches("def open").count(), 1, "{source}");
}

#[test]
fn there_is_one_listing_where_there_is_no_room_for_two() {
    let mut person = sized((40, 40));
    person.enters(&format!("patch {DOOR}"), &["3 instructions added"]);
    person.presses(&format!("dis {DOOR}\r"));
    let seen = person.seen_when("the listing", |seen| {
        seen.shows("RETURN_VALUE") && seen.has_prompt()
    });
    assert!(
        seen.shows("+     4 UNARY_INVERT") && seen.shows("POP_TOP"),
        "{}",
        seen.picture()
    );
    assert!(seen.rows().iter().any(|row| row.ends_with("(count)")));
}
