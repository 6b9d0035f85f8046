//! After the program's process is gone, the shell answers from what it knows.

use std::process::Command;

use crate::common::program;
use crate::person::{CONTROL_D, Home, Person};

/// A person at a prompt beside a program that has called the patched `work` five times.
fn beside(way: &str) -> (Person, Home) {
    let home = Home::new();
    let program = program("gone.py");
    let (program, folder) = (program.to_str(), home.path().to_str());
    let [program, folder] = [program, folder].map(|path| path.expect("a path in UTF-8"));
    let arguments = [program, folder, way];
    let mut person = Person::starting(&home, (100, 40), &arguments);
    person.sees_ready();
    person.enters("time __main__:work", &["timed __main__:work"]);
    person.tells_target("work");
    person.sees("its calls", |seen| {
        seen.shows("worked") && seen.has_prompt()
    });
    (person, home)
}

/// Makes the program take its process down, and waits until that is told.
#[track_caller]
fn goes(person: &Person, said: &str) {
    person.tells_target("end");
    person.sees("how it ended", |seen| seen.shows(said) && seen.has_prompt());
}

#[test]
fn what_was_patched_is_still_known() {
    for (way, said) in [
        ("aborts", "ended the process by signal 6 (SIGABRT)"),
        ("exits", "ended the process with status 7"),
        ("is_killed", "ended the process by signal 9 (SIGKILL)"),
        ("becomes_another", "has replaced itself"),
    ] {
        let (mut person, _home) = beside(way);
        goes(&person, said);
        person.enters("ls __main__", &["● timed", "1 callable"]);
        person.enters("ls --by process", &["1 row, 0 processes"]);
        person.enters("stats", &["1, 1 patched"]);
        person.enters("verify", &["0 callables exactly as before; 1 gone"]);
        person.enters("expect hits(work) == 6", &["but hits(work) is 5"]);
        person.enters(
            "expect hits(work) == 5; expect program == ended; help exit",
            &["exit 3  with status 3"],
        );
    }
}

#[test]
fn the_next_life_has_the_patches() {
    for (way, said) in [
        ("aborts", "by signal 6 (SIGABRT)"),
        ("becomes_another", "has replaced itself"),
    ] {
        let (mut person, _home) = beside(way);
        goes(&person, said);
        person.enters("restart", &["1 patch waits for its callable"]);
        person.tells_target("work");
        person.sees("its calls", |seen| {
            let rows = seen.rows();
            rows.iter().filter(|row| *row == "worked").count() == 2 && seen.has_prompt()
        });
        person.enters("expect hits(work) == 6", &["but hits(work) is 5"]);
        person.presses(CONTROL_D);
        assert_eq!(person.sees_end(), 0);
    }
}

#[test]
fn a_watch_ends_with_its_last_frame() {
    let (mut person, _home) = beside("aborts");
    person.presses("watch __main__ --every 100ms\r");
    person.sees("the table", |seen| {
        seen.screen().alternate_screen() && seen.shows("__main__:unpatched")
    });
    goes(&person, "by signal 6 (SIGABRT)");
    let seen = person.seen_when("the last frame", |seen| seen.shows("__main__:unpatched"));
    let work = seen
        .rows()
        .into_iter()
        .find(|row| row.starts_with("__main__:work "));
    assert!(work.is_some_and(|row| row.split_whitespace().any(|word| word == "5")));
    assert!(!seen.shows("error:"));
}

#[test]
fn what_needs_the_program_says_that_it_is_gone() {
    let (mut person, _home) = beside("exits");
    goes(&person, "with status 7");
    for line in [
        "dis __main__:work",
        "patch __main__:unpatched",
        "unpatch __main__:work",
        "interrupt",
        "budget 2",
    ] {
        person.presses("clear\r");
        person.sees("nothing", |seen| !seen.shows("error:") && seen.has_prompt());
        person.enters(
            line,
            &[
                "error: the program is gone",
                "hint: `restart` starts it again",
            ],
        );
    }
    person.enters(
        "wait",
        &["error: the program ended the process with status 7"],
    );
}

#[test]
fn who_waits_for_the_agent_waits_no_longer() {
    let (mut person, home) = beside("holds_the_gil");
    person.tells_target("end");
    person.sees("that it holds the GIL", |seen| seen.shows("holding"));
    person.presses("dis __main__:work\r");
    person.sees("the command at work", |seen| {
        seen.rows()
            .iter()
            .any(|row| row.ends_with("dis __main__:work"))
            && !seen.has_prompt()
    });
    let process = std::fs::read_to_string(home.path().join("process")).expect("its number");
    let killed = Command::new("kill").args(["-9", &process]).status();
    assert!(killed.expect("it starts").success());
    person.sees("the error", |seen| {
        seen.shows("error: the program is gone") && seen.has_prompt()
    });
}
