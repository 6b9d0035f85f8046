//! Terminals of any size and kind: nothing is wider than the screen, and everything is readable.

use instrsh::commands;

use crate::person::{Home, Person};

const DOOR: &str = "instrumenting_app.dummy_modules.mod_b:Door.open";

fn sized(size: (u16, u16)) -> Person {
    Person::starting(&Home::new(), size, &[])
}

#[test]
fn help_is_on_one_screen() {
    for size in [(80, 26), (40, 15)] {
        let mut person = sized(size);
        person.presses("help\r");
        let seen = person.seen_when("the end of the help", |seen| {
            seen.shows("json") && seen.has_prompt()
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
    let seen = person.seen_when("both", |seen| seen.shows("RETURN_") && seen.has_prompt());
    let row = |word: &str| {
        let rows = seen.rows().into_iter().rev();
        rows.into_iter().find(|row| row.contains(word)).expect(word)
    };
    let times = |word: &str| row(word).matches(word).count();
    assert_eq!(
        ["RESUME", "count)", "RETURN_"].map(times),
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
        seen.shows("RETURN_") && seen.has_prompt()
    });
    let is_marked = |row: &String| row.starts_with('+') && row.ends_with(" UNARY_INVERT");
    assert!(seen.rows().iter().any(is_marked), "{}", seen.picture());
    assert!(seen.rows().iter().any(|row| row.ends_with("(count)")));
}

/// Command lines with different kinds of answers.
const LINES: [&str; 5] = [
    "patch *mod_a:func_7",
    "ls *mod_a:func_?",
    "stats",
    "watch 1 --every 200ms *mod_a:func_7",
    "ls nothing_like_it",
];

#[test]
fn a_terminal_that_shows_only_ascii_gets_no_more() {
    let mut person = Person::at_kind(&[("LC_ALL", "C")], (80, 24));
    for line in LINES {
        person.presses(&format!("clear\r{line}\r"));
        let seen = person.seen_when(line, |seen| {
            seen.has_prompt() && seen.rows()[0] == format!("instrsh> {line}")
        });
        let rows = seen.rows();
        assert!(rows.iter().all(|row| row.is_ascii()), "{}", seen.picture());
    }
}

#[test]
fn there_is_no_colour_where_none_is_wanted() {
    for (name, value, wanted) in [("NO_COLOR", "1", false), ("NO_COLOR", "", true)] {
        let mut person = Person::at_kind(&[(name, value)], (80, 24));
        let mut coloured = 0;
        for line in LINES {
            person.presses(&format!("clear\r{line}\r"));
            let seen = person.seen_when(line, |seen| {
                seen.has_prompt() && seen.rows()[0] == format!("instrsh> {line}")
            });
            let cells = (0..24).flat_map(|row| (0..80).map(move |column| (row, column)));
            let cells = cells.filter_map(|(row, column)| seen.screen().cell(row, column));
            coloured += cells
                .filter(|cell| cell.fgcolor() != vt100::Color::Default)
                .count();
        }
        assert_eq!(coloured > 0, wanted, "{name}={value}: {coloured} cells");
    }
}

#[test]
fn sentences_are_broken_between_words() {
    let mut person = sized((40, 15));
    person.presses("patch *mod_a:func_7\r");
    person.sees("the whole sentence", |seen| {
        let row = |row: &String| row.starts_with("  ") && row.contains("3 instructions added");
        seen.rows().iter().any(row) && seen.has_prompt()
    });
}
