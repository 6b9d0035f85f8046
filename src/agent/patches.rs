//! The records of everything that was ever patched.

use std::cmp::Ordering;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::patch::Patch;
use crate::counts::{CounterId, Meter};
use crate::cpython::{Function, FunctionId, Gil};
use crate::error::Result;
use crate::protocol::{Kind, State, SymbolPath};

/// Every callable that was ever patched.
#[derive(Default)]
pub(super) struct Patches(Mutex<Records>);

/// Trees, since growing a hash table of many thousands would hold the GIL for the whole move.
#[derive(Default)]
struct Records {
    /// All records. A reloaded module has other functions at the same paths.
    all: BTreeSet<Record>,
    /// The identity of a dead function can be reused.
    by_function: BTreeMap<FunctionId, Arc<Patch>>,
    /// Records that used to be the newest of their paths.
    superseded: VecDeque<Record>,
    /// How many were ever added.
    added: u32,
}

/// A record among others, ordered by path and age.
#[derive(Clone)]
struct Record(Arc<Patch>);

impl Record {
    fn key(&self) -> (&SymbolPath, u32) {
        (&self.0.path, self.0.number)
    }

    /// Whether both have the same path.
    fn is_namesake(&self, other: &Self) -> bool {
        self.0.path == other.0.path
    }
}

impl Ord for Record {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Record {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Record {}

impl Patches {
    fn lock(&self) -> MutexGuard<'_, Records> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record of one function. The identity of a dead function can be reused by one that has no
    /// record.
    pub(super) fn of(&self, gil: Gil<'_>, function: FunctionId) -> Option<Arc<Patch>> {
        let patch = self.lock().by_function.get(&function).cloned()?;
        patch.function(gil).is_some().then_some(patch)
    }

    /// The identity of the counter of a function that lives.
    pub(super) fn counter_of(&self, function: FunctionId) -> Option<CounterId> {
        let records = self.lock();
        let patch = records.by_function.get(&function);
        patch.map(|patch| patch.counter.id())
    }

    /// Whether our patched code object is installed in a function.
    pub(super) fn is_in_place(&self, gil: Gil<'_>, function: FunctionId) -> bool {
        let patch = self.of(gil, function);
        patch.is_some_and(|patch| patch.state(gil) == State::Patched)
    }

    /// Every record, by path, then the oldest first.
    pub(super) fn all(&self) -> Vec<Arc<Patch>> {
        let records = self.lock();
        records
            .all
            .iter()
            .map(|record| Arc::clone(&record.0))
            .collect()
    }

    /// What each record counts, by the identity of its counter.
    pub(super) fn meters(&self) -> HashMap<CounterId, Meter<'static>> {
        let meters = self.all().into_iter().map(|patch| patch.meter());
        meters.map(|meter| (meter.id().counter, meter)).collect()
    }

    /// The newest record of each path, by path.
    pub(super) fn newest(&self) -> Vec<Arc<Patch>> {
        let mut newest = self.all();
        newest.dedup_by(|next, before| {
            let is_same = next.path == before.path;
            if is_same {
                std::mem::swap(next, before);
            }
            is_same
        });
        newest
    }

    /// The newest record of each function that has one. The function may be gone.
    pub(super) fn by_function(&self) -> BTreeMap<FunctionId, Arc<Patch>> {
        self.lock().by_function.clone()
    }

    /// Whether no other function was patched under the same path later.
    pub(super) fn is_newest(&self, patch: &Arc<Patch>) -> bool {
        let record = Record(Arc::clone(patch));
        let records = self.lock();
        let mut behind = records.all.range((Excluded(&record), Unbounded));
        !behind.next().is_some_and(|next| next.is_namesake(&record))
    }

    /// The paths of installed patches, sorted.
    pub(super) fn names_in_place(&self) -> Vec<String> {
        let newest = self.newest();
        let patched = newest.iter().filter(|patch| patch.is_instrumented());
        patched.map(|patch| patch.path.to_string()).collect()
    }

    fn take_number(&self) -> u32 {
        let mut records = self.lock();
        records.added = records.added.wrapping_add(1);
        records.added
    }

    /// Adds the record of a function that is about to be patched for the first time; also returns those
    /// that are forgotten.
    ///
    /// # Errors
    /// If the function cannot be read, or memory runs out.
    pub(super) fn add(
        &self,
        gil: Gil<'_>,
        path: &SymbolPath,
        kind: Kind,
        function: &Function,
    ) -> Result<(Arc<Patch>, Vec<Arc<Patch>>)> {
        let number = self.take_number();
        let added = Arc::new(Patch::new(gil, path.clone(), kind, number, function)?);
        let record = Record(Arc::clone(&added));
        let mut records = self.lock();
        let displaced = records.by_function.insert(added.id, Arc::clone(&added));
        let before = records.all.range(..&record).next_back();
        let former = before.filter(|before| before.is_namesake(&record)).cloned();
        records.superseded.extend(former);
        records.all.insert(record);
        let gone = records.forget_gone(gil);
        drop(records);
        // No lock is held any more when they are freed, which can run code of the program.
        drop(displaced);
        Ok((added, gone))
    }
}

impl Records {
    /// Forgets functions that are gone if others were patched under the same paths later: a module
    /// that is reloaded again and again must not fill the memory. Checks two records, one more than
    /// were added.
    fn forget_gone(&mut self, gil: Gil<'_>) -> Vec<Arc<Patch>> {
        let mut gone = Vec::new();
        for _ in 0..2 {
            let Some(record) = self.superseded.pop_front() else {
                break;
            };
            if record.0.function(gil).is_some() {
                self.superseded.push_back(record);
                continue;
            }
            if let Entry::Occupied(entry) = self.by_function.entry(record.0.id)
                && Arc::ptr_eq(entry.get(), &record.0)
            {
                gone.push(entry.remove());
            }
            gone.extend(self.all.take(&record).map(|record| record.0));
            gone.push(record.0);
        }
        gone
    }
}
