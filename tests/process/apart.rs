//! Whatever the program does to its own process, the shell answers, what it says goes nowhere else, and leaving
//! ends the program in order.

use std::fs;
use std::process::{Command, Stdio};

use rustix::process::geteuid;
use tempfile::TempDir;

use crate::common::{
    Conversation, at_once, instrsh, named_pipe, program, tell_skipped, told_through,
};

/// Another program in the surroundings of the shell.
pub(crate) fn beside_shell(program: &str) -> Command {
    let (mut command, shell) = (Command::new(program), instrsh());
    command.current_dir(shell.get_current_dir().expect("the project"));
    for (name, value) in shell.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// The status of a shell that was given a command that it does not know.
const MISTYPED: Option<i32> = Some(2);

/// A shell beside `apart.py`, one function of which is patched before the program takes something away.
struct Beside {
    shell: Conversation,
    folder: TempDir,
    way: &'static str,
}

impl Beside {
    /// One that waits to be told.
    fn waiting(way: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        named_pipe(folder.path());
        let mut shell = Conversation::with(
            instrsh()
                .arg(program("apart.py"))
                .arg(folder.path())
                .arg(way),
        );
        shell.error_with("ready");
        shell.ask("patch __main__:goes_on");
        Self { shell, folder, way }
    }

    /// Lets the program do it.
    fn go(&self) {
        let pipe = self.folder.path().join("go");
        drop(
            fs::File::options()
                .write(true)
                .open(pipe)
                .expect("the program reads it"),
        );
    }

    /// Checks that the shell answers, also about what the program does now.
    fn answers(&mut self) {
        let way = self.way;
        let mut ask = |line: &str, part: &str| {
            let answers = self.shell.ask(line).join("\n");
            assert!(answers.contains(part), "{way}: `{line}`: {answers}");
        };
        ask("expect hits(__main__:goes_on) > 0 --within 30", "");
        ask("ls __main__:goes_on", "1 callable");
        ask("patch __main__:say", "patched __main__:say");
        ask("time --for 20ms __main__:goes_on", "1 callable timed for");
        ask("stats", "run time");
        ask("unpatch --all", "the original code is back");
        ask("verify", "exactly as before");
        self.shell.send("no_such_command");
        self.shell.error_with("no_such_command");
        self.shell.error_with("hint: ");
    }

    /// Leaves; the status, what was said on stderr, and what the program has said.
    fn leave(self) -> (Option<i32>, Vec<String>, Vec<String>) {
        let Self { shell, folder, way } = self;
        let (status, answers, errors) = shell.finish();
        assert!(answers.is_empty(), "{way}: {answers:?}");
        let said = fs::read_to_string(folder.path().join("said")).expect("the file is there");
        let said = said.trim_end_matches('\0').lines();
        for file in fs::read_dir(folder.path()).expect("the folder is there") {
            let path = file.expect("an entry").path();
            if path.to_string_lossy().contains("data") {
                assert_eq!(
                    fs::read_to_string(&path).expect("text"),
                    "GOOD\n",
                    "{way}: {}",
                    path.display()
                );
            }
        }
        (status.code(), errors, said.map(str::to_owned).collect())
    }
}

/// What the program does, and what else it says.
const IN_ORDER: [(&str, &[&str]); 17] = [
    ("descriptors_closed", &[]),
    ("unknown_descriptors_closed", &[]),
    ("descriptors_discarded", &[]),
    ("descriptors_full", &[]),
    ("has_every_number", &[]),
    ("no_more_descriptors", &[]),
    ("no_descriptors", &[]),
    ("no_more_processes", &[]),
    ("no_files", &[]),
    ("signals_handled", &["SIGINT"]),
    ("hang_up_handled", &["hung up"]),
    ("folder_gone", &[]),
    ("new_root", &[]),
    ("nobody", &[]),
    ("no_environment", &[]),
    ("new_session", &[]),
    ("named_otherwise", &[]),
];

/// What needs the rights of root.
const OF_ROOT: [&str; 2] = ["new_root", "nobody"];

#[test]
fn whatever_it_takes_away_the_shell_answers_and_ends_it_in_order() {
    at_once(&IN_ORDER, |(way, says)| {
        if OF_ROOT.contains(way) && !geteuid().is_root() {
            return tell_skipped(&format!("`{way}` needs the rights of root"));
        }
        let mut beside = Beside::waiting(way);
        beside.go();
        beside.answers();
        let (status, errors, mut said) = beside.leave();
        let mut expected = [&["done", "the original code is back", "atexit ran"], *says].concat();
        said.sort();
        expected.sort_unstable();
        assert_eq!(said, expected, "{way}: {errors:?}");
        assert_eq!((status, errors), (MISTYPED, vec![]), "{way}");
    });
}

#[test]
fn a_program_that_hears_no_signal_is_ended_all_the_same() {
    for (way, how) in [
        (
            "signals_blocked",
            "did not end when it was interrupted; it was ended by `SystemExit`",
        ),
        (
            "signals_ignored",
            "ignores SIGINT; it was ended by `SystemExit`",
        ),
    ] {
        let mut beside = Beside::waiting(way);
        beside.go();
        beside.answers();
        let (status, errors, said) = beside.leave();
        assert_eq!(
            said,
            ["done", "the original code is back", "atexit ran"],
            "{way}"
        );
        assert!(errors[0].ends_with(how), "{way}: {errors:?}");
        assert_eq!((status, errors.len()), (MISTYPED, 2), "{way}: {errors:?}");
    }
}

#[test]
fn without_memory_for_more_it_says_so_and_ends_the_program_in_order() {
    let mut beside = Beside::waiting("no_more_memory");
    beside.go();
    beside
        .shell
        .send("expect hits(__main__:goes_on) > 0 --within 30; patch json:*; unpatch --all");
    while beside.shell.error_with("error: ").contains("hits") {}
    let (_, errors, said) = beside.leave();
    assert_eq!(
        said,
        ["done", "the original code is back", "atexit ran"],
        "{errors:?}"
    );
}

#[test]
fn a_program_that_takes_the_agent_away_ends_the_session_with_a_sentence() {
    for (way, sentence) in [
        (
            "hung_up",
            "the program ended the process by signal 1 (SIGHUP)",
        ),
        ("daemon", "the program ended the process with status 0"),
        (
            "replaced_by_another",
            "the program has replaced itself by another one, or has closed the agent's socket",
        ),
        (
            "replaced_by_itself",
            "the program has replaced itself by another one, or has closed the agent's socket",
        ),
    ] {
        let mut beside = Beside::waiting(way);
        let pipe = beside.folder.path().join("go");
        beside.shell.send("sleep 1000");
        beside.go();
        assert_eq!(
            beside.shell.error_with("error: "),
            format!("error: {sentence}"),
            "{way}"
        );
        beside.shell.error_with("hint: ");
        if way == "daemon" {
            assert_eq!(told_through(&pipe), "the daemon goes on");
        }
        let Beside { shell, .. } = beside;
        let (_, answers, errors) = shell.finish_without_end_of_commands();
        assert_eq!((answers, errors), (vec![], vec![]), "{way}");
    }
}

#[test]
fn a_child_that_lives_on_holds_up_nothing() {
    let mut beside = Beside::waiting("child_stays");
    beside.go();
    beside.answers();
    let pipe = beside.folder.path().join("go");
    let status = beside.shell.leave();
    assert_eq!(status.code(), MISTYPED);
    assert_eq!(told_through(&pipe), "the child goes on");
}

#[test]
fn the_agent_leaves_no_trace_that_the_program_sees() {
    let run = |command: &mut Command| {
        let command = command.arg(program("traces.py")).stdin(Stdio::null());
        command.output().expect("it runs")
    };
    let plain =
        String::from_utf8(run(&mut beside_shell(env!("INSTRSH_PYTHON"))).stdout).expect("text");
    assert!(plain.contains("threads ['MainThread'] 1"), "{plain}");
    let ours = run(instrsh().args(["-c", "wait"])).stderr;
    assert_eq!(String::from_utf8(ours).expect("text"), plain);
}
