//! A simulated person at a terminal: presses keys, and reads the screen until it shows something.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use portable_pty::{ChildKiller, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

use crate::common::project;
use crate::screen::{Eyes, PROMPT, Seen};

pub(crate) const CONTROL_C: &str = "\x03";
pub(crate) const CONTROL_D: &str = "\x04";
pub(crate) const TAB: &str = "\t";
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const END: &str = "\x1b[F";
pub(crate) const BACKSPACE: &str = "\x7f";
pub(crate) const ENTER: &str = "\r";

/// Only something that never comes takes longer, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The files that stay when the shell is left; the program's folder, too.
#[derive(Clone)]
pub(crate) struct Home(Arc<TempDir>);

impl Home {
    pub(crate) fn new() -> Self {
        Self(Arc::new(tempfile::tempdir().expect("a folder")))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// A person at a terminal in which one process runs.
pub(crate) struct Person {
    terminal: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    process: Box<dyn ChildKiller + Send + Sync>,
    eyes: Arc<Eyes>,
    home: Home,
}

impl Person {
    /// Sits down at a terminal of 100 × 30 with the demo, and waits for the prompt.
    pub(crate) fn at_demo() -> Self {
        Self::starting(&Home::new(), (100, 30), &[])
    }

    /// The same, with a terminal of some columns and lines, arguments of `instrsh`, and a home.
    #[track_caller]
    pub(crate) fn starting(home: &Home, size: (u16, u16), arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_instrsh"));
        command.args(arguments);
        let person = Self::running(command, home, size);
        person.sees_prompt();
        person
    }

    /// Sits down at a terminal with a `sh` that runs the shell beside a test program and
    /// reports how it left: the kernel resets the modes when the first process of a terminal ends.
    /// Also returns the earlier modes.
    #[track_caller]
    pub(crate) fn with_login_shell(home: &Home, arguments: &[&OsStr]) -> (Self, String) {
        let mut command = CommandBuilder::new("sh");
        command.arg("-c");
        command.arg("read go; \"$@\"; echo left with $?; read go");
        command.args(["sh", env!("CARGO_BIN_EXE_instrsh")]);
        command.args(arguments);
        let mut person = Self::running(command, home, (100, 30));
        let before = format!("{:?}", person.modes());
        person.presses(ENTER);
        person.sees_prompt();
        (person, before)
    }

    /// Watches the screen until a test program has printed `ready` above the prompt.
    #[track_caller]
    pub(crate) fn sees_ready(&self) {
        self.sees("the program's first line above the prompt", |seen| {
            seen.shows("ready") && seen.has_prompt()
        });
    }

    /// Watches the screen until the shell has left the `sh`, with the terminal as it was; returns
    /// everything that appeared.
    #[track_caller]
    pub(crate) fn is_left(&self, before: &str, status: u8) -> Vec<String> {
        let left = format!("left with {status}");
        let mut seen = self.seen_when("the end of the shell", |seen| seen.shows(&left));
        assert!(!seen.screen().alternate_screen());
        assert!(!seen.screen().hide_cursor());
        assert!(!seen.screen().bracketed_paste());
        let rows = seen.everything();
        drop(seen);
        assert_eq!(format!("{:?}", self.modes()), before);
        rows
    }

    /// Sits down at a terminal of another kind, given by environment variables, with the demo.
    #[track_caller]
    pub(crate) fn at_kind(kind: &[(&str, &str)], size: (u16, u16)) -> Self {
        let command = CommandBuilder::new(env!("CARGO_BIN_EXE_instrsh"));
        let person = Self::running_at(command, kind, &Home::new(), size);
        person.sees_prompt();
        person
    }

    /// Sits down at a terminal in which any command runs.
    pub(crate) fn running(command: CommandBuilder, home: &Home, size: (u16, u16)) -> Self {
        Self::running_at(command, &[], home, size)
    }

    /// The same, in a terminal of some kind, given by environment variables.
    pub(crate) fn running_at(
        mut command: CommandBuilder,
        kind: &[(&str, &str)],
        home: &Home,
        size: (u16, u16),
    ) -> Self {
        let terminal = native_pty_system()
            .openpty(pixels(size))
            .expect("a terminal");
        command.cwd(project());
        command.env("XDG_STATE_HOME", home.path().join("state"));
        command.env("XDG_CONFIG_HOME", home.path().join("config"));
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        // Most tests read answers as they are.
        command.env("PAGER", "");
        command.env_remove("NO_COLOR");
        command.env_remove("CLICOLOR_FORCE");
        for (name, value) in kind {
            command.env(name, value);
        }
        let mut process = terminal.slave.spawn_command(command).expect("it starts");
        let killer = process.clone_killer();
        let eyes = Arc::new(Eyes::new(size));
        let reader = terminal.master.try_clone_reader().expect("a screen");
        std::thread::spawn({
            let eyes = Arc::clone(&eyes);
            move || eyes.read(reader)
        });
        std::thread::spawn({
            let eyes = Arc::clone(&eyes);
            move || {
                let status = process.wait().expect("a child of this process");
                eyes.change(|seen| seen.status = Some(status.exit_code()));
            }
        });
        Self {
            keyboard: terminal.master.take_writer().expect("a keyboard"),
            terminal: terminal.master,
            process: killer,
            eyes,
            home: home.clone(),
        }
    }

    /// Gives a test program an instruction: creates the file `word` in the home.
    pub(crate) fn tells_target(&self, word: &str) {
        std::fs::write(self.home.path().join(word), "").expect("the home is there");
    }

    /// Presses keys, one after the other.
    pub(crate) fn presses(&mut self, keys: &str) {
        self.sends(keys.as_bytes());
    }

    /// Makes the terminal send bytes that need not be text.
    pub(crate) fn sends(&mut self, bytes: &[u8]) {
        self.keyboard
            .write_all(bytes)
            .expect("the terminal is there");
    }

    /// Types a line and waits for its answer: all of `answers` and a new prompt, none of which may
    /// have been there before.
    #[track_caller]
    pub(crate) fn enters(&mut self, line: &str, answers: &[&str]) {
        self.presses(line);
        self.presses(ENTER);
        self.sees(&format!("the answer {answers:?} to `{line}`"), |seen| {
            answers.iter().all(|answer| seen.shows(answer)) && seen.has_prompt()
        });
    }

    /// Gives the terminal another size.
    pub(crate) fn resizes(&self, size: (u16, u16)) {
        // First the screen, so that nothing drawn for the new size is cut off.
        self.eyes.resize(size);
        self.terminal.resize(pixels(size)).expect("a new size");
    }

    /// The modes of the terminal, as `stty` reads them.
    pub(crate) fn modes(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        self.terminal.get_termios().expect("the modes")
    }

    /// Watches the screen until the condition holds.
    #[track_caller]
    pub(crate) fn sees(&self, what: &str, is_so: impl Fn(&Seen) -> bool) {
        drop(self.seen_when(what, is_so));
    }

    /// Watches the screen until the condition holds, and keeps the screen as it is then.
    #[track_caller]
    pub(crate) fn seen_when(
        &self,
        what: &str,
        is_so: impl Fn(&Seen) -> bool,
    ) -> MutexGuard<'_, Seen> {
        let seen = self.eyes.seen.lock().expect("nobody panicked");
        let (seen, timeout) = self
            .eyes
            .changed
            .wait_timeout_while(seen, PATIENCE, |seen| !is_so(seen))
            .expect("nobody panicked");
        if timeout.timed_out() {
            let picture = seen.picture();
            drop(seen);
            panic!("never saw {what}; this is the screen:\n{picture}");
        }
        seen
    }

    /// Watches the screen until the cursor is after an empty prompt.
    #[track_caller]
    pub(crate) fn sees_prompt(&self) {
        self.sees("an empty prompt", Seen::has_prompt);
    }

    /// Watches the screen until `line` is after the prompt.
    #[track_caller]
    pub(crate) fn sees_line(&self, line: &str) {
        let line = format!("{PROMPT} {line}");
        self.sees(&format!("`{line}`"), |seen| seen.line() == line);
    }

    /// Waits until the process has ended; returns its exit status.
    #[track_caller]
    pub(crate) fn sees_end(&self) -> u32 {
        let seen = self.seen_when("the end of the process", |seen| seen.status.is_some());
        seen.status.expect("it was just seen")
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        let seen = self.eyes.seen.lock();
        if seen.is_ok_and(|seen| seen.status.is_none()) {
            // It may have ended since, which is fine.
            let _ = self.process.kill();
        }
    }
}

fn pixels((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}
