//! User choices: the init file, settings and aliases; and what a recording keeps.

use std::fs;

use crate::person::{CONTROL_C, Home, Person};
use crate::screen::Seen;

const SIZE: (u16, u16) = (100, 30);

/// A home with an init file.
fn home_with(init: &str) -> Home {
    let home = Home::new();
    let folder = home.path().join("config/instrsh");
    fs::create_dir_all(&folder).expect("the home is there");
    fs::write(folder.join("init"), init).expect("the home is there");
    home
}

#[test]
fn the_init_file_is_for_the_prompt_and_goes_on_behind_an_error_that_has_its_place() {
    let home = home_with("set limit 1\nalias two ls --limit 2\nset sort size\nset limit 3\n");
    let mut person = Person::starting(&home, SIZE, &[]);
    person.sees("the error and its place", |seen| {
        seen.shows("/config/instrsh/init:3: error: `set sort` cannot be `size`")
            && seen.shows("hint: it is one of `name`, `calls`, `hits`")
    });
    person.enters("ls *mod_a:func_?", &["3 callables of 10"]);
    person.enters("two *mod_a:func_?", &["2 callables of 10"]);
}

#[test]
fn scripts_do_not_read_the_init_file() {
    let home = home_with("set limit 1\n");
    let arguments = ["-i", "-c", "ls *mod_a:func_?"];
    let mut person = Person::starting(&home, SIZE, &arguments);
    person.sees("all of them", |seen| seen.shows("10 callables"));
    person.enters("ls instrumenting_app.*:*", &["1 callable of"]);
}

#[test]
fn colours_go_and_come_at_once() {
    let mut person = Person::at_demo();
    let is_coloured = |seen: &Seen, row: usize| {
        let cell = u16::try_from(row)
            .ok()
            .and_then(|row| seen.screen().cell(row, 0));
        cell.is_some_and(|cell| cell.fgcolor() != vt100::Color::Default)
    };
    for (when, expected) in [("never", false), ("always", true), ("never", false)] {
        person.presses(&format!("set color {when}; clear; ls *mod_a:func_?\r"));
        person.sees(&format!("a table, colour {when}"), |seen| {
            let coloured = (0..seen.rows().len()).any(|row| is_coloured(seen, row));
            seen.shows("10 callables") && coloured == expected && seen.has_prompt()
        });
    }
}

#[test]
fn the_line_that_is_typed_is_painted_as_answers_are() {
    let mut person = Person::at_demo();
    for (when, expected) in [("always", true), ("never", false), ("auto", true)] {
        person.presses(&format!("set color {when}\r"));
        // The history offers the earlier line as a hint if colours distinguish it from typed text.
        person.presses("set c");
        person.sees(&format!("the line, colour {when}"), |seen| {
            let (row, column) = seen.screen().cursor_position();
            let cell = seen.screen().cell(row, column).expect("a cell");
            let offered = format!("set color {when}");
            let is_painted = seen.colour("set") != Some(vt100::Color::Default);
            let has_hint = seen.line().ends_with(&offered) && cell.dim();
            column == 14 && is_painted == expected && has_hint == expected
        });
        person.presses(CONTROL_C);
        person.sees_prompt();
    }
}

#[test]
fn tab_completes_settings_and_their_values() {
    let mut person = Person::at_demo();
    person.presses("set so\t");
    person.sees_line("set sort");
    person.presses("ca\t");
    person.sees_line("set sort calls");
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses("set col\tnev\t");
    person.sees_line("set color never");
}

#[test]
fn tab_completes_an_alias_like_what_it_stands_for() {
    let mut person = Person::at_demo();
    person.presses("alias busy ls --so\t");
    person.sees_line("alias busy ls --sort");
    person.presses("hi\t\r");
    person.sees_prompt();
    person.presses("bus\t--lim\t");
    person.sees_line("busy --limit");
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses("busy instrumenting_app.dummy_modules.mod_b:Ac\t");
    person.sees_line("busy instrumenting_app.dummy_modules.mod_b:Account.");
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses("alias --remove bu\t");
    person.sees_line("alias --remove busy");
}

#[test]
fn settings_and_aliases_are_there_when_the_program_has_started_anew() {
    let mut person = Person::at_demo();
    person.enters("set limit 2; alias few ls *mod_a:func_?", &[]);
    person.enters("restart", &["restarted instrumenting_app"]);
    person.enters("few", &["2 callables of 10"]);
}

#[test]
fn what_is_typed_is_recorded_written_out_across_a_restart() {
    let home = Home::new();
    let mut person = Person::starting(&home, SIZE, &[]);
    let file = home.path().join("session.instr");
    let name = file.display().to_string();
    person.enters(&format!("rec {name}"), &["recording to"]);
    person.enters("alias seven patch *mod_a:func_7", &[]);
    person.enters("pat *mod_a:func_6; seven # both", &["func_6: ", "func_7: "]);
    person.enters(
        "resta",
        &["restarted instrumenting_app: 2 patches restored"],
    );
    person.enters("ls; unpatc *mod_a:func_6", &["unpatched 1 callable"]);
    person.enters("rec", &["5 commands so far"]);
    let text = fs::read_to_string(&file).expect("it is there");
    let commands: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        commands,
        [
            "alias seven patch *mod_a:func_7",
            "patch *mod_a:func_6",
            "seven",
            "restart",
            "unpatch *mod_a:func_6",
        ]
    );
}

#[test]
fn what_is_typed_in_several_lines_is_recorded_in_one() {
    let home = Home::new();
    let file = home.path().join("recorded");
    let mut person = Person::starting(&home, SIZE, &["--hold"]);
    person.enters(&format!("record '{}'", file.display()), &["recording"]);
    person.presses("alias zz ls 'a\rexit 5'\r");
    person.sees("the refusal", |seen| {
        seen.shows("a word of an alias cannot contain a line break") && seen.has_prompt()
    });
    person.presses("alias few \\\rls --limit 2\r");
    person.sees("the next prompt", |seen| {
        seen.shows("ls --limit 2") && seen.has_prompt()
    });
    person.enters("few", &["2 callables of"]);
    let recorded = std::fs::read_to_string(file).expect("a recording");
    let commands = recorded.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(commands.collect::<Vec<_>>(), ["alias few ls --limit 2"]);
}
