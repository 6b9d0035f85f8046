//! What is answered after the program's process is gone: from what the agent has told, and from the memory in which
//! the hooks counted.
//!
//! The requests and replies are those of the agent. What it would have to look up in the program is unknown: callables
//! that were never patched, and the calls that the program itself counts. What would change the program fails.

use std::time::Instant;

use super::ledger::{Known, Ledger};
use super::pending::agent_gone;
use crate::counts::{CounterId, Memory, Processes, clock_name};
use crate::error::{Error, Result};
use crate::measures::{Costs, Counts, Recorded, Source};
use crate::protocol::{
    CallReport, PatchStatistics, Pattern, Reply, Request, Roster, RosterId, Row, Rows, Sample,
    Scope, Share, State, Statistics, Summary, SymbolPath, ToAgent, Verification, Verifications,
};

/// How the program counts.
#[derive(Clone, Copy)]
pub(super) struct Counting {
    /// When the session began.
    pub(super) started: Instant,
    /// What events cost.
    pub(super) costs: Costs,
    /// In which the hooks count.
    pub(super) memory: &'static Memory,
}

/// Everything that is known of a program whose process is gone.
struct Afterwards<'a> {
    counting: &'a Counting,
    ledger: &'a Ledger,
}

impl Counting {
    /// The reply to a message, without the agent.
    ///
    /// # Errors
    /// If that needs the program.
    pub(super) fn reply_to(&self, message: &ToAgent, ledger: &Ledger) -> Result<Reply> {
        let known = Afterwards {
            counting: self,
            ledger,
        };
        match message {
            ToAgent::Request(_, request) => known.reply_to(request),
            _ => Err(agent_gone()),
        }
    }
}

impl Afterwards<'_> {
    fn reply_to(&self, request: &Request) -> Result<Reply> {
        Ok(match request {
            Request::Rows(request) => {
                let rows = self.rows_of_each(&self.as_meant(&request.scope)?)?;
                Reply::Rows(Rows::first(rows, request))
            }
            Request::CountOwn => Reply::Number(self.ledger.patches().len()),
            Request::Summaries(of) => Reply::Summaries(self.summaries(of)?),
            Request::List(scope) => Reply::Sample(self.list(scope)?),
            // There is nothing new to list.
            Request::Sample(..) => Reply::Sample(self.sample(None)),
            Request::IsImporting => Reply::Is(false),
            Request::LingeringCodes => Reply::Number(0),
            Request::Named(..) | Request::Like(_) => Reply::Suggestion(None),
            Request::Verify(patterns) => Reply::Verifications(self.verify(patterns)?),
            Request::CallReports(counters) => Reply::CallReports(self.call_reports(counters)?),
            Request::Statistics { scope, limit } => {
                Reply::Statistics(self.statistics(scope, *limit)?)
            }
            Request::Shares {
                scope,
                only_patched,
            } => Reply::Shares(self.shares(scope, *only_patched)?),
            Request::Patch(_)
            | Request::Unpatch(_)
            | Request::UnpatchAll
            | Request::PutBack(_)
            | Request::Disassemble(..)
            | Request::BeginInterval(_)
            | Request::EndInterval(_)
            | Request::Reset(_)
            | Request::SetBudget(_) => return Err(agent_gone()),
        })
    }

    fn row(&self, path: &SymbolPath, known: &Known) -> Result<Row> {
        let meter = self.counting.memory.meter(known.meter)?;
        let state = match known.installed {
            Some(_) => State::Patched,
            None => State::Original,
        };
        Ok(Row {
            path: path.clone(),
            kind: known.kind,
            measured: Counts::from(Recorded::since_reset(&meter)).into(),
            state,
            recorders: known.installed.map(|it| it.recorders).unwrap_or_default(),
            meter: Some(known.meter),
        })
    }

    /// What of a scope was ever patched, by path.
    fn patches(&self, scope: &Scope) -> impl Iterator<Item = (&SymbolPath, &Known)> {
        let patches = self.ledger.patches().iter();
        patches.filter(|(path, _)| scope.matches(path, self.ledger.script()))
    }

    fn rows(&self, scope: &Scope) -> Result<Vec<Row>> {
        let patches = self.patches(scope);
        patches.map(|(path, known)| self.row(path, known)).collect()
    }

    /// The rows of a scope in which each pattern matches something or was pending.
    fn rows_of_each(&self, scope: &Scope) -> Result<Vec<Row>> {
        if let Scope::Matching(patterns) = scope {
            let is_nothing = |it: &&Pattern| self.matches_none(it) && !self.ledger.is_pending(it);
            if let Some(pattern) = patterns.iter().find(is_nothing) {
                return Err(nothing_matches(pattern));
            }
        }
        self.rows(scope)
    }

    fn matches_none(&self, pattern: &Pattern) -> bool {
        let mut paths = self.ledger.patches().keys();
        !paths.any(|path| pattern.matches(path, self.ledger.script()))
    }

    /// A pattern without a colon that names no module names callables.
    fn meaning(&self, pattern: &Pattern) -> Pattern {
        let mut paths = self.ledger.patches().keys();
        let script = self.ledger.script();
        let mut is_module = || paths.any(|it| pattern.matches_module(it.module(), script));
        if self.ledger.is_pending(pattern) || is_module() {
            pattern.clone()
        } else {
            pattern.by_name()
        }
    }

    fn as_meant(&self, scope: &Scope) -> Result<Scope> {
        scope.with(|patterns| Ok(patterns.iter().map(|it| self.meaning(it)).collect()))
    }

    fn summaries(&self, of: &[(Pattern, Option<Source>)]) -> Result<Vec<Summary>> {
        let summary = |(pattern, source): &(Pattern, Option<Source>)| {
            let rows = self.rows(&Scope::Matching(vec![self.meaning(pattern)]))?;
            Ok(Summary::of(&rows, *source))
        };
        of.iter().map(summary).collect()
    }

    fn list(&self, scope: &Scope) -> Result<Sample> {
        let scope = self.as_meant(scope)?;
        let rows = self.rows_of_each(&scope)?;
        // Nobody asks for it by number.
        let id = RosterId { number: 0, scope };
        Ok(self.sample(Some(Roster { id, rows })))
    }

    /// What patches have recorded is read in the memory.
    fn sample(&self, roster: Option<Roster>) -> Sample {
        Sample {
            roster,
            taken: self.counting.started.elapsed(),
            calls: Vec::new(),
        }
    }

    /// Nothing is left that could differ.
    fn verify(&self, patterns: &[Pattern]) -> Result<Verifications> {
        let patterns: Vec<_> = patterns.iter().map(|it| self.meaning(it)).collect();
        if let Some(pattern) = patterns.iter().find(|it| self.matches_none(it)) {
            return Err(Verifications::without(pattern));
        }
        let scope = if patterns.is_empty() {
            Scope::Own
        } else {
            Scope::Matching(patterns)
        };
        let gone = |(path, known): (&SymbolPath, &Known)| Verification {
            path: path.clone(),
            state: match known.installed {
                Some(_) => State::Removed,
                None => State::Original,
            },
            differences: None,
        };
        Ok(Verifications {
            callables: self.patches(&scope).map(gone).collect(),
            copies: Vec::new(),
        })
    }

    fn call_reports(&self, counters: &[CounterId]) -> Result<Vec<CallReport>> {
        let patches = self.patches(&Scope::Own);
        let patches = patches.filter(|(_, known)| counters.contains(&known.meter.counter));
        let report = |(path, known): (&SymbolPath, &Known)| {
            Ok(CallReport {
                row: self.row(path, known)?,
                errors: self.counting.memory.meter(known.meter)?.errors(),
            })
        };
        patches.map(report).collect()
    }

    fn statistics(&self, scope: &Scope, limit: usize) -> Result<Statistics> {
        let scope = self.as_meant(scope)?;
        let rows = self.rows_of_each(&scope)?;
        let installed = rows.iter().filter(|row| !row.is_original()).count();
        let patches = rows.iter().zip(self.patches(&scope));
        let patches = patches.filter_map(|(row, (path, known))| {
            Some(PatchStatistics {
                path: path.clone(),
                counter: known.meter.counter,
                recorded: row.measured.counts.recorded.clone(),
                installed: known.installed?,
            })
        });
        Ok(Statistics {
            run_time: self.counting.started.elapsed(),
            callables: rows.len(),
            patched: installed,
            counts: Row::total(&rows),
            holds: None,
            costs: self.counting.costs,
            clock: clock_name().into(),
            slower_calls: None,
            patches: patches.take(limit).collect(),
            total_patches: installed,
        })
    }

    fn shares(&self, scope: &Scope, only_patched: bool) -> Result<(Processes, Vec<Share>)> {
        let rows = self.rows_of_each(&self.as_meant(scope)?)?;
        let mut processes = self.counting.memory.processes();
        // Only its children may still run.
        processes.living.retain(|process| process.parent.is_some());
        let mut shares = Vec::new();
        let shown = |row: &&Row| !only_patched || !row.is_original();
        for row in rows.iter().filter(shown) {
            if let Some(meter) = row.meter {
                let meter = self.counting.memory.meter(meter)?;
                shares.extend(Share::split(&row.path, &meter, &processes));
            }
        }
        Ok((processes, shares))
    }
}

fn nothing_matches(pattern: &Pattern) -> Error {
    Error::new(format!("nothing that was patched matches `{pattern}`")).hint(
        "the program is gone, and only what was patched is still known; `restart` starts it again",
    )
}
