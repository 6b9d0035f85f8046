//! What has changed and the shell has not been told of yet.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::patch::Patch;
use super::worker::Worker;
use crate::protocol::{Event, PatchNote, Pattern, SymbolPath};

/// Changes since the shell was told of any.
#[derive(Default)]
pub(super) struct Changes {
    patches: Mutex<Vec<PatchNote>>,
    are_patterns_changed: AtomicBool,
    met: Mutex<Vec<(String, Vec<SymbolPath>)>>,
}

impl Changes {
    fn patches(&self) -> MutexGuard<'_, Vec<PatchNote>> {
        self.patches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of_patch(&self, patch: &Patch) {
        self.patches().push(PatchNote {
            path: patch.path.clone(),
            meter: patch.meter().id(),
            recorders: patch.recorders(),
        });
    }

    /// Pending patterns were added or removed.
    pub(super) fn of_patterns(&self) {
        self.are_patterns_changed.store(true, Ordering::Release);
    }

    /// A pending pattern has patched something, of which it had not met these before.
    pub(super) fn of_pattern(&self, pattern: &Pattern, met: Vec<SymbolPath>) {
        self.of_patterns();
        self.met().push((pattern.as_str().to_owned(), met));
    }

    fn met(&self) -> MutexGuard<'_, Vec<(String, Vec<SymbolPath>)>> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    /// A patch was installed or removed. That of a function whose path another one has taken does not
    /// concern the shell, which knows patches by their paths.
    pub(super) fn has_changed(&self, patch: &Arc<Patch>) {
        if self.patches.is_newest(patch) {
            self.changes.of_patch(patch);
        }
    }

    /// Tells the shell what has changed. Must be called before the reply to what has changed it, and
    /// without the GIL.
    pub(super) fn tell_changes(&self) {
        let patches = mem::take(&mut *self.changes.patches());
        if !patches.is_empty() {
            self.outbox.tell(Event::Patched(patches));
        }
        if self
            .changes
            .are_patterns_changed
            .swap(false, Ordering::AcqRel)
        {
            self.outbox.tell(Event::Pending(self.lazy.pending()));
        }
        let met = mem::take(&mut *self.changes.met());
        for (pattern, paths) in met {
            self.outbox.tell(Event::Met(pattern, paths));
        }
    }
}
