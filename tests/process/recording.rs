//! `record`: writes a command file that restores the same patches.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{Conversation, PATIENCE, instrsh, program};
use tempfile::TempDir;

/// The demo, which calls nothing and ends at once.
const DEMO: [&str; 4] = ["-m", "instrumenting_app", "--calls", "0"];

/// A folder with a recording.
struct Session {
    folder: TempDir,
}

impl Session {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("a session.instr")
    }

    /// The recording, without its comments.
    fn commands(&self) -> Vec<String> {
        self.commands_in("a session.instr")
    }

    /// Another recording.
    fn commands_in(&self, file: &str) -> Vec<String> {
        let text = fs::read_to_string(self.folder.path().join(file)).expect("it is there");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(str::to_owned).collect()
    }

    /// Runs commands in the folder, which must succeed; returns what they print.
    #[track_caller]
    fn run(&self, commands: &str, program: &[&str]) -> String {
        let (answers, errors, status) = self.try_run(commands, program);
        assert_eq!(status, Some(0), "{commands}: {answers}{errors}");
        answers
    }

    fn try_run(&self, commands: &str, program: &[&str]) -> (String, String, Option<i32>) {
        let output = instrsh()
            .current_dir(self.folder.path())
            .args(["-c", commands])
            .args(program)
            .output()
            .expect("it starts");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (
            text(output.stdout),
            text(output.stderr),
            output.status.code(),
        )
    }

    /// What is patched after these commands.
    #[track_caller]
    fn patched_by(&self, commands: &str, program: &[&str]) -> Vec<String> {
        let answers = self.run(&format!("{commands}; ls --patched"), program);
        let last = answers.rfind("Callable").expect("a table");
        answers[last..].lines().map(str::to_owned).collect()
    }
}

/// The commands of a recording that was begun in the middle and continued after a restart.
const WHOLE: &str =
    "wait; patch *mod_a:func_[67]; patch --lazy json.*:loads; set limit 50; alias few ls --limit 2
record 'a session.instr'; ls; few; patch '*mod_b:Door.*' # a comment
unpatch *mod_a:func_6; patch *mod_c --dry-run; set; set sort hits; alias; alias --remove few
help exit; stats; restart; wait
instrumenting_app.dummy_modules.mod_a:func_8; expect patched(*mod_a) == 2; history; sleep 0
record --stop; patch *mod_a:func_9; unpatch *mod_a:func_9";

#[test]
fn a_fresh_shell_has_the_same_patches() {
    let session = Session::new();
    let patched = session.patched_by(WHOLE, &DEMO);
    assert!(patched.len() > 5, "{patched:#?}");
    assert_eq!(
        session.commands(),
        [
            "set limit 50",
            "alias few ls --limit 2",
            "patch --lazy -- json.*:loads",
            "patch -- instrumenting_app.dummy_modules.mod_a:func_6",
            "patch -- instrumenting_app.dummy_modules.mod_a:func_7",
            "patch '*mod_b:Door.*'",
            "unpatch *mod_a:func_6",
            "set sort hits",
            "alias --remove few",
            "restart",
            "wait",
            "instrumenting_app.dummy_modules.mod_a:func_8",
            "expect patched(*mod_a) == 2",
            "sleep 0",
        ]
    );
    let replayed = session.patched_by("wait; source 'a session.instr'; set sort", &DEMO);
    assert_eq!(replayed, patched);
}

#[test]
fn what_patches_record_is_the_same_after_a_restart_and_in_a_fresh_shell() {
    let session = Session::new();
    let recorded = [
        "time --lazy -- json.*:loads",
        // How slow a call is takes its time.
        "time --slow 2000us --lazy -- json.*:dumps",
        "patch -- instrumenting_app.dummy_modules.mod_a:func_1",
        "time -- instrumenting_app.dummy_modules.mod_a:func_2",
        "time --slow 1500us -- instrumenting_app.dummy_modules.mod_a:func_3",
        "errors -- instrumenting_app.dummy_modules.mod_a:func_4",
        "time -- instrumenting_app.dummy_modules.mod_a:func_5",
    ];
    session.run(
        "wait; patch *mod_a:func_1; time *mod_a:func_2; time *mod_a:func_3 --slow 1.5ms
         errors *mod_a:func_[45]; time *mod_a:func_5
         time --lazy json.*:loads; errors --lazy --slow 2ms json.*:dumps
         record 'a session.instr'; restart; wait; record 'after the restart'",
        &DEMO,
    );
    let expected = [&recorded[..], &["restart", "wait"]].concat();
    assert_eq!(session.commands(), expected);
    session.run("source 'a session.instr'; record fresh", &DEMO);
    for file in ["after the restart", "fresh"] {
        assert_eq!(session.commands_in(file), recorded, "{file}");
    }
}

#[test]
fn any_name_is_written_so_that_it_is_read_again() {
    let session = Session::new();
    let program = program("oddly_named.py");
    let program = [&*program.to_string_lossy()];
    let commands = "wait; patch __main__:*; record 'a session.instr'";
    let patched = session.patched_by(commands, &program);
    assert!(patched.len() > 20, "{patched:#?}");
    let replayed = session.patched_by("wait; source 'a session.instr'", &program);
    assert_eq!(replayed, patched);
}

#[test]
fn a_file_is_overwritten_only_if_that_is_wanted() {
    let session = Session::new();
    fs::write(session.file(), "precious\n").expect("written");
    let (answers, errors, status) = session.try_run("record 'a session.instr'; ls", &DEMO);
    assert_eq!(
        (answers.as_str(), errors.as_str(), status),
        (
            "",
            "-c:1: error: `a session.instr` exists already\n\
             hint: `record --force 'a session.instr'` overwrites it\n",
            Some(1)
        )
    );
    assert_eq!(session.commands(), ["precious"]);
    session.run("record --force 'a session.instr'; sleep 0", &DEMO);
    assert_eq!(session.commands(), ["sleep 0"]);
}

#[test]
fn of_a_file_that_is_sourced_the_command_is_recorded() {
    let session = Session::new();
    let file = |name: &str, text: &str| {
        fs::write(session.folder.path().join(name), text).expect("written");
    };
    file("inner", "patch *mod_a:func_7\n");
    file("outer", "source inner\nsleep 0\n");
    session.run("record 'a session.instr'; source outer; sleep 0", &DEMO);
    assert_eq!(session.commands(), ["source outer", "sleep 0"]);
    // A recording that a file has started continues after that file.
    file(
        "recording",
        "record --force 'a session.instr'\nsource inner\nunpatch --all\n",
    );
    session.run("source recording; sleep 0", &DEMO);
    assert_eq!(
        session.commands(),
        ["source inner", "unpatch --all", "sleep 0"]
    );
}

#[test]
fn what_fails_is_not_recorded_and_another_file_ends_the_first() {
    let session = Session::new();
    let commands = "record first; sleep 0; patch nothing:at_all; record 'a session.instr'; record; sleep 0; record --stop; record; record --stop";
    let output = instrsh()
        .current_dir(session.folder.path())
        .args(["--keep-going", "-c", commands])
        .args(DEMO)
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let said: Vec<_> = said.lines().collect();
    assert_eq!(
        said,
        [
            "recording to `first`",
            "recording to `a session.instr`",
            "recording to `a session.instr`, 0 commands so far",
            "recorded 1 command to `a session.instr`",
            "not recording",
        ]
    );
    let first = fs::read_to_string(session.folder.path().join("first")).expect("it is there");
    assert_eq!(first.lines().last(), Some("sleep 0"));
    assert_eq!(session.commands(), ["sleep 0"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("error: not recording\n"), "{errors}");
}

#[test]
fn a_disk_that_is_full_is_one_sentence_and_the_end_of_the_recording() {
    let session = Session::new();
    assert!(Path::new("/dev/full").exists());
    let (_, errors, status) = session.try_run("record --force /dev/full", &DEMO);
    assert_eq!(status, Some(1));
    assert!(
        errors.starts_with("-c:1: error: cannot record to `/dev/full`: No space"),
        "{errors}"
    );
}

#[test]
fn a_recording_goes_on_if_another_cannot_begin() {
    let session = Session::new();
    let file = session.file();
    let commands = format!("record '{}'; record /dev/null/file; record", file.display());
    let (answers, errors, _) = session.try_run(&commands, &["--keep-going"]);
    assert!(answers.ends_with(", 0 commands so far\n"), "{answers}");
    assert!(
        errors.contains("cannot record to `/dev/null/file`"),
        "{errors}"
    );
    assert!(!errors.contains("not recording"), "{errors}");
}

#[test]
fn a_file_that_goes_away_ends_the_recording() {
    let session = Session::new();
    let file = session.file();
    let mut conversation = Conversation::start(&["--keep-going"]);
    conversation.send(&format!("record '{}'", file.display()));
    let recording = conversation.answers.recv_timeout(PATIENCE);
    assert!(recording.expect("an answer").starts_with("recording to"));
    fs::remove_file(&file).expect("it is there");
    conversation.send("sleep 0; record");
    let error = conversation
        .errors
        .recv_timeout(PATIENCE)
        .expect("an error");
    assert!(error.contains("cannot record to"), "{error}");
    let answer = conversation.answers.recv_timeout(PATIENCE);
    assert_eq!(answer.as_deref(), Ok("not recording"));
}
