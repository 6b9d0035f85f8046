//! Tab: commands, options and their values, and symbol paths piece by piece.

use std::fs;

use vt100::Color;

use crate::common::{named_pipe, program};
use crate::person::{CONTROL_C, Home, Person, TAB};
use crate::screen::Seen;

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
fn tab_completes_a_quantity_an_operator_and_a_value() {
    let mut person = Person::at_demo();
    person.presses("expect pro\t");
    person.presses("=\t");
    person.sees_line("expect program ==");
    person.presses("\t");
    person.sees("what a target is", |seen| {
        let is_list = |row: &String| row.split_whitespace().eq(["ended", "held", "running"]);
        seen.rows().iter().any(is_list)
    });
    person.presses("r\t\t!");
    person.sees_line("expect program == running !");
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses("expect hi\t");
    person.sees_line("expect hits");
    person.presses("(instrumenting_app.dummy_modules.mod_a:func_7\t");
    person.sees_line("expect hits(instrumenting_app.dummy_modules.mod_a:func_7)");
}

#[test]
fn tab_completes_a_value_behind_an_equals_sign_and_no_option_twice() {
    let mut person = Person::at_demo();
    person.presses("ls --sort=h\t");
    person.sees_line("ls --sort=hits");
    person.presses("--by p\t");
    person.sees_line("ls --sort=hits --by process");
    person.presses("--s\t!");
    person.sees_line("ls --sort=hits --by process --s!");
}

#[test]
fn tab_offers_nothing_behind_a_whole_command() {
    let mut person = Person::at_demo();
    person.presses("sleep 2 \t!");
    person.sees_line("sleep 2 !");
}

#[test]
fn tab_completes_behind_a_separator() {
    let mut person = Person::at_demo();
    person.presses("ls; unp\t");
    person.sees_line("ls; unpatch");
}

#[test]
fn tab_completes_files_in_quotes_and_with_blanks() {
    let home = Home::new();
    let folder = home.path().join("some folder");
    fs::create_dir(&folder).expect("a folder");
    for name in ["one file.instr", "two.instr", ".hidden"] {
        fs::write(folder.join(name), "help exit").expect("a file");
    }
    let home_path = home.path().to_string_lossy().into_owned();
    let mut person = Person::starting(&home, (150, 30), &[]);
    person.presses(&format!("source {home_path}/so\t"));
    person.sees_line(&format!("source {home_path}/some\\ folder/"));
    person.presses("\t");
    person.sees("both files", |seen| seen.shows("one file.instr  two.instr"));
    person.presses("o\t");
    person.sees_line(&format!(
        "source {home_path}/some\\ folder/one\\ file.instr"
    ));
    person.enters("", &["exit 3  with status 3"]);
    person.presses(&format!("source '{home_path}/some folder/tw\t"));
    person.sees_line(&format!("source '{home_path}/some folder/two.instr'"));
}

#[test]
fn tab_offers_no_name_that_nobody_can_type() {
    let program = program("oddly_named.py");
    let arguments = [&*program.to_string_lossy()];
    let mut person = Person::starting(&Home::new(), (100, 30), &arguments);
    person.sees("its end", |seen| seen.shows("ended") && seen.has_prompt());
    person.presses("patch oddly_named:\t");
    person.sees("the others", |seen| {
        let last = seen.line() == "instrsh> patch oddly_named:";
        last && seen.shows("with:") && !seen.shows("break") && !seen.shows("red")
    });
    for beginning in ["red", "line", "turned"] {
        person.presses(CONTROL_C);
        person.sees_prompt();
        person.presses(&format!("patch oddly_named:{beginning}\t!"));
        person.sees_line(&format!("patch oddly_named:{beginning}!"));
    }
}

#[test]
fn tab_finds_what_has_the_word_inside() {
    let mut person = Person::at_demo();
    person.presses("patch open\t");
    person.sees("all that are called so, and what was typed", |seen| {
        seen.shows("Account.open  Door.open") && seen.line() == "instrsh> patch open"
    });
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses("mod_a:func_7\t");
    person.sees_line(FUNC_7);
}

#[test]
fn tab_finds_what_has_the_characters_in_their_order() {
    let mut person = Person::at_demo();
    person.presses("ptch\t");
    person.sees_line("patch");
    person.presses("modbaccdep\t");
    person.sees_line("patch instrumenting_app.dummy_modules.mod_b:Account.deposit");
}

#[test]
fn tab_answers_while_the_target_holds_the_interpreter() {
    let home = Home::new();
    let program = program("holding.py").to_string_lossy().into_owned();
    let folder = home.path().to_string_lossy().into_owned();
    let mut person = Person::starting(&home, (100, 30), &[&program, &folder]);
    person.sees_ready();
    person.presses("patch holding:nothing");
    person.sees("that the module is known", |seen| {
        seen.colour("holding:nothing") == Some(Color::Idx(1))
    });
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses("patch holding:held_function");
    person.sees("that the function is known as well", |seen| {
        seen.colour("holding:held_function") == Some(Color::Idx(6))
    });
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.tells_target("hold");
    let has_row = |seen: &Seen, text: &str| seen.rows().iter().any(|row| row == text);
    person.sees("that it is held", |seen| has_row(seen, "holding"));
    person.presses("patch holding:h\t");
    person.sees("the whole path before the target lets go", |seen| {
        seen.line() == "instrsh> patch holding:held_function" && !has_row(seen, "held")
    });
}

#[test]
fn control_c_leaves_a_long_menu() {
    let mut person = Person::starting(&Home::new(), (40, 6), &[]);
    person.presses(TAB);
    person.sees("a part of it", |seen| seen.shows("--More--"));
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses("help");
    person.sees_line("help");
    person.presses(CONTROL_C);
    person.sees_prompt();
}

#[test]
fn tab_shows_no_more_than_can_be_read() {
    let program = program("many.py").to_string_lossy().into_owned();
    let mut person = Person::starting(&Home::new(), (100, 30), &[&program, "70000", "1"]);
    person.sees_ready();
    person.presses("patch many_0:nothing");
    person.sees("that the names are known", |seen| {
        seen.colour("many_0:nothing") == Some(Color::Idx(1))
    });
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses("patch many_\t");
    person.sees_line("patch many_0:");
    person.presses("\t");
    person.sees("a question", |seen| {
        seen.shows("Display all 1001 possibilities?")
    });
    person.presses("n");
    person.sees_line("patch many_0:function_");
    person.presses("6999\t");
    person.sees("the few", |seen| {
        seen.shows("function_69990  function_69992")
    });
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
    // When it is no longer red, it is known.
    person.presses("patch appearing:l");
    person.sees("what is known", |seen| {
        seen.colour("appearing:l") == Some(Color::Idx(6))
    });
    person.presses(TAB);
    person.sees_line("patch appearing:late");
    person.presses("appearing:L\t");
    person.sees_line("patch appearing:late appearing:Late.");
    person.presses("\tlazily_\t");
    person.sees_line("patch appearing:late appearing:Late.method lazily_module:");
    person.presses("f\t");
    person.sees_line("patch appearing:late appearing:Late.method lazily_module:function");
    person.enters("", &["patched lazily_module:function"]);
    fs::write(&pipe, "go").expect("the program reads");
    let hits = "expect hits(__main__:[lL]ate*) == 6; expect hits(lazily_module:function) == 3";
    person.enters(&format!("wait; {hits}; help exit"), &["with status 3"]);
    person.sees("no error", |seen| !seen.shows("error"));
}
