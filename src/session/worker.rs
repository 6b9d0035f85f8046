//! The worker thread: takes requests from a channel and does them, one after the other.
//!
//! It takes the interpreter in slices, so that the target is never held for long in one piece, and
//! does what needs no interpreter (rewriting bytecode) between them.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};

use super::patch::Patches;
use super::pending::{Pending, Progress};
use crate::bytecode::Version;
use crate::cpython::{CodeObject, Gil, with_gil_uncollected};
use crate::error::{Error, Result};

/// A slice ends with the first step beyond this; a step is a function or
/// an entry of a namespace.
const SLICE: Duration = Duration::from_micros(300);

/// A request: what the worker does next.
pub(super) type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// What the worker thread owns, and what it shares with those who ask.
pub(super) struct Worker {
    pub(super) version: Version,
    pub(super) started: Instant,
    pub(super) patches: Arc<Patches>,
    /// The longest time that the interpreter was held in one piece.
    pub(super) longest_hold: Cell<Duration>,
    /// Patched code objects that were taken out and may be used still.
    pub(super) lingering: Vec<CodeObject>,
    /// Nanoseconds per hit.
    pub(super) hook_cost: f64,
}

/// A piece of time with the interpreter held.
pub(super) struct Slice(Instant);

impl Slice {
    pub(super) fn is_over(&self) -> bool {
        self.0.elapsed() >= SLICE
    }
}

/// A job and the answer that it will give.
pub(super) fn job<T: Send + 'static>(
    work: impl FnOnce(&mut Worker, &Progress) -> Result<T> + Send + 'static,
) -> (Job, Pending<T>) {
    let (sender, reply) = bounded(1);
    let progress = Arc::new(Progress::default());
    let pending = Pending {
        reply,
        progress: Arc::clone(&progress),
    };
    let job = Box::new(move |worker: &mut Worker| {
        // Nobody waits any more if the shell gave up on the answer; that is its right.
        let _ = sender.send(work(worker, &progress));
    });
    (job, pending)
}

impl Worker {
    /// A worker that has patched nothing yet.
    pub(super) fn new(version: Version, patches: Arc<Patches>, hook_cost: f64) -> Self {
        let started = Instant::now();
        Self {
            version,
            started,
            patches,
            longest_hold: Cell::new(Duration::ZERO),
            lingering: Vec::new(),
            hook_cost,
        }
    }

    /// Works until nobody can ask any more.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        for job in jobs {
            job(&mut self);
        }
    }

    /// Holds the interpreter for one slice.
    pub(super) fn slice<T>(&self, work: impl FnOnce(Gil<'_>, &Slice) -> T) -> T {
        with_gil_uncollected(|gil| {
            let slice = Slice(Instant::now());
            let result = work(gil, &slice);
            self.longest_hold
                .set(self.longest_hold.get().max(slice.0.elapsed()));
            result
        })
    }

    /// Runs `step` until it says that there is no more to do, holding the interpreter for as many
    /// steps as fit into a slice, and gives all that the steps put into their lists. Ends early,
    /// without an error, when the work was cancelled.
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
                let mut piece = Vec::new();
                while is_more && !slice.is_over() {
                    is_more = step(gil, &mut piece)?;
                }
                Ok::<_, Error>(piece)
            })?;
            // A long list grows without the interpreter: to move it takes longer than a slice.
            all.extend(piece);
        }
        Ok(all)
    }

    /// Runs `step` on each item, holding the interpreter for as many items as fit into a slice.
    /// Ends early, without an error, when the work was cancelled.
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
        if items.peek().is_none() {
            return Ok(());
        }
        let step = |gil: Gil<'_>, _: &mut Vec<()>| {
            if let Some(item) = items.next() {
                step(gil, item)?;
                progress.step();
            }
            Ok(items.peek().is_some())
        };
        self.gather(progress, step).map(drop)
    }
}
