//! Floor 2, the state of the patched process: its callables, the patches, their counters, and the
//! worker thread that applies them.
//!
//! A [`Session`] is a handle. A request returns a [`Pending`] answer, so that the caller can wait
//! for it together with a key, a signal or a deadline. This room knows no terminal, and not how the
//! interpreter was started.

mod arrival;
mod budget;
mod cost;
mod disassembly;
mod fairness;
mod history;
mod holds;
mod in_flight;
mod lazy;
mod lingering;
mod name_index;
mod names;
mod order;
mod patch;
mod patches;
mod patching;
mod pattern;
mod pending;
mod remembered;
mod request;
mod roll;
mod rows;
mod selection;
mod shares;
mod statistics;
mod suggestions;
mod survey;
mod unpatching;
mod verification;
mod worker;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};

pub use budget::{Budget, Overspending};
pub use cost::{core_share, per_second};
pub use disassembly::{Disassembly, Instruction, Listing, ProtectedRange, Side};
pub use history::{History, Totals};
pub use holds::HoldTimes;
pub use lazy::{Pendency, PendingPattern};
pub use name_index::{Patched, Reason};
pub use names::{ModuleNames, Names};
pub use order::Sort;
pub use patch::{Place, State};
pub use patching::{Change, Outcome};
pub use pattern::Pattern;
pub use pending::{Pending, Progress, worker_ended};
pub use remembered::{PutBack, Remembered, RememberedPattern};
pub use request::{PatchRequest, Report};
#[cfg(test)]
pub(crate) use roll::testing;
pub use roll::{Renewal, Roll, Tally};
pub use rows::{Row, Scope};
pub use shares::{Counted, Share};
pub use statistics::{PatchStatistics, Reset, Statistics};
pub use suggestions::Among;
pub use verification::{CodeCopy, Verification, Verifications};

pub use crate::counts::{Process, Processes};
pub use crate::cpython::Frame;
use crate::cpython::{ensure_memory, running_version};
use crate::error::{Error, Result};
use worker::{Job, Worker, job};

/// A handle on the running worker.
#[derive(Clone)]
pub struct Session {
    jobs: Sender<Job>,
    worker: Arc<Worker>,
    /// Disconnected when the worker has ended.
    ended: Receiver<()>,
}

impl Session {
    /// Starts the worker thread, and waits until it runs. The interpreter must be initialised; `hook_cost`
    /// is the cost of a hit in nanoseconds.
    ///
    /// # Errors
    /// If this Python is not supported, or there is no memory or no thread.
    pub fn start(hook_cost: f64) -> Result<Self> {
        ensure_memory(0)?;
        let worker = Worker::new(running_version()?, hook_cost);
        let (jobs, queue) = unbounded();
        let (alive, ended) = bounded(0);
        thread::Builder::new()
            .name("instrsh-worker".into())
            .spawn({
                let worker = Arc::clone(&worker);
                move || {
                    // This fails if nobody waits for the start.
                    let _ = alive.send(());
                    worker.run(&queue);
                    drop(alive);
                }
            })
            .map_err(|error| Error::system("cannot start the worker thread", &error))?;
        // A thread needs memory to start, and without it ends the process.
        ended.recv().map_err(|_| worker_ended())?;
        Ok(Self {
            jobs,
            worker,
            ended,
        })
    }

    /// The time since the start; does not involve the worker.
    #[must_use]
    pub fn run_time(&self) -> Duration {
        self.worker.started.elapsed()
    }

    /// The cost of a hit in nanoseconds; does not involve the worker.
    #[must_use]
    pub fn hook_cost(&self) -> f64 {
        self.worker.hook_cost
    }

    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Worker, &Progress) -> Result<T> + Send + 'static,
    ) -> Pending<T> {
        let (job, pending) = job(work);
        // A worker that has ended drops the job, and with it the sender of the answer, so the
        // caller that waits for the answer notices.
        let _ = self.jobs.send(job);
        pending
    }

    /// Runs a closure in one slice, while no other thread runs Python.
    #[must_use]
    pub fn while_held<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Pending<T> {
        self.ask(move |worker, _| Ok(worker.slice(|_, _| work())))
    }

    /// The callables of a scope with their counts, by path. Each pattern must match something.
    #[must_use]
    pub fn rows(&self, scope: Scope) -> Pending<Vec<Row>> {
        self.ask(move |worker, progress| worker.rows_of_each(progress, &scope))
    }

    /// Like [`Self::rows`], but a pattern may match nothing.
    #[must_use]
    pub fn rows_if_any(&self, scope: Scope) -> Pending<Vec<Row>> {
        self.ask(move |worker, progress| worker.rows(progress, &scope, worker.script().as_deref()))
    }

    /// Whether the program is in the middle of an import.
    #[must_use]
    pub fn is_importing(&self) -> Pending<bool> {
        self.ask(Worker::is_importing)
    }

    /// The callables of a scope, for repeated counting, with their first counts. Each pattern must
    /// match something.
    #[must_use]
    pub fn roll(&self, scope: Scope) -> Pending<(Arc<Roll>, Tally)> {
        self.ask(move |worker, progress| worker.call_roll(progress, &scope))
    }

    /// Their current counts. The list of callables may have been renewed.
    #[must_use]
    pub fn roll_again(&self, roll: Arc<Roll>, renewal: Renewal) -> Pending<(Arc<Roll>, Tally)> {
        self.ask(move |worker, progress| worker.call_roll_again(progress, roll, renewal))
    }

    /// The rows of each pattern, possibly none, from one pass over the program.
    #[must_use]
    pub fn rows_by_pattern(&self, patterns: Vec<Pattern>) -> Pending<Vec<Vec<Row>>> {
        self.ask(move |worker, progress| worker.rows_by_pattern(progress, &patterns))
    }

    /// Patches callables. The answer has an outcome for each callable that was reached.
    #[must_use]
    pub fn patch(&self, request: PatchRequest) -> Pending<Report> {
        self.ask(move |worker, progress| worker.patch(progress, &request))
    }

    /// Unpatches callables.
    #[must_use]
    pub fn unpatch(&self, patterns: Vec<Pattern>) -> Pending<Report> {
        self.ask(move |worker, progress| worker.unpatch(progress, &patterns))
    }

    /// Unpatches everything, and removes all lazy patterns.
    #[must_use]
    pub fn unpatch_all(&self) -> Pending<Report> {
        self.ask(Worker::unpatch_all)
    }

    /// The pending patterns within a scope; does not involve the worker.
    #[must_use]
    pub fn pending_patterns(&self, scope: &Scope) -> Vec<PendingPattern> {
        self.worker.lazy.pending(scope)
    }

    /// What is patched and pending, for another session; does not involve the worker.
    #[must_use]
    pub fn remembered(&self) -> Remembered {
        self.worker.remembered()
    }

    /// Patches what another session has remembered: now, or when it is imported.
    #[must_use]
    pub fn put_back(&self, remembered: Remembered) -> Pending<PutBack> {
        self.ask(move |worker, progress| worker.put_back(progress, &remembered))
    }

    /// Compares what was ever patched, or what of it the patterns match, with its state before.
    #[must_use]
    pub fn verify(&self, patterns: Vec<Pattern>) -> Pending<Verifications> {
        self.ask(move |worker, progress| worker.verify(progress, &patterns))
    }

    /// The number of removed patched code objects that calls, running or suspended, still use.
    #[must_use]
    pub fn lingering_codes(&self) -> Pending<usize> {
        self.ask(Worker::lingering_codes)
    }

    /// What to type instead of a word that is not a command, if it is the name of callables in `among`.
    #[must_use]
    pub fn named(&self, pattern: Pattern, among: Among) -> Pending<Option<String>> {
        self.ask(move |worker, progress| worker.named(progress, &pattern, among))
    }

    /// What to type instead of it, if it is similar to a name in the program's own code.
    #[must_use]
    pub fn like(&self, pattern: Pattern) -> Pending<Option<String>> {
        self.ask(move |worker, _| Ok(worker.like(&pattern)))
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

    /// Sets the hits of everything that was ever patched in a scope to zero. Rates continue, and the
    /// calls, which the program counts itself, stay.
    #[must_use]
    pub fn reset(&self, scope: Scope) -> Pending<Reset> {
        self.ask(move |worker, progress| worker.reset(progress, &scope))
    }

    /// Sets the budget for all patches, in percent of a core; `None` removes it.
    #[must_use]
    pub fn set_budget(&self, percent: Option<f64>) -> Pending<()> {
        self.ask(move |worker, _| {
            worker.set_budget(percent);
            Ok(())
        })
    }

    /// The budget, if there is one; does not involve the worker.
    #[must_use]
    pub fn budget(&self) -> Option<Budget> {
        self.worker.keeper.budget()
    }

    /// Sets the callback for the budget, which runs on the worker's thread.
    pub fn tell_of_overspending(&self, tell: impl Fn(&Overspending) + Send + Sync + 'static) {
        self.worker.keeper.tell_by(tell);
    }

    /// The hits so far of all installed patches; does not involve the worker.
    #[must_use]
    pub fn hits_in_place(&self) -> u64 {
        self.worker.hits_in_place()
    }

    /// The names that can be typed, as last collected; waits up to `patience` for a pass that is
    /// under way. Does not involve the worker.
    #[must_use]
    pub fn names(&self, patience: Duration) -> Arc<Names> {
        self.worker.board.names(patience)
    }

    /// Requests a new collection of names in the background. Except for a new line, it happens only
    /// if it costs the program next to nothing.
    pub fn refresh_names(&self, reason: Reason) {
        if self.worker.board.ask(reason) {
            // A worker that has ended collects nothing.
            let _ = self.jobs.send(Box::new(|_| {}));
        }
    }

    /// Sets the callback for changed names, which runs on the worker's thread.
    pub fn tell_of_names(&self, tell: impl Fn() + Send + Sync + 'static) {
        self.worker.board.tell_by(tell);
    }

    /// The paths of what is patched now, or was ever patched; those of the script under both of its
    /// names. Does not involve the worker.
    #[must_use]
    pub fn patched_names(&self, which: Patched) -> Vec<String> {
        self.worker.patched_names(which)
    }

    /// Undoes every patch and ends the worker. All other handles must have been dropped.
    #[must_use]
    pub fn close(self) -> Closing {
        Closing {
            undone: self.unpatch_all(),
            ended: self.ended,
        }
    }
}

/// A session that is closing.
pub struct Closing {
    undone: Pending<Report>,
    ended: Receiver<()>,
}

impl Closing {
    /// Waits until every patch is undone and the worker has ended, as long as there is progress;
    /// false if there is none for the given time because the program holds the GIL.
    #[must_use]
    pub fn is_done_within(&self, patience: Duration) -> bool {
        loop {
            let before = self.undone.progress.steps();
            match self.ended.recv_timeout(patience) {
                Err(RecvTimeoutError::Disconnected) => return true,
                _ if self.undone.progress.steps() == before => return false,
                _ => {}
            }
        }
    }

    /// The outcome, once everything is done.
    ///
    /// # Errors
    /// If the patches could not be undone.
    pub fn outcome(self) -> Result<Report> {
        self.undone.wait()
    }
}
