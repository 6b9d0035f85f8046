//! The patches of a session, as far as another session of the same program can have them: by name.

use serde::{Deserialize, Serialize};

use super::patching::{Change, Outcome};
use super::pattern::Pattern;
use super::pending::Progress;
use super::request::PatchRequest;
use super::selection::Absent;
use super::worker::Worker;
use crate::error::{Error, Result};

/// What is patched, and what waits for imports.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// The symbol paths of what is patched.
    pub patched: Vec<String>,
    /// The patterns that wait for imports, and how many callables each may patch.
    pub pending: Vec<(String, Option<usize>)>,
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
            pending: self.lazy.limits(),
        }
    }

    /// Patches what is remembered and there, and lets the rest wait for imports.
    ///
    /// # Errors
    /// If something went wrong that is not about one of them.
    pub(super) fn put_back(&self, progress: &Progress, remembered: &Remembered) -> Result<PutBack> {
        let mut put_back = PutBack::default();
        let mut patterns = Vec::new();
        for (text, limit) in &remembered.pending {
            let pattern = Pattern::parse(text)?;
            match self.patch(progress, &request(&pattern, *limit)) {
                Ok(report) => {
                    put_back.pending += 1;
                    put_back.add(report.outcomes);
                }
                Err(error) => put_back.lost.push(error),
            }
            patterns.push(pattern);
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
        // What a pending pattern means waits already.
        let script = self.script();
        let waits = |path: &Pattern| patterns.iter().any(|it| it.covers(path, script.as_deref()));
        waiting.retain(|path| !waits(path));
        if !waiting.is_empty() {
            self.add_lazy(&waiting, None)?;
        }
        put_back.add(self.patch_each(progress, there)?);
        Ok(put_back)
    }
}

/// What `patch --lazy` asks for.
fn request(pattern: &Pattern, limit: Option<usize>) -> PatchRequest {
    PatchRequest {
        patterns: vec![pattern.clone()],
        lazy: true,
        limit,
        dry_run: false,
    }
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
