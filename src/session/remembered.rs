//! The patches of a session in a form that another session of the same program can restore: by
//! name.

use std::collections::{BTreeMap, HashSet};

use super::pending::Progress;
use super::selection::Absent;
use super::worker::Worker;
use crate::error::Result;
use crate::protocol::{
    PatchRequest, Pattern, PutBack, Recorders, Remembered, RememberedPattern, Wanted,
};

impl Worker {
    /// What to remember; does not need the GIL.
    pub(super) fn remembered(&self) -> Remembered {
        Remembered {
            patched: self.patches.recorders_in_place(),
            pending: self.lazy.remembered(),
            budget: self.keeper.budget().map(|budget| budget.percent),
        }
    }

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
        // What a pending pattern has matched needs no pattern of its own, but it matches more than
        // it has found.
        let met = remembered.pending.iter().flat_map(|pending| &pending.met);
        let met: HashSet<_> = met.map(String::as_str).collect();
        let mut alike: BTreeMap<Recorders, Vec<&str>> = BTreeMap::new();
        for (path, recorders) in &remembered.patched {
            alike.entry(*recorders).or_default().push(path);
        }
        for (recorders, paths) in alike {
            let wanted = Wanted::Also(recorders);
            let (mut there, mut waiting) = (Vec::new(), Vec::new());
            for text in paths {
                let path = Pattern::parse(text)?;
                if self.can_wait(&path)? {
                    put_back.waiting += 1;
                    waiting.extend((!met.contains(text)).then_some(path));
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
