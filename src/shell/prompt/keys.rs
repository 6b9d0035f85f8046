//! Keys that do more here than in the editor.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::{Cmd, ConditionalEventHandler, Event, EventContext, RepeatCount};

use crate::system::suspend;

/// Ctrl-Z: the terminal is returned meanwhile, and so is bracketed paste. The editor's
/// own implementation does not wait for the stop: it draws its line first if another thread takes
/// the signal.
pub(super) struct Suspend {
    pub(super) terminal: File,
}

impl ConditionalEventHandler for Suspend {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext) -> Option<Cmd> {
        let mut terminal = &self.terminal;
        // If the terminal is gone, reading the next line fails.
        let _ = terminal.write_all(b"\x1b[?2004l");
        suspend(&self.terminal);
        let _ = terminal.write_all(b"\x1b[?2004h");
        Some(Cmd::Repaint)
    }
}

/// Ctrl-C where the editor's own handling is not enough. Between the pages of a menu the editor
/// ignores it, so this sends `q`. On a line with a hint, the editor would leave the hint as if it
/// had been typed; it removes the hint from an entered line, so this enters the line.
pub(super) struct Abandon {
    pub(super) is_abandoned: Arc<AtomicBool>,
    pub(super) is_in_menu: Arc<AtomicBool>,
}

impl ConditionalEventHandler for Abandon {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        if self.is_in_menu.load(Ordering::Relaxed) {
            return Some(Cmd::SelfInsert(1, 'q'));
        }
        context.has_hint().then(|| {
            self.is_abandoned.store(true, Ordering::Relaxed);
            Cmd::AcceptLine
        })
    }
}
