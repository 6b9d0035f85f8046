//! `watch`: is refreshed in place, fits the terminal, and leaves nothing on the screen.

use crate::common::program;
use crate::person::{CONTROL_C, ENTER, Home, Person};
use crate::screen::Seen;

const WATCH: &str = "watch --every 50ms *mod_a:func_?\r";

/// Whether a whole frame is shown: its head on top, its hint at the end.
fn has_frame(seen: &Seen) -> bool {
    seen.screen().alternate_screen()
        && seen.rows()[0].contains(" watched, ")
        && seen.shows("q leaves")
}

/// Whether the screen is the one from before the watch.
fn is_back(seen: &Seen) -> bool {
    !seen.screen().alternate_screen()
        && !seen.screen().hide_cursor()
        && seen.rows()[0].starts_with("instrsh ")
        && seen.has_prompt()
}

#[test]
fn it_refreshes_in_place_and_q_restores_the_screen() {
    let mut person = Person::at_demo();
    person.presses(WATCH);
    let seen = person.seen_when("a frame", has_frame);
    assert!(seen.screen().hide_cursor());
    let (head, heading) = (seen.rows()[0].clone(), seen.rows()[1].clone());
    drop(seen);
    let seen = person.seen_when("another frame", |seen| {
        has_frame(seen) && seen.rows()[0] != head
    });
    let rows = seen.rows();
    assert_eq!(rows[1], heading);
    assert_eq!(rows.iter().filter(|row| **row == heading).count(), 1);
    drop(seen);
    person.presses("q");
    person.sees("the screen from before", is_back);
}

#[test]
fn one_screen_of_a_long_table_stays_to_be_read() {
    let mut person = Person::at_demo();
    person.presses("clear\rwatch\r");
    person.sees("a frame", has_frame);
    person.presses("q");
    let seen = person.seen_when("the last frame above the prompt", |seen| {
        !seen.screen().alternate_screen() && seen.has_prompt()
    });
    let rows = seen.rows();
    assert!(rows[0].contains(" watched, "), "{rows:#?}");
    assert!(rows[1].starts_with("Callable "), "{rows:#?}");
    assert!(rows[2].contains(':'), "{rows:#?}");
}

#[test]
fn enter_control_c_and_time_end_it_as_well() {
    let mut person = Person::at_demo();
    for (line, key) in [
        (WATCH, ENTER),
        (WATCH, CONTROL_C),
        ("watch 200ms *:func_?\r", ""),
    ] {
        person.presses("clear\r");
        person.sees("an empty screen", |seen| {
            seen.has_prompt() && seen.screen().cursor_position().0 == 0
        });
        person.presses(line);
        person.sees("a frame", |seen| seen.screen().alternate_screen());
        person.presses(key);
        person.sees("the prompt", |seen| {
            !seen.screen().alternate_screen() && seen.has_prompt()
        });
    }
}

#[test]
fn it_survives_a_resize() {
    let mut person = Person::at_demo();
    person.presses(WATCH);
    person.sees("a frame", has_frame);
    person.resizes((60, 10));
    person.sees("a frame that fits 60 × 10", |seen| {
        let is_wrapped = |row| seen.screen().row_wrapped(row);
        has_frame(seen) && seen.rows()[9].starts_with("1-7 of 10 ") && !(0..10).any(is_wrapped)
    });
    person.resizes((120, 40));
    person.sees("a frame that fits 120 × 40", |seen| {
        has_frame(seen) && seen.shows("instrumenting_app.dummy_modules.mod_a:func_7 ")
    });
    person.presses("q");
    person.sees("the prompt", |seen| {
        !seen.screen().alternate_screen() && seen.has_prompt()
    });
}

#[test]
fn it_fits_a_narrow_terminal() {
    let home = Home::new();
    let mut person = Person::starting(&home, (40, 15), &[]);
    person.presses("watch --every 50ms\r");
    person.sees("rows below their head", |seen| {
        let rows = seen.rows();
        seen.screen().alternate_screen()
            && rows[0].contains(" watched")
            && rows[1].starts_with("  Callable")
            && rows[14].starts_with("1-12 of ")
    });
    person.presses("q");
    person.sees("the prompt", |seen| {
        !seen.screen().alternate_screen() && seen.has_prompt()
    });
}

#[test]
fn it_ends_with_its_target_and_restores_the_screen() {
    let home = Home::new();
    let target = program("ending.py");
    let arguments = [&target.to_string_lossy(), &home.path().to_string_lossy()];
    let mut person = Person::starting(&home, (100, 30), &arguments.map(|argument| &**argument));
    let modes = person.modes();
    person.presses("watch --every 50ms\r");
    person.sees("a frame", |seen| seen.screen().alternate_screen());
    person.tells_target("end");
    person.sees("the screen from before, and the news", |seen| {
        is_back(seen) && seen.shows("the program has ended")
    });
    assert_eq!(person.modes(), modes);
}
