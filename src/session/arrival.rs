//! What comes into the program by one of its threads, and is patched there at once if a lazy pattern
//! means it.
//!
//! The thread that imports a module patches it before its import statement ends, and the script what
//! it defines before its next statement, so that no later call is missed. They work as the worker
//! thread does, in slices, and wait for nobody: the worker may be waiting for that very import.

use std::cell::RefCell;

use super::lazy::LazyPattern;
use super::patching::Outcome;
use super::pending::Progress;
use super::worker::Worker;
use crate::cpython::{Gil, SCRIPT, holds_callables, is_imported, without_gil};
use crate::error::Result;

/// What has come into the program.
pub(super) enum Arrival {
    /// A module of this name was imported.
    Module(String),
    /// The script has bound this name.
    Definition(String),
}

impl Arrival {
    /// The module that it came into or is.
    pub(super) fn module(&self) -> &str {
        match self {
            Self::Module(name) => name,
            Self::Definition(_) => SCRIPT,
        }
    }
}

impl Worker {
    /// This thread has imported a module.
    pub(super) fn imported(&self, gil: Gil<'_>, module: &str) {
        let arrival = Arrival::Module(module.to_owned());
        if !self.lazy.meaning(&arrival).is_empty() {
            self.arrived(gil, arrival);
        }
    }

    /// The script has bound a name, in this thread.
    pub(super) fn defined(&self, gil: Gil<'_>, name: &str) {
        let arrival = Arrival::Definition(name.to_owned());
        let meaning = self.lazy.meaning(&arrival);
        // A path can lead through an object of any kind. To wildcards, what a script binds in its
        // loops is mostly nothing.
        let is_named = || meaning.iter().any(|lazy| !lazy.pattern.is_wildcard());
        if !meaning.is_empty() && (is_named() || holds_callables(gil, SCRIPT, name)) {
            self.arrived(gil, arrival);
        }
    }

    /// Patches what lazy patterns mean in what has come by this thread.
    fn arrived(&self, gil: Gil<'_>, arrival: Arrival) {
        thread_local! {
            /// What this thread is to patch, while it is patching: code of the target that it runs,
            /// a module's `__getattr__` or the `__del__` of what it frees, may import more.
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

    /// Patches what lazy patterns mean in what has come.
    fn patch_meant(&self, arrival: &Arrival) {
        let in_progress = self.lazy.in_progress.read();
        // Those that were taken back before are not meant any more.
        for lazy in self.lazy.meaning(arrival) {
            lazy.record(self.patch_arrived(arrival, &lazy));
        }
        drop(in_progress);
    }

    fn patch_arrived(&self, arrival: &Arrival, lazy: &LazyPattern) -> Result<Vec<Outcome>> {
        // Loaded by hand, it may have no place where it can be found; and a module that takes part in
        // a circle of imports has not finished yet.
        if !self.slice(|gil, _| is_imported(gil, arrival.module())) {
            return Ok(Vec::new());
        }
        let progress = Progress::default();
        let selected = self.select_in(&progress, arrival, &lazy.pattern)?;
        self.patch_each(&progress, lazy.within_limit(selected, arrival)?)
    }
}
