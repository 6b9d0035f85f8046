//! The patches of a session, as far as another session of the same program can have them: by name.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::patching::{Change, Outcome};
use super::pattern::Pattern;
use super::pending::Progress;
use super::request::PatchRequest;
use super::selection::Absent;
use super::worker::Worker;
use crate::error::{Error, Result};

/// What is patched, what waits for imports, and what all of it may cost.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    /// The symbol paths of what is patched.
    pub patched: Vec<String>,
    /// The patterns that wait for what comes.
    pub pending: Vec<RememberedPattern>,
    /// What all patches may take of a core, in percent.
    pub budget: Option<f64>,
}

/// A pattern that waits for what comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedPattern {
    /// As it was typed.
    pub text: String,
    /// It patches no more callables than this.
    pub limit: Option<usize>,
    /// The symbol paths of what it has met with, and will again.
    pub met: Vec<String>,
}

/// What became of remembered patches.
#[derive(Debug, Default)]
pub struct PutBack {
    /// How many callables are patched again.
    pub back: usize,
    /// How many will be, when they are imported.
    pub waiting: usize,
    /// How many patterns wait for imports, as they did.
    pub pending: usize,
    /// Why the others cannot be.
    pub lost: Vec<Error>,
}

impl Worker {
    /// What is to be remembered; needs no interpreter.
    pub(super) fn remembered(&self) -> Remembered {
        Remembered {
            patched: self.patches.names_in_place(),
            pending: self.lazy.remembered(),
            budget: self.keeper.budget().map(|budget| budget.percent),
        }
    }

    /// Patches what is remembered and there, and lets the rest wait for imports.
    ///
    /// # Errors
    /// If something went wrong that is not about one of them.
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
        let (mut there, mut waiting) = (Vec::new(), Vec::new());
        for text in &remembered.patched {
            let path = Pattern::parse(text)?;
            if self.can_wait(&path)? {
                waiting.push(path);
                continue;
            }
            match self.select(progress, &[path], Absent::Waits) {
                Ok(found) => there.extend(found),
                Err(error) => put_back.lost.push(error),
            }
        }
        put_back.waiting = waiting.len();
        // What a pending pattern has met with needs no other: but it means more than it finds.
        let met = remembered.pending.iter().flat_map(|pending| &pending.met);
        let met: HashSet<_> = met.map(String::as_str).collect();
        waiting.retain(|path| !met.contains(path.as_str()));
        if !waiting.is_empty() {
            self.add_lazy(&waiting, None)?;
        }
        put_back.add(self.patch_each(progress, there)?);
        Ok(put_back)
    }
}

/// What `patch --lazy` asks for.
fn request(pending: &RememberedPattern) -> Result<PatchRequest> {
    Ok(PatchRequest {
        patterns: vec![Pattern::parse(&pending.text)?],
        lazy: true,
        limit: pending.limit,
        dry_run: false,
    })
}

impl PutBack {
    fn add(&mut self, outcomes: Vec<Outcome>) {
        for outcome in outcomes {
            match outcome.change {
                Change::Patched { .. } => self.back += 1,
                Change::Refused(error) => self.lost.push(error),
                _ => {}
            }
        }
    }
}
