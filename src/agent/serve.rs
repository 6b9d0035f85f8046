//! Serves requests: here each one meets the code that does it.

use super::progress::Progress;
use super::streams::open_input;
use super::worker::{Job, Worker};
use crate::cpython::{SignalledThread, await_check, leave_out_interrupts, with_gil};
use crate::error::Result;
use crate::protocol::{Interruption, Reply, Request};

impl Worker {
    /// Does a job.
    pub(super) fn serve(&self, job: Job) {
        match job {
            Job::Request(owed, request, progress) => {
                let reply = self.reply_to(request, &progress);
                self.tell_changes();
                owed.give(reply);
            }
            Job::Interrupt(thread, told, progress) => {
                // This fails if nobody waits any more.
                let _ = told.send(self.interrupt(&progress, thread));
            }
            Job::OpenInput(owed, terminal) => {
                owed.give(open_input(&terminal).map(Reply::Done));
            }
            Job::LeaveOutInterrupts(owed) => {
                owed.give(with_gil(leave_out_interrupts).map(Reply::Done));
            }
            Job::Attend => with_gil(|_| ()),
            Job::CollectNames => {}
            Job::Undo => {
                // Nobody is left who could be told of an error.
                let _ = self.unpatch_all(&Progress::default());
            }
        }
    }

    fn reply_to(&self, request: Request, progress: &Progress) -> Result<Reply> {
        Ok(match request {
            Request::Rows(request) => Reply::Rows(self.first_rows(progress, &request)?),
            Request::CountOwn => Reply::Number(self.count_own(progress)?),
            Request::Summaries(of) => Reply::Summaries(self.summaries(progress, of)?),
            Request::List(scope) => Reply::Sample(self.list(progress, &scope)?),
            Request::Sample(roster, renewal) => {
                Reply::Sample(self.sample(progress, &roster, renewal)?)
            }
            Request::IsImporting => Reply::Is(self.is_importing(progress)?),
            Request::Patch(request) => Reply::Report(self.patch(progress, &request)?),
            Request::Unpatch(patterns) => Reply::Report(self.unpatch(progress, &patterns)?),
            Request::UnpatchAll => Reply::Report(self.unpatch_all(progress)?),
            Request::PutBack(remembered) => Reply::PutBack(self.put_back(progress, &remembered)?),
            Request::Verify(patterns) => Reply::Verifications(self.verify(progress, &patterns)?),
            Request::LingeringCodes => Reply::Number(self.lingering_codes(progress)?),
            Request::Named(pattern, among) => {
                Reply::Suggestion(self.named(progress, &pattern, among)?)
            }
            Request::Like(pattern) => Reply::Suggestion(self.like(&pattern)),
            Request::Disassemble(patterns, side) => {
                Reply::Disassemblies(self.disassemble(progress, &patterns, side)?)
            }
            Request::CallReports(counters) => Reply::CallReports(self.call_reports(&counters)),
            Request::BeginInterval(counters) => {
                Reply::Done(self.begin_interval(progress, &counters)?)
            }
            Request::EndInterval(callables) => Reply::Interval(self.end_interval(&callables)?),
            Request::Statistics { scope, limit } => {
                Reply::Statistics(self.statistics(progress, &scope, limit)?)
            }
            Request::Reset(scope) => Reply::Reset(self.reset(progress, &scope)?),
            Request::Shares {
                scope,
                only_patched,
            } => Reply::Shares(self.shares(progress, &scope, only_patched)?),
            Request::SetBudget(percent) => {
                self.set_budget(percent);
                Reply::Done(())
            }
        })
    }

    /// Sends SIGINT while no other thread runs Python, unless that is no longer wanted. In either case
    /// it learns when Python has checked for signals.
    fn interrupt(&self, progress: &Progress, thread: SignalledThread) -> Option<Interruption> {
        self.slice(|gil, _| {
            await_check(gil);
            progress.cancel().then(|| thread.interrupt())
        })
    }
}
