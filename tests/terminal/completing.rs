//! Tab: commands, options and their values, and symbol paths piece by piece.

use std::fs;

use crate::common::{named_pipe, program};
use crate::person::{CONTROL_C, Home, Person, TAB};

const FUNC_7: &str = "instrumenting_app.dummy_modules.mod_a:func_7";

#[test]
fn tab_completes_a_command() {
    let mut person = Person::at_demo();
    person.presses("unp");
    person.presses(TAB);
    person.sees("`unpatch` and a blank", |seen| {
        let (_, column) = seen.screen().cursor_position();
        seen.line() == "instrsh> unpatch" && column == 17
    });
}

#[test]
fn tab_completes_an_option_and_its_value() {
    let mut person = Person::at_demo();
    person.presses("ls --so\t");
    person.sees_line("ls --sort");
    person.presses("h\t");
    person.sees_line("ls --sort hits");
}

#[test]
fn tab_completes_a_symbol_path_piece_by_piece_up_to_a_method() {
    let mut person = Person::at_demo();
    let path = "patch instrumenting_app.dummy_modules.";
    person.presses(&format!("{path}m\t"));
    person.sees_line(&format!("{path}mod_"));
    person.presses("b\t");
    person.sees_line(&format!("{path}mod_b:"));
    person.presses("Ac\t");
    person.sees_line(&format!("{path}mod_b:Account."));
    person.presses("dep\t");
    person.sees_line(&format!("{path}mod_b:Account.deposit"));
}

#[test]
fn tab_lists_what_it_cannot_decide() {
    let mut person = Person::at_demo();
    person.presses("patch instrumenting_app.dummy_modules.mod_\t");
    let pieces = ["mod_a:", "mod_b:", "mod_c:", "mod_d:", "mod_e:"];
    person.sees("the five modules", |seen| {
        let is_list = |row: &String| row.split_whitespace().eq(pieces);
        seen.rows().iter().any(is_list)
    });
}

#[test]
fn tab_completes_the_pattern_of_a_quantity() {
    let mut person = Person::at_demo();
    person.presses("expect hits(instrumenting_app.dummy_modules.mod_b:Ac\t");
    person.sees_line("expect hits(instrumenting_app.dummy_modules.mod_b:Account.");
}

#[test]
fn tab_after_unpatch_completes_only_what_is_patched() {
    let mut person = Person::at_demo();
    person.presses("unpatch inst\t");
    person.presses("!");
    person.sees_line("unpatch inst!");
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.enters(&format!("patch {FUNC_7}"), &["patched instr"]);
    person.presses("unpatch inst\t");
    person.sees_line(&format!("unpatch {FUNC_7}"));
}

#[test]
fn tab_knows_the_script_by_its_own_name() {
    let arguments = "-i -c wait -m instrumenting_app --calls 0".split(' ');
    let arguments: Vec<_> = arguments.collect();
    let mut person = Person::starting(&Home::new(), (100, 30), &arguments);
    person.presses("patch instrumenting_app.__\t");
    person.sees_line("patch instrumenting_app.__main__:");
    person.presses("ma\t");
    person.sees_line("patch instrumenting_app.__main__:main");
    person.presses("\r");
    person.sees_prompt();
    person.presses("unpatch instrumenting_app.__m\t");
    person.sees_line("unpatch instrumenting_app.__main__:main");
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses("unpatch __m\t");
    person.sees_line("unpatch __main__:main");
}

#[test]
fn tab_knows_what_appears_without_a_command() {
    let home = Home::new();
    let pipe = named_pipe(home.path());
    let program = program("appearing.py");
    let arguments = [&*program.to_string_lossy(), &*pipe.to_string_lossy()];
    let mut person = Person::starting(&home, (100, 30), &arguments);
    person.sees("the first stop", |seen| seen.shows("at first"));
    for nothing in ["patch appearing:l\t", "patch lazily_\t"] {
        person.presses(nothing);
        person.presses("!");
        person.sees_line(&nothing.replace('\t', "!"));
        person.presses(CONTROL_C);
        person.sees_prompt();
    }
    fs::write(&pipe, "go").expect("the program reads");
    person.sees("the second stop", |seen| seen.shows("at second"));
    person.presses("patch appearing:l\t");
    person.sees_line("patch appearing:late");
    person.presses(" appearing:L\t");
    person.sees_line("patch appearing:late appearing:Late.");
    person.presses("\t lazily_\t");
    person.sees_line("patch appearing:late appearing:Late.method lazily_module:");
    person.presses("f\t");
    person.sees_line("patch appearing:late appearing:Late.method lazily_module:function");
    person.enters("", &["patched lazily_module:function"]);
    fs::write(&pipe, "go").expect("the program reads");
    let hits = "expect hits(__main__:[lL]ate*) == 6; expect hits(lazily_module:function) == 3";
    person.enters(&format!("wait; {hits}; help exit"), &["with status 3"]);
    person.sees("no error", |seen| !seen.shows("error"));
}
