//! Restores the patches of another session of the same program, by name.

use std::collections::BTreeMap;

use super::progress::Progress;
use super::selection::Absent;
use super::worker::Worker;
use crate::error::Result;
use crate::protocol::{
    PatchRequest, Pattern, PutBack, Recorders, Remembered, RememberedPatch, RememberedPattern,
    Wanted,
};

impl Worker {
    /// Patches what is remembered and loaded, and makes the rest pending.
    ///
    /// # Errors
    /// If something went wrong that concerns none of them alone.
    pub(super) fn put_back(&self, progress: &Progress, remembered: &Remembered) -> Result<PutBack> {
        self.set_budget(remembered.budget);
        let mut put_back = PutBack::default();
        for pending in &remembered.pending {
            match self.patch(progress, &request(pending)?) {
                Ok(report) => {
                    put_back.pending += 1;
                    put_back.add(report.outcomes);
                }
                Err(error) => put_back.lost.push(error),
            }
        }
        let mut alike: BTreeMap<Recorders, Vec<&RememberedPatch>> = BTreeMap::new();
        for patch in &remembered.patched {
            alike.entry(patch.recorders).or_default().push(patch);
        }
        for (recorders, patches) in alike {
            let wanted = Wanted::Also(recorders);
            let (mut there, mut waiting) = (Vec::new(), Vec::new());
            for patch in patches {
                let path = Pattern::parse(&patch.path)?;
                if self.can_wait(&path)? {
                    put_back.waiting += 1;
                    // What a pending pattern will patch needs no pattern of its own.
                    waiting.extend((!patch.is_covered).then_some(path));
                    continue;
                }
                match self.select(progress, &[path], Absent::Waits) {
                    Ok(found) => there.extend(found),
                    Err(error) => put_back.lost.push(error),
                }
            }
            if !waiting.is_empty() {
                self.add_lazy(&waiting, None, wanted)?;
            }
            put_back.add(self.patch_each(progress, there, wanted)?);
        }
        Ok(put_back)
    }
}

/// The request of a `patch --lazy`.
fn request(pending: &RememberedPattern) -> Result<PatchRequest> {
    Ok(PatchRequest {
        patterns: vec![Pattern::parse(&pending.text)?],
        lazy: true,
        limit: pending.limit,
        dry_run: false,
        wanted: Wanted::Also(pending.recorders),
    })
}
