//! A program of `benches/programs/` in the real shell, which patches what is measured.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::common::{Conversation, instrsh, project};

/// A program that waits for the shell before each of its steps, and writes its measurements to a file.
pub(crate) struct Subject {
    folder: TempDir,
    shell: Conversation,
}

impl Subject {
    /// Starts `benches/programs/PROGRAM`. Its first two arguments are a pipe that it reads from before
    /// each step, and the file for its results; its own follow.
    pub(crate) fn start(program: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let made = Command::new("mkfifo").arg(pipe(folder.path())).status();
        assert!(made.expect("mkfifo runs").success());
        let shell = Conversation::with(
            instrsh()
                .arg(project().join("benches/programs").join(program))
                .args([pipe(folder.path()), results(folder.path())])
                .args(arguments),
        );
        Self { folder, shell }
    }

    /// Runs `line` as soon as the program prints `ready`, and lets it continue; returns the answer.
    pub(crate) fn when(&mut self, ready: &str, line: &str) -> Vec<String> {
        self.timed(ready, line).0
    }

    /// The same; also returns how long the answer took.
    pub(crate) fn timed(&mut self, ready: &str, line: &str) -> (Vec<String>, Duration) {
        self.shell.error_with(ready);
        let start = Instant::now();
        let answer = self.shell.ask(line);
        let taken = start.elapsed();
        fs::write(pipe(self.folder.path()), "go").expect("the program reads");
        (answer, taken)
    }

    /// Waits until the program has ended by itself; the file with its results lives as long as the
    /// folder that comes with it.
    pub(crate) fn results(mut self) -> (PathBuf, TempDir) {
        self.shell.send("wait");
        let (status, _, errors) = self.shell.finish();
        assert!(status.success(), "{errors:?}");
        (results(self.folder.path()), self.folder)
    }
}

fn pipe(folder: &Path) -> PathBuf {
    folder.join("go")
}

fn results(folder: &Path) -> PathBuf {
    folder.join("results")
}
