//! The worker: takes requests from a channel and performs them on its thread, one after the other.
//!
//! It holds the GIL in slices, so that the program is never stopped for long, and does what does
//! not need the GIL (rewriting bytecode) between them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvError, RecvTimeoutError, Sender, TryRecvError};

use super::budget::Keeper;
use super::caches::Caches;
use super::changes::Changes;
use super::fairness;
use super::holds::Holds;
use super::lazy::Lazy;
use super::lingering::Lingering;
use super::names::{Board, Gathering};
use super::outbox::{Outbox, Owed};
use super::patches::Patches;
use super::progress::Progress;
use crate::bytecode::Version;
use crate::cpython::{
    Gil, ROOM, SignalledThread, beside_forks, ensure_memory, with_gil_uncollected,
};
use crate::error::{Error, Result};
use crate::measures::Costs;
use crate::protocol::{Interruption, Request};

/// A slice ends with the first step beyond this time; a step is a function or an entry of a
/// namespace.
pub(super) const SLICE: Duration = Duration::from_micros(300);

/// A list needs twice its memory to grow, and as much again for what is made of it.
const LIST_SHARE: usize = 4;

/// What the worker does next.
pub(super) enum Job {
    /// Serves a request and replies.
    Request(Owed, Request, Arc<Progress>),
    /// Sends SIGINT to a thread, unless that is no longer wanted, and tells the effect.
    Interrupt(SignalledThread, Sender<Option<Interruption>>, Arc<Progress>),
    /// Wakes the worker, which collects names when it is idle.
    CollectNames,
    /// Makes a terminal the program's standard input, and replies.
    OpenInput(Owed, PathBuf),
    /// Leaves out of Python's reports what the shell causes when it leaves, and replies.
    LeaveOutInterrupts(Owed),
    /// Asks for the GIL, so that Python looks for what it is to do.
    Attend,
    /// Undoes everything: the shell is gone.
    Undo,
}

/// The state of the worker thread, shared with threads of the program that import what a lazy
/// pattern matches.
pub(super) struct Worker {
    /// A handle on itself, for the watch over imports.
    pub(super) this: Weak<Self>,
    pub(super) facts: Facts,
    pub(super) patches: Patches,
    pub(super) lazy: Lazy,
    pub(super) board: Board,
    pub(super) keeper: Keeper,
    pub(super) outbox: Outbox,
    pub(super) changes: Changes,
    pub(super) caches: Caches,
    lingering: Mutex<Vec<Lingering>>,
    pub(super) holds: Holds,
}

/// What does not change.
pub(super) struct Facts {
    pub(super) version: Version,
    pub(super) started: Instant,
    /// What events cost.
    pub(super) costs: Costs,
}

/// A time slice in which the GIL is held.
pub(super) struct Slice(Instant);

impl Slice {
    pub(super) fn is_over(&self) -> bool {
        self.so_far() >= SLICE
    }

    pub(super) fn so_far(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Worker {
    /// A worker that has patched nothing yet.
    pub(super) fn new(version: Version, costs: Costs, outbox: Outbox) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: Weak::clone(this),
            facts: Facts {
                version,
                started: Instant::now(),
                costs,
            },
            patches: Patches::default(),
            lazy: Lazy::default(),
            board: Board::default(),
            keeper: Keeper::default(),
            outbox,
            changes: Changes::default(),
            caches: Caches::default(),
            lingering: Mutex::default(),
            holds: Holds::default(),
        })
    }

    /// Works until no handle is left. While there are no requests, the shell has no thread state,
    /// which `faulthandler` would show.
    pub(super) fn run(&self, jobs: &Receiver<Job>) {
        let Ok(first) = jobs.recv() else {
            return;
        };
        beside_forks(|| {
            let (mut next, mut gathering) = (Ok(first), None);
            while let Ok(job) = next {
                self.serve(job);
                next = self.next_job(jobs, &mut gathering);
            }
        });
    }

    /// Waits for the next request. Meanwhile it enforces the budget, and collects names.
    fn next_job(
        &self,
        jobs: &Receiver<Job>,
        gathering: &mut Option<Gathering>,
    ) -> std::result::Result<Job, RecvError> {
        loop {
            self.keep_budget();
            match jobs.try_recv() {
                Err(TryRecvError::Empty) if self.gather_names(gathering) => continue,
                Err(TryRecvError::Empty) => {}
                next => return next.map_err(|_| RecvError),
            }
            let Some(next_look) = self.keeper.next_look() else {
                return jobs.recv();
            };
            match jobs.recv_deadline(self.facts.started + next_look) {
                Err(RecvTimeoutError::Timeout) => {}
                next => return next.map_err(|_| RecvError),
            }
        }
    }

    /// Patched code objects that were removed and may still be in use.
    pub(super) fn lingering(&self) -> MutexGuard<'_, Vec<Lingering>> {
        self.lingering
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds the GIL for one slice.
    pub(super) fn slice<T>(&self, work: impl FnOnce(Gil<'_>, &Slice) -> T) -> T {
        let asked = Instant::now();
        let (result, waited, held) = with_gil_uncollected(|gil| {
            let slice = Slice(Instant::now());
            let result = work(gil, &slice);
            (result, slice.0 - asked, slice.so_far())
        });
        self.holds.add(held);
        fairness::held(waited, held);
        result
    }

    /// Runs `step` until it returns false, holding the GIL for as many steps as fit into a slice,
    /// and returns what the steps put into their lists. When cancelled, ends early without an
    /// error.
    ///
    /// # Errors
    /// The first error of a step, which ends the work.
    pub(super) fn gather<T>(
        &self,
        progress: &Progress,
        mut step: impl FnMut(Gil<'_>, &mut Vec<T>) -> Result<bool>,
    ) -> Result<Vec<T>> {
        let (mut all, mut is_more) = (Vec::new(), true);
        while is_more && !progress.is_cancelled() {
            let piece = self.slice(|gil, slice| {
                ensure_memory(ROOM)?;
                let mut piece = Vec::new();
                while is_more && !slice.is_over() {
                    is_more = step(gil, &mut piece)?;
                }
                Ok::<_, Error>(piece)
            })?;
            progress.slice();
            // A long list grows without the GIL: moving it takes longer than a slice.
            if piece.len() > all.capacity() - all.len() {
                ensure_memory(LIST_SHARE * all.len() * size_of::<T>())?;
            }
            all.extend(piece);
        }
        Ok(all)
    }

    /// Runs `step` on each item, holding the GIL for as many items as fit into a slice. When
    /// cancelled, ends early without an error.
    ///
    /// # Errors
    /// The first error of a step, which ends the work.
    pub(super) fn in_slices<T>(
        &self,
        progress: &Progress,
        items: impl IntoIterator<Item = T>,
        mut step: impl FnMut(Gil<'_>, T) -> Result<()>,
    ) -> Result<()> {
        let mut items = items.into_iter().peekable();
        while items.peek().is_some() && !progress.is_cancelled() {
            self.slice(|gil, slice| {
                while !slice.is_over()
                    && let Some(item) = items.next()
                {
                    step(gil, item)?;
                    progress.step();
                }
                Ok::<_, Error>(())
            })?;
            progress.slice();
        }
        Ok(())
    }
}
