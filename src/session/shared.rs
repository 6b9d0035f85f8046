//! What the shell reads in the worker's memory without asking the worker, since it must be answered at
//! once, also while the worker waits for a program that holds the GIL.
//!
//! All else crosses the border between the two as a request, a reply or an event. When that border is
//! one between processes, the hits will be read from the shared memory in which they are counted; the
//! rest will be kept on the shell's side, up to date by events.

use std::sync::Arc;
use std::time::Duration;

use super::handle::Session;
use super::name_index::{Patched, Reason};
use super::names::Names;
use super::pending::Pending;
use crate::counts::Processes;
use crate::measures::Recorded;
use crate::protocol::{Budget, PendingPattern, Remembered, Request, Row, Scope, Share};

impl Session {
    /// The pending patterns within a scope.
    #[must_use]
    pub fn pending_patterns(&self, scope: &Scope) -> Vec<PendingPattern> {
        self.worker.lazy.pending(scope)
    }

    /// What is patched and pending, for another session.
    #[must_use]
    pub fn remembered(&self) -> Remembered {
        self.worker.remembered()
    }

    /// The budget, if there is one.
    #[must_use]
    pub fn budget(&self) -> Option<Budget> {
        self.worker.keeper.budget()
    }

    /// What all installed patches have ever recorded.
    #[must_use]
    pub fn recorded_in_place(&self) -> Recorded {
        self.worker.recorded_in_place()
    }

    /// What was recorded of rows, split by process.
    #[must_use]
    pub fn shares(&self, rows: &[Row], processes: &Processes) -> Vec<Share> {
        self.worker.shares(rows, processes)
    }

    /// The names that can be typed, as last collected; waits up to `patience` for a pass that is
    /// under way.
    #[must_use]
    pub fn names(&self, patience: Duration) -> Arc<Names> {
        self.worker.board.names(patience)
    }

    /// Requests a new collection of names in the background. Except for a new line, it happens only
    /// if it costs the program next to nothing.
    pub fn refresh_names(&self, reason: Reason) {
        if self.worker.board.ask(reason) {
            // A worker that has ended collects nothing.
            let _: Pending<()> = self.ask(Request::GatherNames);
        }
    }

    /// The paths of what is patched now, or was ever patched; those of the script under both of its
    /// names.
    #[must_use]
    pub fn patched_names(&self, which: Patched) -> Vec<String> {
        self.worker.patched_names(which)
    }
}
