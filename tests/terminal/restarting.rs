//! `restart` at the prompt: the program starts again, and the prompt continues.

use std::ffi::OsStr;
use std::fs;

use portable_pty::CommandBuilder;

use crate::common::{at_once, program};
use crate::person::{CONTROL_D, Home, Person, UP};
use crate::screen::Seen;

/// A person beside a program of `leaving.py`, and the earlier modes of the terminal.
fn beside(what: &str) -> (Person, String) {
    let program = program("leaving.py");
    let arguments: [&OsStr; 2] = [program.as_os_str(), what.as_ref()];
    let (person, before) = Person::with_login_shell(&Home::new(), &arguments);
    person.sees_ready();
    (person, before)
}

/// How often a line occurs in rows.
fn times(rows: &[String], line: &str) -> usize {
    rows.iter().filter(|row| row.contains(line)).count()
}

#[test]
fn the_prompt_goes_on_and_the_terminal_is_left_as_it_was() {
    const LIVES: usize = 3;
    let (mut person, before) = beside("sleeping");
    for life in 1..=LIVES {
        person.presses("restart\r");
        person.sees("the next life", |seen| {
            let rows = seen.rows();
            times(&rows, "restarted ") == life
                && times(&rows, "ready") == life + 1
                && seen.has_prompt()
        });
    }
    person.presses(CONTROL_D);
    let rows = person.is_left(&before, 0);
    for (line, expected) in [
        (", CPython ", 1),
        ("ready", LIVES + 1),
        ("finally ran", LIVES + 1),
        ("atexit ran", LIVES + 1),
        ("error", 0),
    ] {
        assert_eq!(times(&rows, line), expected, "{line}: {rows:#?}");
    }
}

#[test]
fn patches_are_back_at_the_prompt() {
    let mut person = Person::at_demo();
    person.enters("patch *mod_a:func_7", &["patched instrumenting_app"]);
    person.enters(
        "restart",
        &["restarted instrumenting_app: 1 patch restored"],
    );
    person.presses("watch 1000 *mod_a:func_7\r");
    person.sees("the patch", |seen| seen.shows("● patched"));
    person.presses("q");
    person.sees_prompt();
}

#[test]
fn what_was_pasted_behind_it_is_run() {
    let (mut person, before) = beside("sleeping");
    person.presses("\x1b[200~restart; help wait\nhelp run\x1b[201~\r");
    person.sees("both answers", |seen| {
        seen.shows("restarted ")
            && seen.shows("wait 30")
            && seen.shows("run  ")
            && seen.has_prompt()
    });
    person.presses(CONTROL_D);
    person.is_left(&before, 0);
}

#[test]
fn what_is_typed_ahead_is_not_lost() {
    let (mut person, before) = beside("swallowing");
    person.presses("sleep 1; restart\r");
    // The editor has the line now, and nothing after it.
    person.sees("the end of the line", |seen| seen.line().is_empty());
    person.presses("help exit\rhelp st");
    person.sees("the next life", |seen| {
        seen.shows("restarted ") && seen.shows("with status 3")
    });
    person.sees_line("help st");
    person.presses("\x15");
    person.presses(CONTROL_D);
    person.is_left(&before, 0);
}

#[test]
fn the_history_goes_on() {
    for has_file in [true, false] {
        let home = Home::new();
        if !has_file {
            // The folder of the history cannot be created.
            fs::write(home.path().join("state"), "").expect("written");
        }
        let program = program("leaving.py");
        let arguments = [&*program.to_string_lossy(), "sleeping"];
        let mut person = Person::starting(&home, (100, 30), &arguments);
        person.enters("help run", &["run  "]);
        person.enters("restart", &["restarted "]);
        person.presses(UP);
        person.sees_line("restart");
        person.presses(UP);
        person.sees_line("help run");
    }
}

#[test]
fn the_init_file_is_run_once_and_may_restart() {
    let home = Home::new();
    let folder = home.path().join("config/instrsh");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(
        folder.join("init"),
        "help wait\nrestart; help exit\nnonsense",
    )
    .expect("written");
    let mut person = Person::starting(&home, (100, 40), &[]);
    person.enters("restart", &["restarted "]);
    person.sees("each once", |seen| {
        let rows = seen.rows();
        let once = ["wait 30", "with status 3", "init:3: error: unknown"];
        once.iter().all(|line| times(&rows, line) == 1) && times(&rows, "restarted ") == 2
    });
}

#[test]
fn a_script_before_the_prompt_may_restart() {
    let commands = "help wait; restart; help exit";
    let mut person = Person::starting(&Home::new(), (100, 30), &["-i", "-c", commands]);
    person.enters("restart", &["restarted ", "with status 3", "instrsh 0.1.0"]);
    person.sees("each once", |seen| {
        let rows = seen.rows();
        times(&rows, "with status 3") == 1 && times(&rows, "restarted ") == 2
    });
}

#[test]
fn a_terminal_without_editing_goes_on() {
    let mut command = CommandBuilder::new("env");
    command.args(["TERM=dumb", env!("CARGO_BIN_EXE_instrsh")]);
    let mut person = Person::running(command, &Home::new(), (100, 30));
    person.sees_prompt();
    for life in 1..=3 {
        person.presses("rest\r");
        person.sees("the next life", |seen| {
            times(&seen.rows(), "restarted ") == life && seen.has_prompt()
        });
    }
    person.presses(CONTROL_D);
    assert_eq!(person.sees_end(), 0);
}

#[test]
fn a_program_that_has_ended_starts_again() {
    let home = Home::new();
    let program = program("ending.py");
    let arguments = [&*program.to_string_lossy(), &*home.path().to_string_lossy()];
    let mut person = Person::starting(&home, (100, 30), &arguments);
    for life in 1..=2 {
        person.tells_target("end");
        // Reported by the prompt and by `watch`.
        let is_told = |seen: &Seen, often| {
            times(&seen.rows(), "the program has ended; `wait`") == often && seen.has_prompt()
        };
        person.sees("the news", |seen| is_told(seen, 2 * life - 1));
        person.presses("watch\r");
        person.sees("no watch", |seen| is_told(seen, 2 * life));
        fs::remove_file(home.path().join("end")).expect("it is there");
        person.presses("restart; expect program == running; help exit\r");
        person.sees("the next life", |seen| {
            times(&seen.rows(), "with status 3") == life && seen.has_prompt()
        });
    }
}

#[test]
fn what_cannot_be_ended_is_abandoned() {
    let ways = [
        ("swallowing", "did not end when it was"),
        // Whether the shell has met the GIL by then or not.
        ("keeping_interpreter", "gives it more time"),
        ("leaving_child", "atexit ran"),
    ];
    at_once(&ways, |(what, said)| {
        let (mut person, before) = beside(what);
        person.presses("restart\r");
        person.sees("the next life", |seen| {
            seen.shows(said) && times(&seen.rows(), "ready") == 2 && seen.has_prompt()
        });
        person.presses("restart\r");
        person.sees("another", |seen| {
            times(&seen.rows(), "ready") == 3 && seen.has_prompt()
        });
        assert_ne!(format!("{:?}", person.modes()), before);
    });
}

#[test]
fn a_crash_of_a_later_life_is_told() {
    let home = Home::new();
    let program = program("crashing.py");
    let arguments = [
        program.as_os_str(),
        home.path().as_ref(),
        "crashes".as_ref(),
    ];
    let (mut person, before) = Person::with_login_shell(&home, &arguments);
    person.sees_ready();
    person.presses("restart\r");
    person.sees("the next life", |seen| {
        times(&seen.rows(), "ready") == 2 && seen.has_prompt()
    });
    person.tells_target("end");
    let sentence = "the program ended the process by signal 11 (SIGSEGV)";
    person.sees("how it ended", |seen| {
        seen.shows(sentence) && seen.has_prompt()
    });
    person.presses(CONTROL_D);
    let rows = person.is_left(&before, 0);
    assert_eq!(times(&rows, sentence), 1, "{rows:#?}");
    assert_eq!(times(&rows, "about to die"), 1, "{rows:#?}");
}
