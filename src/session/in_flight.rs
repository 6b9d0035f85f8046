//! Calls that were running when a code object was exchanged: they finish on the old one.

use std::collections::HashMap;

use super::patching::Outcome;
use super::worker::Worker;
use crate::cpython::{CodeId, running_frames};

/// The code objects that outcomes took out of their functions, by the place of the outcome. They
/// must be kept alive until they were looked for: the identity of a dead object can come back.
///
/// They are added while the interpreter is held, in which a table of many thousands must not grow; what
/// finds them is made afterwards.
pub(super) struct OldCodes(Vec<(CodeId, usize)>);

impl OldCodes {
    /// None yet, with room for so many.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Remembers the code object that the outcome at `place` took out.
    pub(super) fn add(&mut self, code: CodeId, place: usize) {
        self.0.push((code, place));
    }
}

impl Worker {
    /// Tells each outcome which calls still run its old code; if Python does not tell, that it is not
    /// known: the code objects are exchanged in any case.
    pub(super) fn note_calls_in_flight(&self, old: OldCodes, outcomes: &mut [Outcome]) {
        if old.0.is_empty() {
            return;
        }
        let places: HashMap<_, _> = old.0.into_iter().collect();
        match self.slice(|gil, _| running_frames(gil, |code| places.contains_key(&code))) {
            Ok(frames) => {
                for (code, frame) in frames {
                    if let Some(outcome) = places.get(&code).and_then(|at| outcomes.get_mut(*at)) {
                        outcome.in_flight.push(frame);
                    }
                }
            }
            Err(error) => {
                let first = places.values().min();
                if let Some(first) = first.and_then(|at| outcomes.get_mut(*at)) {
                    let unknown = "which calls finish on the code before is not known";
                    first.notes.push(format!("{unknown}: {error}"));
                }
            }
        }
    }
}
