//! The user's files, history and init, when they are unusable.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use portable_pty::CommandBuilder;

use crate::person::{CONTROL_D, Home, Person, UP};
use crate::screen::Seen;

const SIZE: (u16, u16) = (100, 30);
const HELP_OF_EXIT: &str = "exit 3  with status 3";

/// A home that contains `folder/instrsh`, and the path of a file in it.
fn with(folder: &str, file: &str) -> (Home, PathBuf) {
    let home = Home::new();
    let folder = home.path().join(folder).join("instrsh");
    fs::create_dir_all(&folder).expect("a folder");
    (home, folder.join(file))
}

/// Starts with a history that cannot be saved: this is reported once, and everything works.
#[track_caller]
fn cannot_keep(home: &Home, why: &str) {
    let mut person = Person::starting(home, SIZE, &[]);
    let error = "error: cannot save the history to";
    person.enters("help exit", &[error, why, "hint: ", HELP_OF_EXIT]);
    person.enters("help clear", &["an empty screen"]);
    person.enters("history", &["1  help exit", "2  help clear"]);
    let mut seen = person.seen_when("the prompt", Seen::has_prompt);
    let said = seen.everything();
    drop(seen);
    let said = said.iter().filter(|row| row.contains(error));
    assert_eq!(said.count(), 1);
    person.presses(CONTROL_D);
    assert_eq!(person.sees_end(), 0);
}

#[test]
fn something_else_in_its_place_is_told_once() {
    let (home, history) = with("state", "history");
    fs::create_dir(&history).expect("a folder");
    cannot_keep(&home, "it is not a regular file");
    for device in ["/dev/full", "/dev/zero"] {
        let (home, history) = with("state", "history");
        symlink(device, history).expect("a link");
        cannot_keep(&home, "it is not a regular file");
    }
}

#[test]
fn a_link_to_nowhere_keeps_none() {
    let (home, history) = with("state", "history");
    symlink("/dev/null", history).expect("a link");
    let mut person = Person::starting(&home, SIZE, &[]);
    person.enters("help exit", &[HELP_OF_EXIT]);
    person.sees("no word of it", |seen| !seen.shows("history"));
    person.enters("history", &["1  help exit", "2  history"]);
}

#[test]
fn a_file_in_place_of_its_folder_is_told_once() {
    let home = Home::new();
    fs::write(home.path().join("state"), "").expect("a file");
    cannot_keep(&home, "Not a directory");
}

#[test]
fn a_history_that_is_no_text_is_left_alone() {
    let (home, history) = with("state", "history");
    fs::write(&history, b"help \xff\0\nhelp clear\n").expect("a file");
    cannot_keep(&home, "UTF-8");
    let kept = fs::read(history).expect("a file");
    assert_eq!(kept, b"help \xff\0\nhelp clear\n");
}

#[test]
fn an_init_file_that_fails_is_told_with_its_place() {
    for (text, what) in [
        (
            &b"frobnicate\nhelp exit"[..],
            "init:1: error: unknown command",
        ),
        (b"help \xff", "init:1: error: the line is not UTF-8"),
        (
            b"# nothing\nls | exit 3",
            "init:2: error: `exit 3` ended with status 3",
        ),
    ] {
        let (home, init) = with("config", "init");
        fs::write(&init, text).expect("a file");
        let mut person = Person::starting(&home, (200, 30), &[]);
        person.enters("help exit", &[what, HELP_OF_EXIT]);
    }
    let (home, init) = with("config", "init");
    fs::create_dir(init).expect("a folder");
    let mut person = Person::starting(&home, (200, 30), &[]);
    person.enters("help exit", &["is a directory", HELP_OF_EXIT]);
}

#[test]
fn control_characters_of_the_history_do_not_reach_the_terminal() {
    let (home, history) = with("state", "history");
    let title = "\x1b]0;title\x07";
    fs::write(&history, format!("#V2\nhelp {title}\u{202e}exit\n")).expect("a history");
    let mut person = Person::starting(&home, (100, 30), &[]);
    person.enters("history", &["1  help \\u{1b}]0;title\\u{7}\\u{202e}exit"]);
    person.presses(UP);
    person.presses(UP);
    person.sees("the line", |seen| seen.line().contains("help ]0;title"));
    let seen = person.seen_when("all of it", |_| true);
    let written = String::from_utf8_lossy(&seen.written);
    assert!(!written.contains(title), "{written:?}");
}

#[test]
fn the_folder_of_the_history_is_private_whatever_the_umask() {
    let home = Home::new();
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", "umask 0; exec \"$0\"", env!("CARGO_BIN_EXE_instrsh")]);
    let mut person = Person::running(command, &home, SIZE);
    person.sees_prompt();
    person.enters("help exit", &[HELP_OF_EXIT]);
    for path in ["state", "state/instrsh"] {
        let made = fs::metadata(home.path().join(path)).expect("it is made");
        assert_eq!(made.permissions().mode() & 0o777, 0o700, "{path}");
    }
}
