//! A person at a terminal: presses keys, and looks at the screen until it shows something.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use portable_pty::{ChildKiller, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

use crate::common::project;

pub(crate) const CONTROL_C: &str = "\x03";
pub(crate) const CONTROL_D: &str = "\x04";
pub(crate) const TAB: &str = "\t";
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const BACKSPACE: &str = "\x7f";
pub(crate) const ENTER: &str = "\r";

const PROMPT: &str = "instrsh>";
/// Only what never comes takes longer, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// Lines above the screen that are remembered.
const SCROLLBACK: usize = 100_000;

/// What the terminal shows between these two, it shows at once.
const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";

/// The files that stay when the shell is left; the target's folder, too.
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

/// Someone at a terminal in which one process runs.
pub(crate) struct Person {
    terminal: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    process: Box<dyn ChildKiller + Send + Sync>,
    eyes: Arc<Eyes>,
    home: Home,
}

/// What can be seen, and a bell for each change of it.
struct Eyes {
    seen: Mutex<Seen>,
    changed: Condvar,
}

/// What can be seen at one moment.
pub(crate) struct Seen {
    parser: vt100::Parser,
    /// The exit status of the process, when it has ended.
    status: Option<u32>,
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

    /// Sits down at a terminal in which any command runs.
    pub(crate) fn running(mut command: CommandBuilder, home: &Home, size: (u16, u16)) -> Self {
        let terminal = native_pty_system()
            .openpty(pixels(size))
            .expect("a terminal");
        command.cwd(project());
        command.env("XDG_STATE_HOME", home.path().join("state"));
        command.env("XDG_CONFIG_HOME", home.path().join("config"));
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command.env_remove("NO_COLOR");
        command.env_remove("CLICOLOR_FORCE");
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

    /// Tells a program of the tests what to do: `word` is a file in the home.
    pub(crate) fn tells_target(&self, word: &str) {
        std::fs::write(self.home.path().join(word), "").expect("the home is there");
    }

    /// Presses keys, one after the other.
    pub(crate) fn presses(&mut self, keys: &str) {
        self.keyboard
            .write_all(keys.as_bytes())
            .expect("the terminal is there");
    }

    /// Types a line and looks at its answer: all of `answers` and a new prompt, none of which may
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
        // First what is drawn, so that nothing drawn for the new size is cut.
        self.eyes
            .change(|seen| seen.parser.set_size(cells(size.1), cells(size.0)));
        self.terminal.resize(pixels(size)).expect("a new size");
    }

    /// The modes of the terminal, as `stty` reads them.
    pub(crate) fn modes(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        self.terminal.get_termios().expect("the modes")
    }

    /// Looks at the screen until it is as described.
    #[track_caller]
    pub(crate) fn sees(&self, what: &str, is_so: impl Fn(&Seen) -> bool) {
        drop(self.seen_when(what, is_so));
    }

    /// Looks at the screen until it is as described, and stops the time then.
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

    /// Looks at the screen until the cursor stands behind an empty prompt.
    #[track_caller]
    pub(crate) fn sees_prompt(&self) {
        self.sees("an empty prompt", Seen::has_prompt);
    }

    /// Looks at the screen until `line` stands behind the prompt.
    #[track_caller]
    pub(crate) fn sees_line(&self, line: &str) {
        let line = format!("{PROMPT} {line}");
        self.sees(&format!("`{line}`"), |seen| seen.line() == line);
    }

    /// Looks until the process has ended; gives its exit status.
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
            // If it has ended since, so much the better.
            let _ = self.process.kill();
        }
    }
}

impl Eyes {
    fn new((columns, lines): (u16, u16)) -> Self {
        Self {
            seen: Mutex::new(Seen {
                parser: vt100::Parser::new(cells(lines), cells(columns), SCROLLBACK),
                status: None,
            }),
            changed: Condvar::new(),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().expect("nobody panicked"));
        self.changed.notify_all();
    }

    /// Follows what is written to the terminal until it is gone.
    fn read(&self, mut screen: impl Read) {
        let mut buffer = [0; 4096];
        let mut unseen = Vec::new();
        while let Ok(length @ 1..) = screen.read(&mut buffer) {
            unseen.extend_from_slice(&buffer[..length]);
            if !is_in_update(&unseen) {
                self.change(|seen| seen.parser.process(&unseen));
                unseen.clear();
            }
        }
    }
}

impl Seen {
    /// The terminal, with the attributes of each cell.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// The rows of the screen, without blanks at their ends.
    pub(crate) fn rows(&self) -> Vec<String> {
        let columns = self.screen().size().1.get();
        let rows = self.screen().rows(0, columns);
        rows.map(|row| row.trim_end().to_owned()).collect()
    }

    /// The rows of the screen and all that went up before, without those that are empty.
    pub(crate) fn everything(&mut self) -> Vec<String> {
        let screen = self.parser.screen_mut();
        let columns = screen.size().1.get();
        let mut rows = Vec::new();
        for above in (1..=screen.scrollback_len()).rev() {
            screen.set_scrollback(above);
            rows.extend(screen.rows(0, columns).next());
        }
        screen.set_scrollback(0);
        rows.extend(self.rows());
        rows.retain(|row| !row.trim().is_empty());
        rows
    }

    /// The row that the cursor is in.
    pub(crate) fn line(&self) -> String {
        let (row, _) = self.screen().cursor_position();
        self.rows().swap_remove(row.into())
    }

    /// Whether `text` stands in one row.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.rows().iter().any(|row| row.contains(text))
    }

    /// Whether the cursor stands behind an empty prompt.
    pub(crate) fn has_prompt(&self) -> bool {
        let (_, column) = self.screen().cursor_position();
        self.line() == PROMPT && usize::from(column) == PROMPT.len() + 1
    }

    fn picture(&self) -> String {
        let rows = self
            .rows()
            .iter()
            .map(|row| format!("  | {row}\n"))
            .collect::<String>();
        format!(
            "{rows}cursor (row, column): {:?}, alternate screen: {}, exit status: {:?}",
            self.screen().cursor_position(),
            self.screen().alternate_screen(),
            self.status,
        )
    }
}

/// Whether an update has begun, or may have, that has not ended.
fn is_in_update(bytes: &[u8]) -> bool {
    let last = |word: &[u8]| bytes.windows(word.len()).rposition(|part| part == word);
    let may_begin = |length| bytes.ends_with(&BEGIN_UPDATE[..length]);
    last(BEGIN_UPDATE) > last(END_UPDATE) || (1..BEGIN_UPDATE.len()).any(may_begin)
}

fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a terminal has a size")
}

fn pixels((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}
