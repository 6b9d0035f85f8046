//! The command line below the table of `watch`, which keeps updating.

use crate::common::program;
use crate::person::{CONTROL_C, ENTER, Home, Person, TAB, UP};
use crate::screen::Seen;

const ESCAPE: &str = "\x1b";

/// A person at a wide terminal who watches callables of the demo.
fn watching() -> Person {
    let mut person = Person::starting(&Home::new(), (140, 30), &[]);
    person.presses("watch --every 50ms *mod_a:func_?\r");
    person.sees("the table", Seen::has_table);
    person
}

/// The hits of `func_7`: the second number after its name.
fn hits(seen: &Seen) -> u64 {
    let rows = seen.rows();
    let row = rows.iter().find(|row| row.contains("mod_a:func_7 "));
    let numbers = row.into_iter().flat_map(|row| row.split_whitespace());
    let mut numbers = numbers.filter_map(|word| word.replace(',', "").parse().ok());
    numbers.nth(1).unwrap_or(0)
}

#[test]
fn a_symbol_path_is_patched_and_its_hits_move() {
    let mut person = watching();
    person.presses(":instrumenting_app.dummy_modules.mod_a:func_7");
    let seen = person.seen_when("the line", |seen| {
        seen.bottom() == ":instrumenting_app.dummy_modules.mod_a:func_7"
    });
    assert!(!seen.screen().hide_cursor());
    assert_eq!(seen.screen().cursor_position(), (29, 45));
    drop(seen);
    person.presses(ENTER);
    let before = hits(&person.seen_when("the patch, and a hit", |seen| {
        let rows = seen.rows();
        let row = rows
            .iter()
            .find(|row| row.starts_with('>') && row.ends_with("● patched"));
        row.is_some_and(|row| row.contains("mod_a:func_7 "))
            && seen.shows("patched instrumenting_app.dummy_modules.mod_a:func_7: ")
            && hits(seen) > 0
    }));
    person.sees("more hits", |seen| hits(seen) > before && seen.has_table());
}

#[test]
fn hits_are_set_to_zero_below_the_table_and_rates_go_on() {
    let mut person = watching();
    person.presses(":patch *mod_a:func_?\r");
    let total = |seen: &Seen| {
        let head = seen.head();
        let (before, _) = head.split_once(" hits,")?;
        before
            .rsplit(' ')
            .next()?
            .replace(',', "")
            .parse::<u64>()
            .ok()
    };
    person.sees("hits", |seen| total(seen) > Some(30));
    person.presses(" :stats --reset\r");
    person.sees("none, at once, and the last rate", |seen| {
        seen.shows("set ")
            && seen.shows(" of 10 callables to zero")
            && total(seen) < Some(10)
            && !seen.head().contains(" 0.0 hits/s")
    });
    person.presses(" ");
    person.sees("new hits", |seen| total(seen) > Some(3));
}

#[test]
fn an_error_as_json_is_an_answer_as_well() {
    let mut person = watching();
    person.presses(":ls nosuch:name --json\r");
    person.sees("the error below the table", |seen| {
        let answer = seen.shows("{\"error\":\"nothing matches `nosuch:name`\"");
        seen.has_table() && answer && seen.bottom().starts_with("1-10 of 10")
    });
}

#[test]
fn a_long_line_is_typed_without_a_wait() {
    let mut person = watching();
    person.presses(":ls q");
    person.sees("the line", |seen| seen.bottom() == ":ls q");
    let longer_than_a_line = "q".repeat(1 << 20);
    let long = "\u{e4}".repeat(30_000);
    person.presses(&format!("\x1b[200~{longer_than_a_line}\x1b[201~"));
    person.presses(&format!("\x1b[200~{long}\x1b[201~.\x1b[D"));
    person.sees("its end", |seen| {
        seen.bottom().ends_with("\u{e4}\u{e4}.") && !seen.bottom().contains('q')
    });
    person.presses(CONTROL_C);
    person.sees("the table alone", |seen| {
        seen.bottom().starts_with("1-10 of 10")
    });
}

#[test]
fn the_table_goes_on_while_a_line_is_typed() {
    let mut person = watching();
    person.presses(":pat");
    let seen = person.seen_when("the line", |seen| seen.bottom() == ":pat");
    let before = seen.head();
    drop(seen);
    person.sees("that time goes on", |seen| {
        seen.head() != before && seen.bottom() == ":pat"
    });
    person.presses(ESCAPE);
    person.sees("the table alone", |seen| {
        seen.has_table() && seen.bottom().contains("q leaves")
    });
}

#[test]
fn tab_completes_and_shows_what_fits() {
    let mut person = watching();
    person.presses(&format!(":patch instrumenting_app.dummy_modules.mod_{TAB}"));
    person.sees("candidates", |seen| {
        seen.shows("mod_a:")
            && seen.shows("mod_b:")
            && seen.bottom().ends_with("dummy_modules.mod_")
    });
    person.presses(&format!("a{TAB}func_7"));
    person.sees("the whole path", |seen| {
        seen.bottom().ends_with("dummy_modules.mod_a:func_7")
    });
    person.presses(ENTER);
    person.sees("the patch", |seen| seen.shows("● patched"));
}

#[test]
fn an_error_and_its_hint_stand_below_the_table() {
    let mut person = watching();
    person.presses(":ptach\r");
    person.sees("both", |seen| {
        seen.has_table()
            && seen.shows("error: unknown command `ptach`")
            && seen.shows("hint: did you mean `patch`?")
    });
    person.presses(&format!(":{UP}"));
    person.sees("the same line again", |seen| seen.bottom() == ":ptach");
    person.presses(&format!("{CONTROL_C}q"));
    person.sees("the prompt", |seen| {
        !seen.screen().alternate_screen() && seen.has_prompt()
    });
}

#[test]
fn a_long_answer_is_scrolled_through_and_left() {
    let mut person = watching();
    person.presses(":ls\r");
    person.sees("the beginning of the answer", |seen| {
        seen.head() == "ls"
            && seen.rows()[1].starts_with("Callable")
            && seen.bottom().starts_with("1-28 of ")
    });
    person.presses("q");
    person.sees("the table", Seen::has_table);
}

#[test]
fn it_goes_on_while_a_command_waits_and_control_c_ends_that() {
    let mut person = watching();
    person.presses(":sleep 1000");
    person.sees("the line", |seen| seen.bottom() == ":sleep 1000");
    person.presses(ENTER);
    let seen = person.seen_when("the table alone", |seen| seen.bottom().contains("q leaves"));
    let before = seen.head();
    drop(seen);
    person.sees("that time goes on", |seen| seen.head() != before);
    // The table would get it if the command had ended.
    person.presses("s");
    person.presses(CONTROL_C);
    person.sees("what was pressed meanwhile", |seen| {
        seen.has_table() && seen.head().ends_with("by calls")
    });
}

#[test]
fn several_commands_and_a_pasted_text_are_run() {
    let mut person = watching();
    person.presses(":\x1b[200~patch *mod_a:func_7\runpatch --all\r\x1b[201~");
    person.sees("one line", |seen| {
        seen.bottom() == ":patch *mod_a:func_7; unpatch --all"
    });
    person.presses(ENTER);
    person.sees("both answers", |seen| {
        seen.shows("patched instr") && seen.shows("unpatched 1 callable")
    });
}

#[test]
fn pasted_text_is_not_taken_for_keys() {
    let mut person = watching();
    person.presses("\x1b[200~q\x1b[201~s");
    person.sees("the key behind it", |seen| {
        seen.has_table() && seen.head().ends_with("by calls")
    });
}

#[test]
fn commands_that_need_the_screen_take_it() {
    let mut person = watching();
    person.presses(":watch --every 50ms *mod_b:*\r");
    person.sees("another table", |seen| {
        seen.has_table() && seen.shows("mod_b:") && !seen.shows("mod_a:")
    });
    person.presses("q");
    person.sees("the prompt, and the last frame of that one alone", |seen| {
        !seen.screen().alternate_screen()
            && seen.has_prompt()
            && seen.shows("mod_b:")
            && !seen.shows("mod_a:func_7 ")
    });
    person.presses("watch *mod_a:func_?\r");
    person.sees("the table", Seen::has_table);
    person.presses(":clear\r");
    person.sees("the table still", |seen| {
        seen.has_table() && seen.bottom().contains("q leaves")
    });
    person.presses(":exit 3\r");
    assert_eq!(person.sees_end(), 3);
}

#[test]
fn fg_leaves_the_view_and_the_prompt_comes_back() {
    let program = program("asking.py");
    let arguments = ["--hold", &program.to_string_lossy(), "asks"];
    let mut person = Person::starting(&Home::new(), (100, 30), &arguments);
    person.presses("watch os:*\r");
    person.sees("the table", Seen::has_table);
    person.presses(":fg\r");
    person.sees("the question", |seen| {
        !seen.screen().alternate_screen() && seen.line() == "your name?"
    });
    person.presses("Ada\r");
    person.sees("the answer and the prompt", |seen| {
        seen.shows("hello Ada") && seen.has_prompt() && !seen.screen().alternate_screen()
    });
}

#[test]
fn restart_leaves_the_view_and_the_patches_are_back() {
    let mut person = watching();
    person.presses(":patch *mod_a:func_7; restart\r");
    person.sees("the new target with the patch", |seen| {
        !seen.screen().alternate_screen() && seen.has_prompt() && seen.shows("1 patch")
    });
}
