//! Calls that were running when a code object was exchanged: they finish on the old one.

use std::collections::HashMap;

use super::patching::Outcome;
use super::worker::Worker;
use crate::cpython::{CodeId, running_frames};
use crate::error::Result;

/// The code objects that outcomes took out of their functions, by the place of the outcome. They
/// must be kept alive until they were looked for: the identity of a dead object can come back.
#[derive(Default)]
pub(super) struct OldCodes(HashMap<CodeId, usize>);

impl OldCodes {
    /// Remembers the code object that the outcome at `place` took out.
    pub(super) fn add(&mut self, code: CodeId, place: usize) {
        self.0.insert(code, place);
    }
}

impl Worker {
    /// Tells each outcome which calls still run its old code.
    ///
    /// # Errors
    /// If Python does not tell.
    pub(super) fn note_calls_in_flight(
        &self,
        old: &OldCodes,
        outcomes: &mut [Outcome],
    ) -> Result<()> {
        if old.0.is_empty() {
            return Ok(());
        }
        let frames = self.slice(|gil, _| running_frames(gil, |code| old.0.contains_key(&code)))?;
        for (code, frame) in frames {
            if let Some(outcome) = old.0.get(&code).and_then(|place| outcomes.get_mut(*place)) {
                outcome.in_flight.push(frame);
            }
        }
        Ok(())
    }
}
