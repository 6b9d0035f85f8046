//! Floor 2, what is known of a process: its callables, the patches, their counters, and the worker
//! thread that applies them.
//!
//! A [`Session`] is a handle: it asks the worker and gets a [`Pending`] answer, so that whoever asks
//! can wait for it together with a key, a signal or a deadline. It knows no terminal, and not how
//! the interpreter was started.

mod disassembly;
mod names;
mod patch;
mod patching;
mod pattern;
mod pending;
mod rows;
mod selection;
mod statistics;
mod unpatching;
mod worker;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

pub use disassembly::{Disassembly, Instruction, Listing, ProtectedRange, Side};
pub use patch::State;
pub use patching::{Change, Outcome, PatchRequest};
pub use pattern::Pattern;
pub use pending::{Pending, Progress, worker_ended};
pub use rows::{Row, Scope};
pub use statistics::{PatchStatistics, Statistics};

use crate::cpython::{running_version, with_gil};
use crate::error::{Error, Result};
use patch::Patches;
use worker::{Job, LongestHold, Worker, job};

/// A running worker, and the way to ask it.
pub struct Session {
    jobs: Sender<Job>,
    /// Disconnected when the worker has ended.
    ended: Receiver<()>,
}

impl Session {
    /// Starts the worker thread. The interpreter must be initialised.
    ///
    /// # Errors
    /// If the engine does not know this Python, or no thread can be started.
    pub fn start() -> Result<Self> {
        let worker = Worker {
            version: with_gil(running_version)?,
            started: Instant::now(),
            patches: Arc::new(Patches::default()),
            longest_hold: Arc::new(LongestHold::default()),
            hook_cost: None,
        };
        let (jobs, queue) = unbounded();
        let (alive, ended) = bounded(0);
        thread::Builder::new()
            .name("instrsh-worker".into())
            .spawn(move || {
                worker.run(&queue);
                drop(alive);
            })
            .map_err(|error| Error::new(format!("cannot start the worker thread: {error}")))?;
        Ok(Self { jobs, ended })
    }

    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Worker, &Progress) -> Result<T> + Send + 'static,
    ) -> Pending<T> {
        let (job, pending) = job(work);
        // A worker that has ended drops the job, and with it the sender of the answer: whoever
        // waits for the answer learns it there.
        let _ = self.jobs.send(job);
        pending
    }

    /// The callables of a scope with their counts, by path. Each pattern must match something.
    #[must_use]
    pub fn rows(&self, scope: Scope) -> Pending<Vec<Row>> {
        self.ask(move |worker, progress| worker.rows_of_each(progress, &scope))
    }

    /// The same, but a pattern may match nothing.
    #[must_use]
    pub fn rows_if_any(&self, scope: Scope) -> Pending<Vec<Row>> {
        self.ask(move |worker, progress| worker.rows(progress, &scope))
    }

    /// Patches callables. The answer says for each what was done; if the work was cancelled, for
    /// those that were reached.
    #[must_use]
    pub fn patch(&self, request: PatchRequest) -> Pending<Vec<Outcome>> {
        self.ask(move |worker, progress| worker.patch(progress, &request))
    }

    /// Unpatches callables.
    #[must_use]
    pub fn unpatch(&self, patterns: Vec<Pattern>) -> Pending<Vec<Outcome>> {
        self.ask(move |worker, progress| worker.unpatch(progress, &patterns))
    }

    /// Unpatches all.
    #[must_use]
    pub fn unpatch_all(&self) -> Pending<Vec<Outcome>> {
        self.ask(|worker, progress| worker.unpatch_all(progress))
    }

    /// Disassembles callables.
    #[must_use]
    pub fn disassemble(&self, patterns: Vec<Pattern>, side: Side) -> Pending<Vec<Disassembly>> {
        self.ask(move |worker, progress| worker.disassemble(progress, &patterns, side))
    }

    /// The session in numbers.
    #[must_use]
    pub fn statistics(&self, scope: Scope) -> Pending<Statistics> {
        self.ask(move |worker, progress| worker.statistics(progress, &scope))
    }

    /// The names of loaded callables that start with `prefix`, for completion; nothing is imported.
    #[must_use]
    pub fn names(&self, prefix: String) -> Pending<Vec<String>> {
        self.ask(move |worker, progress| worker.names(progress, &prefix))
    }

    /// The same, of what is patched only.
    #[must_use]
    pub fn patched_names(&self, prefix: String) -> Pending<Vec<String>> {
        self.ask(move |worker, _| Ok(worker.patched_names(&prefix)))
    }

    /// Undoes every patch and ends the worker, waiting `patience` at most.
    ///
    /// # Errors
    /// If that was not enough, because the target never lets go of the interpreter.
    pub fn close(self, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        let undone = self.unpatch_all();
        drop(self.jobs);
        let outcome = undone.reply.recv_deadline(deadline);
        let ended = self.ended.recv_deadline(deadline);
        match (outcome, ended) {
            (Ok(outcome), Err(crossbeam_channel::RecvTimeoutError::Disconnected)) => {
                outcome.map(drop)
            }
            _ => Err(Error::new(
                "the patches could not be undone in time: the target holds the interpreter",
            )),
        }
    }
}
