//! The live view of `watch` on terminals of all kinds: resized, small, without colours or beyond ASCII.

use portable_pty::CommandBuilder;

use crate::common::program;
use crate::person::{CONTROL_D, Home, Person};
use crate::screen::Seen;

const ESCAPE: &str = "\x1b";
const DOWN: &str = "\x1b[B";

#[test]
fn a_new_size_is_drawn_at_once_however_long_the_interval() {
    let mut person = Person::at_demo();
    person.presses("watch --every 1h *mod_a:func_?\r");
    person.sees("the table", Seen::has_table);
    for (columns, lines) in [(60, 8), (120, 40), (40, 5)] {
        person.resizes((columns, lines));
        person.sees(&format!("a table for {columns} × {lines}"), |seen| {
            let shown = usize::from(lines).saturating_sub(3).min(10);
            seen.has_table()
                && seen.bottom().starts_with(&format!("1-{shown} of 10 "))
                && !(0..lines).any(|row| seen.screen().row_wrapped(row))
        });
    }
    person.presses(" ");
    person.sees("that it is frozen", |seen| {
        seen.rows()[0].contains("frozen")
    });
    person.resizes((100, 30));
    person.sees("a table for the old size", |seen| {
        seen.bottom().starts_with("1-10 of 10 ")
    });
}

/// A person at a terminal of 40 × 15, without colours and UTF-8, who watches the demo.
fn at_a_plain_terminal() -> Person {
    let mut command = CommandBuilder::new("sh");
    command.args([
        "-c",
        "LC_ALL=C NO_COLOR=1 exec \"$0\"",
        env!("CARGO_BIN_EXE_instrsh"),
    ]);
    let mut person = Person::running(command, &Home::new(), (40, 15));
    person.sees_prompt();
    person.presses("watch --every 50ms *mod_a:func_?\r");
    person.sees("the table", Seen::has_table);
    person
}

/// Whether nothing on the screen needs UTF-8 or has an attribute.
fn is_plain(seen: &Seen) -> bool {
    let cells =
        (0..15).flat_map(|row| (0..40).filter_map(move |column| seen.screen().cell(row, column)));
    let mut cells = cells;
    seen.rows().iter().all(|row| row.is_ascii())
        && cells.all(|cell| {
            !cell.bold()
                && !cell.dim()
                && !cell.inverse()
                && cell.fgcolor() == vt100::Color::Default
        })
}

#[test]
fn all_of_it_is_told_without_colours_and_in_ascii() {
    let mut person = at_a_plain_terminal();
    person.presses(&format!("{DOWN}{DOWN}p"));
    person.sees("the answer", |seen| {
        seen.shows("func_1: 3 instructions") && is_plain(seen)
    });
    person.presses(ESCAPE);
    person.sees("a row that is selected, patched, and has changed", |seen| {
        let rows = seen.rows();
        rows[2].starts_with(">+")
            && rows[2].ends_with(" *")
            && is_plain(seen)
            && !seen.shows("3 instructions")
    });
    person.presses("?");
    person.sees("the keys", |seen| {
        seen.rows()[0] == "keys" && is_plain(seen)
    });
    person.presses("qd");
    person.sees("a disassembly", |seen| {
        seen.shows("RESUME") && is_plain(seen)
    });
    person.presses("q:ptach\r");
    person.sees("an error", |seen| {
        seen.has_table() && seen.shows("error: unknown command") && is_plain(seen)
    });
}

#[test]
fn a_line_that_is_longer_than_the_screen_is_scrolled_along() {
    let mut person = at_a_plain_terminal();
    person.presses(&format!(":patch {}end", "x".repeat(50)));
    let seen = person.seen_when("the end of the line", |seen| {
        seen.bottom().ends_with("xend")
    });
    assert_eq!(seen.screen().cursor_position(), (14, 39));
    drop(seen);
    person.presses("\x1b[H");
    let seen = person.seen_when("its beginning", |seen| {
        seen.bottom().starts_with(":patch x")
    });
    assert_eq!(seen.screen().cursor_position(), (14, 1));
}

#[test]
fn wide_names_and_control_characters_break_nothing() {
    let target = program("wide_names.py");
    let arguments = [&*target.to_string_lossy()];
    let mut person = Person::starting(&Home::new(), (40, 15), &arguments);
    person.presses("watch --every 50ms\r");
    person.sees("both rows, the long name without its middle", |seen| {
        let rows = seen.rows();
        seen.has_table()
            && rows.iter().any(|row| row.contains("__main__:漢字の関数 "))
            && rows.iter().any(|row| {
                row.contains("__main__") && row.contains("…") && row.contains("あります ")
            })
            && !(0..15).any(|row| seen.screen().row_wrapped(row))
            && seen.bottom().contains("q leaves")
    });
    person.presses("/漢字の関");
    person.sees("the rows that are meant", |seen| {
        seen.bottom() == "/漢字の関" && !seen.shows("あります")
    });
    assert_eq!(
        person
            .seen_when("the cursor", |_| true)
            .screen()
            .cursor_position(),
        (14, 9)
    );
}

#[test]
fn whatever_ends_the_process_while_a_line_is_typed_leaves_the_terminal_as_it_was() {
    for way in ["terminates", "crashes"] {
        let home = Home::new();
        let target = program("crashing.py");
        let arguments = [target.as_os_str(), home.path().as_ref(), way.as_ref()];
        let (mut person, before) = Person::with_login_shell(&home, &arguments);
        person.sees_ready();
        person.presses("watch\r");
        person.sees("the table", Seen::has_table);
        person.presses(":patch __ma");
        person.sees("the line", |seen| {
            seen.bottom() == ":patch __ma" && seen.screen().bracketed_paste()
        });
        person.tells_target("end");
        person.sees("the prompt", |seen| {
            seen.shows("the program ended the process") && seen.has_prompt()
        });
        person.presses(CONTROL_D);
        person.is_left(&before, 0);
    }
}
