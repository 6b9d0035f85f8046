//! The program's output, on its way to the area above the prompt.
//!
//! Only the editor knows where its line is, so while a line is edited, the editor must write: each
//! time it draws its prompt, it takes the waiting text and writes it first. A bell makes it draw.
//! Ringing late or once too often does no harm, since the text is kept here; what is left when the
//! line is finished is written at once.
//!
//! An unfinished line is shown in its own row, which is replaced when the line has grown.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::Sender;
use rustix::termios::tcgetwinsize;

use super::target_text;
use crate::error::count;

/// More than a pseudo-terminal can hold, in bytes.
pub(super) const HELD: usize = 64 << 10;
/// The most bytes that wait for the editor before the program has to wait.
const WAITING: usize = 64 << 10;
/// The most bytes that are kept during a live view.
const KEPT: usize = 1 << 20;
/// Longer lines are shown in pieces.
const LONGEST_LINE: usize = 64 << 10;

/// Replaces the row above the cursor.
const ROW_ABOVE: &str = "\x1b[A\r\x1b[K";
/// Replaces the cursor's row.
const ROW: &str = "\r\x1b[K";

/// A handle on the area above the prompt.
#[derive(Clone)]
pub(super) struct OutputPane(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// Notified when there is room for more.
    room: Condvar,
    bell: Sender<()>,
}

/// Who is using the terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// A command is running; lines may be written at any time.
    Free,
    /// A line is being edited.
    Editing,
    /// A live view or a command after a `|` occupies it.
    Taken,
    /// The program occupies it: its output passes as it is.
    Program,
}

/// Output that was not shown yet.
pub(super) struct State {
    terminal: File,
    stage: Stage,
    /// Whole lines.
    text: String,
    lines_lost: usize,
    line: Unfinished,
    /// Whether text was passed to the editor that may not be written yet.
    is_given: bool,
}

/// An unfinished line.
#[derive(Default)]
struct Unfinished {
    bytes: Vec<u8>,
    /// The number of bytes received; some may have been overwritten.
    length: usize,
    /// The number of them that were shown.
    shown: usize,
    /// Whether it is in the row above the cursor.
    is_above: bool,
    /// Whether to show it although it is unfinished.
    is_due: bool,
}

impl OutputPane {
    /// Creates it for a terminal; `bell` makes the editor draw its prompt.
    pub(super) fn new(terminal: File, bell: Sender<()>) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(State {
                terminal,
                stage: Stage::Free,
                text: String::new(),
                lines_lost: 0,
                line: Unfinished::default(),
                is_given: false,
            }),
            room: Condvar::new(),
            bell,
        }))
    }

    /// Reads what the program wrote to this terminal, and returns the number of bytes; waits if the
    /// program writes faster than lines are shown.
    ///
    /// # Errors
    /// The error of the system.
    pub(super) fn receive(&self, terminal: &File) -> io::Result<usize> {
        let mut state = self.lock();
        let mut buffer = [0; 4096];
        let length = match (&*terminal).read(&mut buffer) {
            // Another thread was faster.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            read => read?,
        };
        let bytes = &buffer[..length];
        if state.stage == Stage::Program {
            state.terminal.write_all(bytes)?;
            return Ok(length);
        }
        state.add(bytes);
        self.show(&mut state);
        let is_full =
            |state: &mut State| state.stage == Stage::Editing && state.text.len() > WAITING;
        drop(self.0.room.wait_while(state, is_full));
        Ok(length)
    }

    /// Shows what was written to this terminal, but no more than fits into it at once: somebody may write on.
    pub(super) fn drain(&self, terminal: &File) {
        let mut left = HELD;
        while let Ok(length @ 1..) = self.receive(terminal) {
            left = left.saturating_sub(length);
            if left == 0 {
                break;
            }
        }
        self.show_unfinished();
    }

    /// Shows a line of the shell.
    pub(super) fn add_notice(&self, notice: &str) {
        let mut state = self.lock();
        state.text += notice;
        state.text.push('\n');
        self.show(&mut state);
    }

    /// Shows the unfinished line.
    pub(super) fn show_unfinished(&self) {
        let mut state = self.lock();
        // The next line may come at once as a whole.
        state.line.is_due = state.line.length > 0;
        self.show(&mut state);
    }

    /// Called before a line is edited.
    pub(super) fn begin_editing(&self) {
        self.lock().stage = Stage::Editing;
    }

    /// Called after a line was edited, with the cursor below it.
    pub(super) fn end_editing(&self) {
        let mut state = self.lock();
        state.stage = Stage::Free;
        state.line.is_above = false;
        state.is_given = false;
        self.show(&mut state);
        self.0.room.notify_all();
    }

    /// Makes the editor draw its line again.
    pub(super) fn redraw(&self) {
        if self.lock().stage == Stage::Editing {
            self.ring();
        }
    }

    /// The text that the editor writes before its prompt.
    pub(super) fn take(&self) -> String {
        let mut state = self.lock();
        state.is_given = false;
        if state.stage != Stage::Editing {
            return String::new();
        }
        let text = state.take("");
        if state.is_given {
            // When the editor asks again, it has written this.
            self.ring();
        }
        self.0.room.notify_all();
        text
    }

    /// Gives the terminal to the shell until the result is dropped.
    pub(super) fn hold(&self) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        state.line.is_above = false;
        state
    }

    /// Shows nothing from now on; the program writes on.
    pub(super) fn close(&self) {
        self.lock().stage = Stage::Taken;
    }

    /// Lets the program's output pass as it is, after what is waiting.
    pub(super) fn bring_to_front(&self) {
        let mut state = self.lock();
        state.line.is_due = true;
        state.write();
        state.line = Unfinished::default();
        state.stage = Stage::Program;
    }

    /// Resumes, and shows what arrived meanwhile.
    pub(super) fn open(&self) {
        let mut state = self.lock();
        state.stage = Stage::Free;
        self.show(&mut state);
    }

    fn show(&self, state: &mut State) {
        match state.stage {
            Stage::Free => state.write(),
            Stage::Editing => self.ring(),
            Stage::Taken | Stage::Program => state.lose_what_is_too_much(),
        }
    }

    fn ring(&self) {
        // If it is full, the bell will ring anyway.
        let _ = self.0.bell.try_send(());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let whole = piece.strip_suffix(b"\n");
            self.line.add(whole.unwrap_or(piece), piece.len());
            if whole.is_some() || self.line.bytes.len() > LONGEST_LINE {
                let begun = self.line.bytes.split_off(if whole.is_some() {
                    self.line.bytes.len()
                } else {
                    whole_characters(&self.line.bytes)
                });
                self.text += &target_text::line(&self.line.bytes);
                self.text.push('\n');
                self.line = Unfinished {
                    is_above: self.line.is_above,
                    length: begun.len(),
                    bytes: begun,
                    ..Unfinished::default()
                };
            }
        }
    }

    /// All waiting text, ready to be written at the cursor; `row` makes room there.
    fn take(&mut self, row: &'static str) -> String {
        let line = &mut self.line;
        let is_new = line.is_due && line.length > line.shown;
        if self.text.is_empty() && !is_new {
            return String::new();
        }
        let mut text = String::from(if line.is_above { ROW_ABOVE } else { row });
        if self.lines_lost > 0 {
            let lost = count(std::mem::take(&mut self.lines_lost), "line");
            text += &format!("({lost} of the program's output not kept)\n");
        }
        text += &std::mem::take(&mut self.text);
        self.is_given = true;
        line.is_above = line.is_due && line.length > 0;
        if line.is_above {
            let size = tcgetwinsize(&self.terminal);
            let columns = size.map_or(80, |size| size.ws_col.into());
            text += &target_text::unfinished(&line.bytes, columns);
            text.push('\n');
            line.shown = line.length;
        }
        text
    }

    fn write(&mut self) {
        let text = self.take(ROW);
        // If the terminal is gone, reading the next line fails.
        let _ = self.terminal.write_all(text.as_bytes());
        self.is_given = false;
    }

    fn lose_what_is_too_much(&mut self) {
        if self.text.len() > 2 * KEPT {
            let lost = self.text.floor_char_boundary(self.text.len() - KEPT);
            let end = self.text[lost..].find('\n');
            let lost = end.map_or(lost, |end| lost + end + 1);
            self.lines_lost += self.text[..lost].matches('\n').count();
            self.text.drain(..lost);
        }
    }
}

impl Unfinished {
    fn add(&mut self, bytes: &[u8], length: usize) {
        self.bytes.extend_from_slice(bytes);
        self.length += length;
        if self.bytes.contains(&b'\r') {
            // Overwritten text is dropped; a line end may follow the last carriage return.
            let last = target_text::last_version(&self.bytes).to_vec();
            let returns = self.bytes.ends_with(b"\r");
            self.bytes = last;
            self.bytes.extend(returns.then_some(b'\r'));
        }
    }
}

/// The length without an incomplete character at the end.
fn whole_characters(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    }
}
