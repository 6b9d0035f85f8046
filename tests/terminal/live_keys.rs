//! Each key of `watch`, and what the screen then shows.

use crate::common::program;
use crate::person::{CONTROL_C, CONTROL_D, ENTER, Home, Person, UP};
use crate::screen::Seen;

const DOWN: &str = "\x1b[B";
const PAGE_UP: &str = "\x1b[5~";
const PAGE_DOWN: &str = "\x1b[6~";
const HOME: &str = "\x1b[H";
const END: &str = "\x1b[F";
const ESCAPE: &str = "\x1b";

/// Rows of the table on a terminal of 30 lines.
const PAGE: usize = 27;

/// A person at a wide terminal who watches callables of the demo.
fn watching(line: &str) -> Person {
    let mut person = Person::starting(&Home::new(), (140, 30), &[]);
    person.presses(&format!("{line}\r"));
    person.sees("the table", Seen::has_table);
    person
}

/// The rows of the table, without their margin.
fn names(seen: &Seen) -> Vec<String> {
    let rows = seen.rows();
    let rows = rows[2..rows.len() - 1].iter();
    let names = rows.filter_map(|row| {
        let row: String = row.chars().skip(2).collect();
        row.split_whitespace().next().map(str::to_owned)
    });
    names.filter(|name| name.contains(':')).collect()
}

/// The number of the row that is selected.
fn selected(seen: &Seen) -> Option<usize> {
    seen.rows()
        .iter()
        .position(|row| row.starts_with('>'))
        .map(|line| line - 2)
}

#[test]
fn arrows_and_pages_select_and_scroll() {
    let mut person = watching("watch");
    let seen = person.seen_when("rows", |seen| names(seen).len() == PAGE);
    assert_eq!(selected(&seen), None);
    let first = names(&seen);
    let total: usize = seen
        .bottom()
        .split_whitespace()
        .nth(2)
        .and_then(|it| it.parse().ok())
        .expect("a number");
    drop(seen);
    assert!(total > 2 * PAGE, "the test needs more than two pages");
    person.presses(DOWN);
    let seen = person.seen_when("the first row", |seen| selected(seen) == Some(0));
    assert!(seen.screen().cell(2, 5).is_some_and(vt100::Cell::inverse));
    drop(seen);
    person.presses(DOWN);
    person.sees("the second row", |seen| selected(seen) == Some(1));
    person.presses(UP);
    person.presses(PAGE_DOWN);
    person.sees("one page on", |seen| {
        names(seen)[..] != first
            && selected(seen) == Some(PAGE - 1)
            && seen.bottom().starts_with("2-28 of ")
    });
    person.presses(END);
    person.sees("the end", |seen| {
        seen.bottom()
            .starts_with(&format!("{}-{total} of {total} ", total - PAGE + 1))
            && selected(seen) == Some(PAGE - 1)
    });
    person.presses(PAGE_UP);
    person.sees("one page back", |seen| {
        seen.bottom().starts_with(&format!("{}-", total - PAGE)) && selected(seen) == Some(0)
    });
    person.presses(HOME);
    person.sees("the beginning", |seen| {
        names(seen) == first && selected(seen) == Some(0)
    });
}

#[test]
fn s_sorts_by_the_next_column() {
    let mut person = watching("watch --every 50ms *mod_a:func_?");
    let by_name = person
        .seen_when("rows", |seen| names(seen).len() == 10)
        .rows();
    assert!(by_name[0].ends_with("by name"), "{by_name:#?}");
    for word in ["calls", "hits", "calls/s", "hits/s", "core", "name"] {
        person.presses("s");
        let by = format!("by {word}");
        person.sees(&by, |seen| {
            let mut sorted = names(seen);
            sorted.sort();
            seen.head().ends_with(&by) && (word != "name" || sorted == names(seen))
        });
        if word == "calls" {
            person.sees("the busiest first", |seen| {
                let calls: Vec<u64> = seen.rows()[2..12].iter().map(|row| calls_in(row)).collect();
                calls.is_sorted_by(|a, b| a >= b)
            });
        }
    }
}

/// The calls in a row: the first number after the name.
fn calls_in(row: &str) -> u64 {
    let mut words = row.split_whitespace().map(|word| word.replace(',', ""));
    words.find_map(|word| word.parse().ok()).expect("a number")
}

#[test]
fn a_filter_narrows_the_rows_as_it_is_typed_and_escape_clears_it() {
    let mut person = watching("watch");
    person.presses("/MOD_A:");
    person.sees("no rows, since that is not how names are written", |seen| {
        names(seen).is_empty() && seen.bottom() == "/MOD_A:"
    });
    person.presses("\x15mod_a:func_");
    person.sees("the rows of that module", |seen| {
        names(seen).len() == 10 && names(seen).iter().all(|name| name.contains("mod_a:func_"))
    });
    person.presses("7");
    let seen = person.seen_when("one row, and the line", |seen| {
        names(seen) == ["instrumenting_app.dummy_modules.mod_a:func_7"]
            && seen.bottom() == "/mod_a:func_7"
    });
    assert!(!seen.screen().hide_cursor());
    assert_eq!(seen.screen().cursor_position(), (29, 13));
    drop(seen);
    person.presses(ENTER);
    person.sees("the same without the line", |seen| {
        seen.head().contains("/mod_a:func_7") && seen.bottom().starts_with("1-1 of 1 ")
    });
    person.presses(ESCAPE);
    person.sees("all rows", |seen| {
        names(seen).len() == PAGE && !seen.head().contains(", /") && seen.has_table()
    });
    person.presses("/func_7");
    person.sees("fewer rows", |seen| names(seen).len() < PAGE);
    person.presses(ESCAPE);
    person.sees("all rows", |seen| {
        names(seen).len() == PAGE && seen.screen().hide_cursor()
    });
}

#[test]
fn the_selected_row_alone_is_meant_whatever_its_name() {
    let program = program("oddly_named.py");
    let arguments = [&*program.to_string_lossy(), "stays"];
    let mut person = Person::starting(&Home::new(), (140, 30), &arguments);
    person.presses("watch --every 50ms\r");
    person.sees("the table", Seen::has_table);
    for name in ["*", "#1;", "-dashed"] {
        person.presses(&format!("/:{name}\r"));
        person.sees("its row alone", |seen| {
            seen.bottom().starts_with("1-1 of 1 ") && seen.shows(&format!("__main__:{name}"))
        });
        person.presses(&format!("{DOWN}p"));
        person.sees("one patch", |seen| {
            seen.head().contains(", 1 patched,") && seen.shows(&format!("patched __main__:{name}"))
        });
        person.presses("p");
        person.sees("none", |seen| seen.head().contains(", 0 patched,"));
        person.presses(&format!("{ESCAPE}{ESCAPE}"));
        person.sees("all rows", |seen| !seen.head().contains(", /"));
    }
}

#[test]
fn p_patches_the_selected_row_and_unpatches_it() {
    let mut person = watching("watch --every 50ms *mod_a:func_?");
    person.presses("p");
    person.sees("what to do first", |seen| seen.shows("no row is selected"));
    person.presses(&format!("{DOWN}{DOWN}{DOWN}p"));
    person.sees(
        "the patch at the top, its answer, and hits that move",
        |seen| {
            let row = &seen.rows()[2];
            row.starts_with('>')
                && row.ends_with("● patched")
                && seen.shows("patched instrumenting_app.dummy_modules.mod_a:func_2: ")
                && seen.head().contains(", 1 patched, ")
                && !seen.head().contains(" 0 hits")
        },
    );
    person.presses("p");
    person.sees("that it is unpatched", |seen| {
        seen.shows("unpatched 1 callable")
            && !seen.shows("●")
            && seen.head().contains(", 0 patched, ")
    });
    person.presses(ESCAPE);
    person.sees("the table without the answer", |seen| {
        seen.has_table() && !seen.shows("unpatched 1 callable")
    });
}

#[test]
fn d_shows_the_disassembly_and_escape_comes_back() {
    let mut person = Person::starting(&Home::new(), (140, 10), &[]);
    person.presses("watch *mod_a:func_?\r");
    person.sees("the table", Seen::has_table);
    person.presses(&format!("{DOWN}d"));
    let of = "dis instrumenting_app.dummy_modules.mod_a:func_0";
    person.sees("the beginning of the disassembly", |seen| {
        seen.head() == of && seen.shows("RESUME") && seen.bottom().starts_with("1-8 of ")
    });
    person.presses(DOWN);
    person.sees("it one line on", |seen| {
        seen.bottom().starts_with("2-9 of ")
    });
    person.presses(END);
    person.sees("its end", |seen| seen.shows("RETURN_") && seen.head() == of);
    person.presses(HOME);
    person.sees("its beginning", |seen| seen.bottom().starts_with("1-8 of "));
    person.presses(ESCAPE);
    person.sees("the table", |seen| {
        seen.has_table() && selected(seen) == Some(0)
    });
}

#[test]
fn space_freezes_the_table_and_lets_it_go_on() {
    let mut person = watching("watch --every 50ms *mod_a:func_?");
    person.presses(" ");
    let frozen = person
        .seen_when("that it is frozen", |seen| {
            seen.head().contains(", frozen, ")
        })
        .rows();
    person.presses(DOWN);
    let rows = person
        .seen_when("a row that is selected", |seen| selected(seen) == Some(0))
        .rows();
    assert_eq!(rows[0], frozen[0]);
    assert_eq!(rows[3..], frozen[3..]);
    person.presses(" ");
    person.sees("that time goes on", |seen| {
        !seen.head().contains("frozen")
            && seen.head().split(',').next() != frozen[0].split(',').next()
    });
}

#[test]
fn plus_and_minus_change_the_interval() {
    let mut person = watching("watch --every 1s *mod_a:func_?");
    for (key, every) in [
        ("-", "500 ms"),
        ("-", "250 ms"),
        ("---", "50 ms"),
        ("+", "100 ms"),
    ] {
        person.presses(key);
        let every = format!(", every {every}, ");
        person.sees(&every, |seen| seen.head().contains(&every));
    }
}

#[test]
fn a_question_mark_lists_the_keys() {
    let mut person = watching("watch");
    person.presses("?");
    person.sees("the keys", |seen| {
        seen.head() == "keys"
            && seen.shows("type a command below the table; Tab completes")
            && seen.shows("q, Enter, Ctrl-C, Ctrl-D")
    });
    person.presses("?");
    person.sees("the table", Seen::has_table);
}

#[test]
fn each_key_that_leaves_does_so() {
    let mut person = Person::at_demo();
    for key in ["q", ESCAPE, ENTER, CONTROL_C, CONTROL_D] {
        person.presses("clear\rwatch *mod_a:func_?\r");
        person.sees("the table", Seen::has_table);
        person.presses(key);
        person.sees("the last frame above the prompt", |seen| {
            !seen.screen().alternate_screen()
                && !seen.screen().hide_cursor()
                && seen.has_prompt()
                && seen.shows(" watched, 10 callables")
        });
    }
}

#[test]
fn a_key_in_pieces_is_one_key_and_unknown_ones_do_nothing() {
    let mut person = watching("watch *mod_a:func_?");
    // They are written separately, and the reader may see them together or one by one.
    for piece in ["\x1b[24~", "\x1b", "[", "B", "\x1bx", "\x1b[1;5", "B"] {
        person.presses(piece);
    }
    person.sees("the second row", |seen| {
        seen.has_table() && selected(seen) == Some(1)
    });
}

#[test]
fn what_is_typed_behind_the_last_key_is_for_the_prompt() {
    let mut person = watching("watch *mod_a:func_?");
    person.presses("qhelp ex");
    person.sees_line("help ex");
}
