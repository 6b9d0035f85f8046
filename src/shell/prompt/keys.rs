//! Keys that do more here than the editor does by itself.

use std::fs::File;
use std::io::Write;

use rustyline::{Cmd, ConditionalEventHandler, Event, EventContext, RepeatCount};

use crate::target;

/// Ctrl-Z: the supervisor gives the terminal back meanwhile, as it was but for bracketed paste. The
/// editor's own way waits for no stop: it draws its line before, if another thread takes the signal.
pub(super) struct Suspend {
    pub(super) terminal: File,
}

impl ConditionalEventHandler for Suspend {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext) -> Option<Cmd> {
        let mut terminal = &self.terminal;
        // A terminal that is gone shows in the next line that is read.
        let _ = terminal.write_all(b"\x1b[?2004l");
        target::suspend();
        let _ = terminal.write_all(b"\x1b[?2004h");
        Some(Cmd::Repaint)
    }
}
