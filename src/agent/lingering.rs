//! Patched code that was removed from its function and is still in use: by calls and generators that
//! began on it, or by copies that other code has made.

use std::collections::HashSet;

use super::patch::{Patch, Rewrite};
use super::progress::Progress;
use super::worker::Worker;
use crate::counts::CounterId;
use crate::cpython::{CodeObject, Gil, LocalEvents, Tools};
use crate::error::Result;
use crate::protocol::SymbolPath;

/// A patched code object that was removed and may still be in use.
pub(super) struct Lingering {
    code: CodeObject,
    /// The code object that the function had before.
    original: CodeObject,
    /// The counter of its hook.
    counter: CounterId,
}

/// A copy of patched code that no callable is known to run.
pub(super) struct Stray {
    /// What was patched.
    pub(super) path: SymbolPath,
    pub(super) counter: CounterId,
    /// How often the copy ran since the patch was undone.
    pub(super) calls: u64,
}

impl Lingering {
    pub(super) fn new(rewrite: Rewrite, counter: CounterId) -> Self {
        Self {
            code: rewrite.patched_code,
            original: rewrite.original_code,
            counter,
        }
    }

    /// Whether a call, a generator or a function uses this code object itself, not a copy.
    fn is_in_use(&self, gil: Gil<'_>) -> bool {
        !self.code.is_last_reference(gil)
    }

    fn stray(&self, gil: Gil<'_>) -> Option<Stray> {
        let hook = self.code.hook(gil)?;
        let calls = hook.foreign_calls(gil);
        (calls > 0).then(|| Stray {
            path: hook.path(gil),
            counter: self.counter,
            calls,
        })
    }
}

impl Worker {
    /// Keeps track of code that was removed.
    pub(super) fn linger(&self, mut taken_out: Vec<Lingering>) {
        self.lingering().append(&mut taken_out);
    }

    /// The number of removed patched code objects that are still used: by a call, or by a suspended
    /// generator or coroutine. Drops those that nothing uses and nothing was derived from.
    ///
    /// # Errors
    /// None that is expected.
    pub(super) fn lingering_codes(&self, progress: &Progress) -> Result<usize> {
        let mut codes = std::mem::take(&mut *self.lingering());
        let (mut kept, mut used) = (Vec::new(), 0);
        self.in_slices(progress, 0..codes.len(), |gil, _| {
            let Some(lingering) = codes.pop() else {
                return Ok(());
            };
            let is_in_use = lingering.is_in_use(gil);
            used += usize::from(is_in_use);
            if is_in_use || lingering.code.shares_hook(gil) {
                kept.push(lingering);
            }
            Ok(())
        })?;
        // If the work was cancelled, the others are checked another time.
        kept.append(&mut codes);
        self.linger(kept);
        Ok(used)
    }

    /// Restores the original of a function into which other code has put its patched code back after
    /// the patch was undone; false if that has not happened.
    ///
    /// # Errors
    /// If Python refuses the original; nothing is changed then.
    pub(super) fn restore_again(&self, gil: Gil<'_>, patch: &Patch) -> Result<bool> {
        let Some(function) = patch.function(gil) else {
            return Ok(false);
        };
        let code = function.code(gil);
        if code.hook(gil).is_none() {
            return Ok(false);
        }
        let is_it = |it: &&Lingering| it.counter == patch.counter.id() && it.code.is(&code);
        let original = {
            let lingering = self.lingering();
            let found = lingering.iter().find(is_it);
            found.map(|it| it.original.clone_ref(gil))
        };
        let Some(original) = original else {
            return Ok(false);
        };
        LocalEvents::default().carry(gil, Tools::in_use(gil)?, &code, &original)?;
        function.set_code(gil, &original)?;
        Ok(true)
    }

    /// The copies of patched code that were called since the patches were undone.
    pub(super) fn strays(&self, gil: Gil<'_>) -> Vec<Stray> {
        let lingering = self.lingering();
        lingering.iter().filter_map(|it| it.stray(gil)).collect()
    }

    /// The counters of the patches whose copies were called since the patches were undone.
    pub(super) fn copied(&self) -> HashSet<CounterId> {
        if self.lingering().is_empty() {
            return HashSet::new();
        }
        let strays = self.slice(|gil, _| self.strays(gil));
        strays.into_iter().map(|stray| stray.counter).collect()
    }
}
