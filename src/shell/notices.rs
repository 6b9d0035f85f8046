//! Notices that arrive by themselves, from the session's thread: above the prompt, below the table of
//! a live view, or on stderr.

use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::output_pane::OutputPane;

/// A handle for all threads that have notices.
#[derive(Clone)]
pub(super) struct Notices(Arc<Mutex<State>>);

struct State {
    stderr: File,
    /// The area above the prompt, if there is one.
    above: Option<OutputPane>,
    /// Whether the line that is being typed below it has text.
    has_text: Arc<AtomicBool>,
    /// Notices that arrived during a live view.
    kept: Option<Kept>,
}

/// Lines that are written when the live view has ended.
#[derive(Default)]
struct Kept {
    lines: Vec<String>,
    /// The number of them that the view has shown.
    shown: usize,
}

impl Notices {
    pub(super) fn new(stderr: File) -> Self {
        Self(Arc::new(Mutex::new(State {
            stderr,
            above: None,
            has_text: Arc::default(),
            kept: None,
        })))
    }

    /// From now on there is a prompt; `has_text` shows whether something is typed there.
    pub(super) fn tell_above(&self, above: OutputPane, has_text: Arc<AtomicBool>) {
        let mut state = self.lock();
        (state.above, state.has_text) = (Some(above), has_text);
    }

    /// Draws the line that is being typed again, since names in it may have changed.
    pub(super) fn redraw_line(&self) {
        let state = self.lock();
        if let Some(above) = state.above.as_ref()
            && state.has_text.load(Ordering::Relaxed)
        {
            above.redraw();
        }
    }

    /// Reports a line, given without a line end.
    pub(super) fn tell(&self, line: String) {
        let mut state = self.lock();
        match &mut state.kept {
            Some(kept) => kept.lines.push(line),
            None => state.write(&line),
        }
    }

    /// A live view takes the screen.
    pub(super) fn begin_view(&self) {
        self.lock().kept.get_or_insert_default();
    }

    /// Notices that the view has not shown yet; usually none.
    pub(super) fn for_view(&self) -> Option<String> {
        let mut state = self.lock();
        let kept = state.kept.as_mut()?;
        let lines = kept.lines.get(kept.shown..).filter(|it| !it.is_empty())?;
        let text = lines.join("\n");
        kept.shown = kept.lines.len();
        Some(text)
    }

    /// It has returned the screen.
    pub(super) fn end_view(&self) {
        let mut state = self.lock();
        let kept = state.kept.take().unwrap_or_default();
        kept.lines.iter().for_each(|line| state.write(line));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn write(&mut self, line: &str) {
        match &self.above {
            Some(above) => above.add_notice(line),
            // If this fails, there is no way to report it.
            None => drop(self.stderr.write_all(format!("{line}\n").as_bytes())),
        }
    }
}
