//! The connection with an agent, and the requests that can be made over it.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

use super::afterwards::Counting;
use super::connection::Connection;
use super::ledger::{News, Patched};
use super::{Listed, Names, Pending, ProcessEnd};
use crate::counts::{CounterId, Memory, Processes};
use crate::error::{Error, Result};
use crate::measures::{Costs, Recorded, Source};
use crate::protocol::{
    Among, Budget, CallReport, Disassembly, Ending, Interruption, IntervalReport, PatchRequest,
    Pattern, PendingPattern, PutBack, Reason, Recorders, Remembered, Renewal, Reply, Report,
    Request, Reset, Rows, RowsRequest, Sample, Scope, Share, Side, Statistics, Summary, ToAgent,
    Verifications,
};

/// A handle on the connection with an agent.
#[derive(Clone)]
pub struct Session {
    connection: Arc<Connection>,
    counting: Counting,
    /// The name of the program.
    name: Arc<str>,
    is_held: Arc<AtomicBool>,
    /// Disconnected when the program has ended.
    ended: Receiver<()>,
}

impl Session {
    /// Connects with the agent at the other end of a socket, beside a program that is held; `costs` are what
    /// hooks cost there, and `end` is that of its process.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn connect(
        socket: UnixStream,
        memory: &'static Memory,
        name: &str,
        costs: Costs,
        end: ProcessEnd,
    ) -> Result<Self> {
        let counting = Counting {
            started: Instant::now(),
            costs,
            memory,
        };
        let (connection, ended) = Connection::open(socket, end, counting)?;
        Ok(Self {
            connection,
            counting,
            name: name.into(),
            is_held: Arc::new(AtomicBool::new(true)),
            ended,
        })
    }

    /// The name of the program.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the program has not started yet, and still can.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.is_held.load(Ordering::Relaxed) && self.ending().is_none()
    }

    /// Lets a held program start.
    #[must_use]
    pub fn release(&self) -> Pending<()> {
        self.is_held.store(false, Ordering::Relaxed);
        self.connection.ask(ToAgent::Release)
    }

    /// How the program ended, if it has.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.connection.ledger().ending()
    }

    /// A channel that is disconnected when the program has ended.
    #[must_use]
    pub fn ended(&self) -> &Receiver<()> {
        &self.ended
    }

    /// The time since the start.
    #[must_use]
    pub fn run_time(&self) -> Duration {
        self.counting.started.elapsed()
    }

    /// What events cost the program.
    #[must_use]
    pub fn costs(&self) -> Costs {
        self.counting.costs
    }

    /// Makes a request to the worker.
    fn ask<T: TryFrom<Reply, Error = Error>>(&self, request: Request) -> Pending<T> {
        self.connection
            .ask(|number| ToAgent::Request(number, request))
    }

    /// Sets the one who is told of news, on the thread that receives.
    pub fn listen(&self, tell: impl Fn(News) + Send + Sync + 'static) {
        self.connection.listen(Some(Arc::new(tell)));
    }

    /// Nobody is told of news any more.
    pub(super) fn stop_listening(&self) {
        self.connection.listen(None);
    }

    /// Callables with their counts. Each pattern must match something.
    #[must_use]
    pub fn rows(&self, request: RowsRequest) -> Pending<Rows> {
        self.ask(Request::Rows(request))
    }

    /// The number of callables in the program's own code.
    #[must_use]
    pub fn count_own(&self) -> Pending<usize> {
        self.ask(Request::CountOwn)
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

    /// What the callables of each pattern, possibly none, add up to, from one pass over the program.
    #[must_use]
    pub fn summaries(&self, of: Vec<(Pattern, Option<Source>)>) -> Pending<Vec<Summary>> {
        self.ask(Request::Summaries(of))
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

    /// The session in numbers, with the first patches up to a limit.
    #[must_use]
    pub fn statistics(&self, scope: Scope, limit: usize) -> Pending<Statistics> {
        self.ask(Request::Statistics { scope, limit })
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

    /// Sends SIGINT to the program's main thread while no other thread runs Python; none if it has ended.
    #[must_use]
    pub fn interrupt(&self) -> Pending<Option<Interruption>> {
        self.connection.ask(ToAgent::Interrupt)
    }

    /// What all installed patches have ever recorded.
    ///
    /// # Errors
    /// If the memory cannot be read.
    pub fn recorded_in_place(&self) -> Result<Recorded> {
        let mut total = Recorded::default();
        let meters = self.connection.ledger().meters_in_place();
        for meter in meters {
            total.add(&Recorded::ever(&self.counting.memory.meter(meter)?));
        }
        Ok(total)
    }

    /// The memory in which the hooks count.
    #[must_use]
    pub fn memory(&self) -> &'static Memory {
        self.counting.memory
    }

    /// What was recorded of the callables of a scope that are or were patched, split by process.
    #[must_use]
    pub fn shares(&self, scope: Scope, only_patched: bool) -> Pending<(Processes, Vec<Share>)> {
        self.ask(Request::Shares {
            scope,
            only_patched,
        })
    }

    /// The pending patterns within a scope.
    #[must_use]
    pub fn pending_patterns(&self, scope: &Scope) -> Vec<PendingPattern> {
        self.connection.ledger().pending(scope)
    }

    /// What is patched and pending, for another session.
    #[must_use]
    pub fn remembered(&self) -> Remembered {
        self.connection.ledger().remembered()
    }

    /// The budget, if there is one.
    #[must_use]
    pub fn budget(&self) -> Option<Budget> {
        self.connection.ledger().budget()
    }

    /// The paths of what is patched now, or was ever patched; those of the script under both of its
    /// names.
    #[must_use]
    pub fn patched_names(&self, which: Patched) -> Vec<String> {
        self.connection.ledger().patched(which)
    }

    /// The names that can be typed, as last collected; waits up to `patience` for a collection that is
    /// under way.
    #[must_use]
    pub fn names(&self, patience: Duration) -> Arc<Names> {
        if !patience.is_zero() {
            let reply = self
                .connection
                .collecting()
                .as_ref()
                .map(|it| it.reply.clone());
            // Whoever else waits may take the reply: then the channel is disconnected.
            let _ = reply.map(|reply| reply.recv_timeout(patience));
        }
        self.connection.ledger().names()
    }

    /// Requests a new collection of names in the background. Except for a new line, it happens only
    /// if it costs the program next to nothing.
    pub fn refresh_names(&self, reason: Reason) {
        let mut collecting = self.connection.collecting();
        *collecting = Some(
            self.connection
                .ask(|number| ToAgent::CollectNames(number, reason)),
        );
    }

    /// Makes a terminal the program's standard input, unless it has one already.
    #[must_use]
    pub fn open_input(&self, terminal: &Path) -> Pending<()> {
        let terminal = terminal.to_owned();
        self.connection
            .ask(|number| ToAgent::OpenInput(number, terminal))
    }

    /// Says whether the program has the terminal.
    pub fn is_in_front(&self, is_in_front: bool) {
        self.connection.tell(&ToAgent::InFront(is_in_front));
    }

    /// From now on the program ends because the shell leaves.
    pub(super) fn quit(&self) -> Pending<()> {
        self.connection.ask(ToAgent::Quit)
    }

    /// Raises `SystemExit` in the program's main thread.
    pub(super) fn raise_exit(&self) {
        self.connection.tell(&ToAgent::RaiseExit);
    }

    /// Lets the program go: a held one never starts, one that has ended finalises.
    pub(super) fn let_go(&self) {
        self.connection.tell(&ToAgent::LetGo);
    }
}
