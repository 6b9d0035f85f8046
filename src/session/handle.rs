//! The handle through which everybody makes requests.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::closing::Closing;
use super::listed::Listed;
use super::pending::{Pending, ticket, worker_ended};
use super::worker::{Job, Worker};
use crate::counts::CounterId;
use crate::cpython::{SignalledThread, ensure_memory, running_version};
use crate::error::{Error, Result};
use crate::measures::Costs;
use crate::protocol::{
    Among, CallReport, Disassembly, Event, Interruption, IntervalReport, PatchRequest, Pattern,
    PutBack, Recorders, Remembered, Renewal, Reply, Report, Request, Reset, Row, Sample, Scope,
    Side, Statistics, Verifications,
};

/// A handle on the running worker.
#[derive(Clone)]
pub struct Session {
    requests: Sender<Job>,
    pub(super) worker: Arc<Worker>,
    started: Instant,
    costs: Costs,
    /// Disconnected when the worker has ended.
    ended: Receiver<()>,
}

impl Session {
    /// Starts the worker thread, and waits until it runs. The interpreter must be initialised;
    /// `main_thread` is that of the program.
    ///
    /// # Errors
    /// If this Python is not supported, or there is no memory or no thread.
    pub fn start(costs: Costs, main_thread: SignalledThread) -> Result<Self> {
        ensure_memory(0)?;
        let worker = Worker::new(running_version()?, costs, main_thread);
        let (requests, queue) = unbounded();
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
            requests,
            started: worker.started,
            costs,
            worker,
            ended,
        })
    }

    /// The time since the start.
    #[must_use]
    pub fn run_time(&self) -> Duration {
        self.started.elapsed()
    }

    /// What events cost the program.
    #[must_use]
    pub fn costs(&self) -> Costs {
        self.costs
    }

    /// Makes a request.
    pub(super) fn ask<T: TryFrom<Reply, Error = Error>>(&self, request: Request) -> Pending<T> {
        let (ticket, pending) = ticket();
        // A worker that has ended drops the ticket, so the caller that waits for the answer notices.
        let _ = self.requests.send((request, ticket));
        pending
    }

    /// Sets the one who is told of events, on the worker's thread.
    pub fn listen(&self, tell: impl Fn(Event) + Send + Sync + 'static) {
        self.worker.listener.set(tell);
    }

    /// The callables of a scope with their counts, by path. Each pattern must match something.
    #[must_use]
    pub fn rows(&self, scope: Scope) -> Pending<Vec<Row>> {
        self.ask(Request::Rows(scope))
    }

    /// Like [`Self::rows`], but a pattern may match nothing.
    #[must_use]
    pub fn rows_if_any(&self, scope: Scope) -> Pending<Vec<Row>> {
        self.ask(Request::RowsIfAny(scope))
    }

    /// Whether the program is in the middle of an import.
    #[must_use]
    pub fn is_importing(&self) -> Pending<bool> {
        self.ask(Request::IsImporting)
    }

    /// The callables of a scope, for repeated counting, with their first counts. Each pattern must
    /// match something.
    #[must_use]
    pub fn list(&self, scope: Scope) -> Pending<Sample> {
        self.ask(Request::List(scope))
    }

    /// Their current counts. The list of callables may have been renewed.
    #[must_use]
    pub fn sample(&self, listed: &Listed, renewal: Renewal) -> Pending<Sample> {
        self.ask(Request::Sample(listed.id().clone(), renewal))
    }

    /// The rows of each pattern, possibly none, from one pass over the program.
    #[must_use]
    pub fn rows_by_pattern(&self, patterns: Vec<Pattern>) -> Pending<Vec<Vec<Row>>> {
        self.ask(Request::RowsByPattern(patterns))
    }

    /// Patches callables. The answer has an outcome for each callable that was reached.
    #[must_use]
    pub fn patch(&self, request: PatchRequest) -> Pending<Report> {
        self.ask(Request::Patch(request))
    }

    /// What was recorded of callables that are or were patched, by path.
    #[must_use]
    pub fn call_reports(&self, counters: Vec<CounterId>) -> Pending<Vec<CallReport>> {
        self.ask(Request::CallReports(counters))
    }

    /// Begins an interval in which patched callables are measured.
    #[must_use]
    pub fn begin_interval(&self, counters: Vec<CounterId>) -> Pending<()> {
        self.ask(Request::BeginInterval(counters))
    }

    /// Ends it: what was recorded in it. From now on only what is given here is recorded; nothing takes
    /// the patch off.
    #[must_use]
    pub fn end_interval(
        &self,
        callables: Vec<(CounterId, Option<Recorders>)>,
    ) -> Pending<IntervalReport> {
        self.ask(Request::EndInterval(callables))
    }

    /// Unpatches callables.
    #[must_use]
    pub fn unpatch(&self, patterns: Vec<Pattern>) -> Pending<Report> {
        self.ask(Request::Unpatch(patterns))
    }

    /// Unpatches everything, and removes all lazy patterns.
    #[must_use]
    pub fn unpatch_all(&self) -> Pending<Report> {
        self.ask(Request::UnpatchAll)
    }

    /// Patches what another session has remembered: now, or when it is imported.
    #[must_use]
    pub fn put_back(&self, remembered: Remembered) -> Pending<PutBack> {
        self.ask(Request::PutBack(remembered))
    }

    /// Compares what was ever patched, or what of it the patterns match, with its state before.
    #[must_use]
    pub fn verify(&self, patterns: Vec<Pattern>) -> Pending<Verifications> {
        self.ask(Request::Verify(patterns))
    }

    /// The number of removed patched code objects that calls, running or suspended, still use.
    #[must_use]
    pub fn lingering_codes(&self) -> Pending<usize> {
        self.ask(Request::LingeringCodes)
    }

    /// What to type instead of a word that is not a command, if it is the name of callables in `among`.
    #[must_use]
    pub fn named(&self, pattern: Pattern, among: Among) -> Pending<Option<String>> {
        self.ask(Request::Named(pattern, among))
    }

    /// What to type instead of it, if it is similar to a name in the program's own code.
    #[must_use]
    pub fn like(&self, pattern: Pattern) -> Pending<Option<String>> {
        self.ask(Request::Like(pattern))
    }

    /// Disassembles callables.
    #[must_use]
    pub fn disassemble(&self, patterns: Vec<Pattern>, side: Side) -> Pending<Vec<Disassembly>> {
        self.ask(Request::Disassemble(patterns, side))
    }

    /// The session in numbers.
    #[must_use]
    pub fn statistics(&self, scope: Scope) -> Pending<Statistics> {
        self.ask(Request::Statistics(scope))
    }

    /// Sets what was recorded of everything that was ever patched in a scope to zero. Rates continue, and the
    /// calls, which the program counts itself, stay.
    #[must_use]
    pub fn reset(&self, scope: Scope) -> Pending<Reset> {
        self.ask(Request::Reset(scope))
    }

    /// Sets the budget for all patches, in percent of a core; `None` removes it.
    #[must_use]
    pub fn set_budget(&self, percent: Option<f64>) -> Pending<()> {
        self.ask(Request::SetBudget(percent))
    }

    /// Sends SIGINT to the program's main thread while no other thread runs Python; none if it was cancelled
    /// before.
    #[must_use]
    pub fn interrupt(&self) -> Pending<Option<Interruption>> {
        self.ask(Request::Interrupt)
    }

    /// Undoes every patch and ends the worker. All other handles must have been dropped.
    #[must_use]
    pub fn close(self) -> Closing {
        Closing::new(self.unpatch_all(), self.ended)
    }
}
