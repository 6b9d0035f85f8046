//! The program, or a part of it, ends while patches are installed.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::common::answers::rows;
use crate::common::{Conversation, instrsh, named_pipe, program};

/// Calls of `function` in each process or thread that calls at all.
const CALLS: u64 = 100;

/// A program that is patched and waits until it may continue.
struct Patched {
    shell: Conversation,
    pipe: PathBuf,
    _folder: TempDir,
}

impl Patched {
    /// A program that will do `what`; its failed commands do not end the shell.
    fn about_to(what: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = named_pipe(folder.path());
        let mut shell = Conversation::with(
            instrsh()
                .arg("--keep-going")
                .arg(program("endings.py"))
                .arg(what)
                .arg(&pipe),
        );
        shell.error_with("ready");
        shell.ask("patch __main__:*");
        Self {
            shell,
            pipe,
            _folder: folder,
        }
    }

    fn goes(&self) {
        fs::write(&self.pipe, "go").expect("the program reads");
    }

    fn hits(&mut self) -> u64 {
        let rows = rows(&self.shell.ask("ls __main__:function"));
        rows.first().expect("a row").2
    }

    /// Whether everything is as before once the patches are undone.
    fn is_undone(&mut self) -> bool {
        let answers = self.shell.ask("unpatch --all; verify");
        answers
            .last()
            .is_some_and(|line| line.ends_with(" callables exactly as before"))
    }
}

#[test]
fn children_are_counted_together_with_who_forked_them() {
    // What the program does, the resulting hits, and what it prints.
    let cases: [(&str, u64, &[&str]); 3] = [
        ("forks", 4 * CALLS, &["[3, 4, 5]"]),
        ("falls_off", 2 * CALLS, &["0"]),
        (
            "processes",
            5 * CALLS,
            &["fork 0", "forkserver 0", "spawn 0", "[1, 2]"],
        ),
    ];
    for (what, hits, says) in cases {
        let mut target = Patched::about_to(what);
        target.goes();
        assert_eq!(
            target.shell.ask("wait"),
            ["the program has ended with status 0"],
            "{what}"
        );
        assert_eq!(target.hits(), hits, "{what}");
        assert!(target.is_undone(), "{what}");
        let (status, _, errors) = target.shell.finish();
        assert!(status.success(), "{what}");
        assert_eq!(errors, says, "{what}");
        println!("{what}: {hits} hits");
    }
}

#[test]
fn what_exits_or_raises_can_be_looked_at_and_undone() {
    for (what, status) in [("exits", "7"), ("raises", "1 (LookupError)")] {
        let mut target = Patched::about_to(what);
        target.goes();
        target.shell.ask("wait");
        let error = target.shell.error_with("error: ");
        let expected = format!("the program has ended with status {status}");
        assert!(error.ends_with(&expected), "{error}");
        assert!(target.is_undone(), "{what}");
        let (status, ..) = target.shell.finish();
        assert_eq!(status.code(), Some(1), "of the `wait` that failed");
    }
}

#[test]
fn a_watch_ends_with_its_target() {
    for what in ["forks", "exits", "raises"] {
        let mut target = Patched::about_to(what);
        target.shell.send("watch 1000 --every 50ms __main__");
        assert!(target.shell.answer().contains(" watched, "));
        target.goes();
        // The answers of the watch, then of this.
        target.shell.ask("expect program == ended");
        assert!(target.is_undone(), "{what}");
        let (status, ..) = target.shell.finish();
        assert!(status.success(), "{what}");
    }
}

#[test]
fn what_takes_the_process_with_it_ends_the_shell_as_it_would_end_python() {
    for (what, code, signal) in [
        ("goes_at_once", Some(7), None),
        ("crashes", None, Some(libc::SIGSEGV)),
    ] {
        for meanwhile in ["wait", "watch --every 50ms __main__"] {
            let mut target = Patched::about_to(what);
            target.shell.send(meanwhile);
            target.goes();
            let (status, ..) = target.shell.finish_without_end_of_commands();
            assert_eq!(
                (status.code(), status.signal()),
                (code, signal),
                "{what} during `{meanwhile}`"
            );
        }
    }
}

#[test]
fn the_interpreter_is_finalised_around_what_still_runs() {
    for _ in 0..5 {
        let mut target = Patched::about_to("leaves_things_behind");
        target.goes();
        assert_eq!(
            target.shell.ask("wait"),
            ["the program has ended with status 0"]
        );
        assert!(target.hits() > 0);
        let (status, answers, errors) = target.shell.finish();
        assert!(status.success(), "{status} {errors:?}");
        assert_eq!((answers.len(), errors.len()), (0, 0), "{errors:?}");
    }
}
