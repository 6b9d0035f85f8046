//! Keys that do more here than the editor does by itself.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
        target::suspend(&self.terminal);
        let _ = terminal.write_all(b"\x1b[?2004h");
        Some(Cmd::Repaint)
    }
}

/// Ctrl-C where the editor alone would not do. It takes no notice of it between the pages of a menu,
/// which `q` ends. And it would leave a hint on the abandoned line as if it had been typed; it takes it
/// away from a line that is entered, so that is what is done.
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
