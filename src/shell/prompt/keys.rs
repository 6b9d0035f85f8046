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
        target::suspend();
        let _ = terminal.write_all(b"\x1b[?2004h");
        Some(Cmd::Repaint)
    }
}

/// Ctrl-C behind which a hint stands: the editor would leave the hint on the abandoned line as if it
/// had been typed. It takes the hint away from a line that is entered, so that is what is done.
pub(super) struct Abandon {
    pub(super) is_abandoned: Arc<AtomicBool>,
}

impl ConditionalEventHandler for Abandon {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        context.has_hint().then(|| {
            self.is_abandoned.store(true, Ordering::Relaxed);
            Cmd::AcceptLine
        })
    }
}
