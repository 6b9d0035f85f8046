//! Calls that were running when a code object was replaced: they finish with the old one.

use std::collections::HashMap;

use super::worker::Worker;
use crate::cpython::{CodeId, running_frames};
use crate::protocol::Outcome;

/// The code objects that were removed from their functions, each with the index of its outcome.
/// They must be kept alive until the frames were searched: the identity of a dead object can be
/// reused.
///
/// Entries are added while the GIL is held, when a table of many thousands must not grow; the
/// lookup table is built afterwards.
pub(super) struct OldCodes(Vec<(CodeId, usize)>);

impl OldCodes {
    /// An empty list with room for this many.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Records the code object that the outcome at `place` removed.
    pub(super) fn add(&mut self, code: CodeId, place: usize) {
        self.0.push((code, place));
    }
}

impl Worker {
    /// Notes in each outcome which calls still run its old code, or that this is unknown if the
    /// frames cannot be read: the code objects were replaced in any case.
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
