//! What is said although nobody has asked, from the session's thread: above the prompt, below the table
//! of a live view, or on stderr.

use std::fs::File;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::above::Above;

/// The way to whoever is to read it, for all who have news.
#[derive(Clone)]
pub(super) struct News(Arc<Mutex<State>>);

struct State {
    stderr: File,
    /// Where lines are written instead, if there is a prompt.
    above: Option<Above>,
    /// What has come while a live view has the screen.
    kept: Option<Kept>,
}

/// Lines that are written when the live view has ended.
#[derive(Default)]
struct Kept {
    lines: Vec<String>,
    /// How many of them the view has shown.
    shown: usize,
}

impl News {
    pub(super) fn new(stderr: File) -> Self {
        Self(Arc::new(Mutex::new(State {
            stderr,
            above: None,
            kept: None,
        })))
    }

    /// There is a prompt from now on.
    pub(super) fn tell_above(&self, above: Above) {
        self.lock().above = Some(above);
    }

    /// Tells a line, which has no end yet.
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

    /// What has come and the view has not shown; nothing mostly.
    pub(super) fn for_view(&self) -> Option<String> {
        let mut state = self.lock();
        let kept = state.kept.as_mut()?;
        let lines = kept.lines.get(kept.shown..).filter(|it| !it.is_empty())?;
        let text = lines.join("\n");
        kept.shown = kept.lines.len();
        Some(text)
    }

    /// It has given the screen back.
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
            // Nobody can be told that nobody can be told.
            None => drop(self.stderr.write_all(format!("{line}\n").as_bytes())),
        }
    }
}
