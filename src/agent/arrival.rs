//! What a thread of the program imports or defines, patched at once if a lazy pattern matches it.
//!
//! The importing thread patches a module before its import statement ends, and the script what it
//! defines before its next statement, so that no later call is missed. These threads work in
//! slices, as the worker thread does, and never wait for it: the worker may itself be waiting for that
//! import.

use std::cell::RefCell;

use super::lazy::LazyPattern;
use super::progress::Progress;
use super::worker::Worker;
use crate::cpython::{Gil, holds_callables, is_imported, without_gil};
use crate::error::Result;
use crate::protocol::{Outcome, SCRIPT};

/// What was imported or defined.
pub(super) enum Arrival {
    /// A module of this name.
    Module(String),
    /// A name that the script has bound.
    Definition(String),
}

impl Arrival {
    /// The module that was imported, or in which the name was bound.
    pub(super) fn module(&self) -> &str {
        match self {
            Self::Module(name) => name,
            Self::Definition(_) => SCRIPT,
        }
    }
}

impl Worker {
    /// Called in the thread that has imported a module.
    pub(super) fn imported(&self, gil: Gil<'_>, module: &str) {
        let arrival = Arrival::Module(module.to_owned());
        if !self.lazy.meaning(&arrival).is_empty() {
            self.arrived(gil, arrival);
        }
    }

    /// Called in the thread in which the script has bound a name.
    pub(super) fn defined(&self, gil: Gil<'_>, name: &str) {
        let arrival = Arrival::Definition(name.to_owned());
        let meaning = self.lazy.meaning(&arrival);
        // A path can lead through an object of any kind. With wildcards, most of what a script
        // binds in its loops does not matter.
        let is_named = || meaning.iter().any(|lazy| !lazy.pattern.is_wildcard());
        if !meaning.is_empty() && (is_named() || holds_callables(gil, SCRIPT, name)) {
            self.arrived(gil, arrival);
        }
    }

    /// Patches what lazy patterns match in an arrival of this thread.
    fn arrived(&self, gil: Gil<'_>, arrival: Arrival) {
        thread_local! {
            /// The arrivals that this thread still has to patch: the program's code that runs
            /// meanwhile (a module's `__getattr__`, a `__del__`) may import more.
            static ARRIVED: RefCell<Option<Vec<Arrival>>> = const { RefCell::new(None) };
        }
        let is_patching = ARRIVED.with_borrow_mut(|arrived| {
            let is_patching = arrived.is_some();
            arrived.get_or_insert_default().push(arrival);
            is_patching
        });
        if is_patching {
            return;
        }
        let next = || ARRIVED.with_borrow_mut(|arrived| arrived.as_mut()?.pop());
        without_gil(gil, || {
            while let Some(arrival) = next() {
                self.patch_meant(&arrival);
            }
        });
        ARRIVED.take();
    }

    /// Patches what lazy patterns match in an arrival.
    fn patch_meant(&self, arrival: &Arrival) {
        let in_progress = self.lazy.in_progress.read();
        // Patterns that were removed meanwhile do not match any more.
        for lazy in self.lazy.meaning(arrival) {
            let finding = lazy.record(self.patch_arrived(arrival, &lazy));
            self.changes.of_finding(finding, lazy.is_pending());
        }
        drop(in_progress);
        self.tell_changes();
    }

    fn patch_arrived(&self, arrival: &Arrival, lazy: &LazyPattern) -> Result<Vec<Outcome>> {
        // A module that was loaded by hand may not be found, and one in a circular import has not
        // finished yet.
        if !self.slice(|gil, _| is_imported(gil, arrival.module())) {
            return Ok(Vec::new());
        }
        let progress = Progress::default();
        let selected = self.select_in(&progress, arrival, &lazy.pattern)?;
        self.patch_each(
            &progress,
            lazy.within_limit(selected, arrival)?,
            lazy.wanted,
        )
    }
}
