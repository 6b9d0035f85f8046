//! Totals and costs: times, how long the GIL was held, and nanoseconds per hit on this machine.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use super::holds::HoldTimes;
use super::patch::{Patch, State};
use super::pending::Progress;
use super::rows::{Row, Scope};
use super::worker::Worker;
use crate::counts::{CounterId, clock_name};
use crate::cpython::{SymbolPath, slower_calls};
use crate::error::Result;
use crate::measures::{Between, Costs, Counts, Measured, Recorded};

/// The statistics of a session at one moment.
#[derive(Debug, Clone)]
pub struct Statistics {
    /// Time since the session started.
    pub run_time: Duration,
    /// The number of callables in the scope.
    pub callables: usize,
    /// The number of them that are patched.
    pub patched: usize,
    /// The counts of all of them.
    pub counts: Counts,
    /// How long the GIL was held at a time since the session started.
    pub holds: HoldTimes,
    /// What events cost.
    pub costs: Costs,
    /// The clock of timed calls, as the variable `INSTRSH_CLOCK` names it.
    pub clock: &'static str,
    /// Why CPython does not specialise calls of patched functions, if it does not.
    pub slower_calls: Option<&'static str>,
    /// Each installed patch.
    pub patches: Vec<PatchStatistics>,
}

/// What was set to zero.
#[derive(Debug, Clone, Copy)]
pub struct Reset {
    /// How many callables, each of which is or was patched.
    pub callables: usize,
    /// How many hits they had together.
    pub hits: u64,
}

/// The statistics of one patch.
#[derive(Debug, Clone)]
pub struct PatchStatistics {
    /// The name of the callable.
    pub path: SymbolPath,
    /// The identity of its counter: another patch can have had the same name.
    counter: CounterId,
    /// What it has recorded.
    pub recorded: Recorded,
    /// The number of added instructions.
    pub instructions_added: usize,
    /// The time that reading, rewriting and installing took.
    pub rewrite_time: Duration,
}

impl Statistics {
    /// What the patches of the second of two samples have recorded, also in the interval between
    /// them.
    #[must_use]
    pub fn measured_patches(between: &Between<'_, Self>) -> Vec<Measured> {
        let before = between.before.patches.iter();
        let before: HashMap<_, _> = before.map(|it| (it.counter, &it.recorded)).collect();
        let measured = |patch: &PatchStatistics| {
            let now = Counts::from(patch.recorded.clone());
            let before = before.get(&patch.counter).copied();
            let before = before.unwrap_or(&patch.recorded).clone();
            Measured {
                interval: Some(between.counted(&before.into(), &now)),
                counts: now,
            }
        };
        between.now.patches.iter().map(measured).collect()
    }
}

impl Worker {
    /// Sets what was recorded of everything that was ever patched in a scope to zero.
    pub(super) fn reset(&self, progress: &Progress, scope: &Scope) -> Result<Reset> {
        let rows = self.rows_of_each(progress, scope)?;
        let hits = self.patches_of(&rows).into_iter();
        let hits: Vec<u64> = hits.map(|patch| patch.meter().reset()).collect();
        Ok(Reset {
            callables: hits.len(),
            hits: hits.into_iter().sum(),
        })
    }

    /// Every patch, current or former, of these rows.
    fn patches_of(&self, rows: &[Row]) -> Vec<Arc<Patch>> {
        // A function that was replaced and is still patched has the path of another function's row.
        let has_row = |path: &SymbolPath| rows.binary_search_by(|row| row.path.cmp(path)).is_ok();
        let counters: HashSet<_> = rows.iter().filter_map(|row| row.counter).collect();
        let mut patches = self.patches.all();
        patches.retain(|it| has_row(&it.path) || counters.contains(&it.counter.id()));
        patches
    }

    /// The statistics of a scope.
    pub(super) fn statistics(&self, progress: &Progress, scope: &Scope) -> Result<Statistics> {
        let rows = self.rows_of_each(progress, scope)?;
        let patches = self.patches_of(&rows);
        let mut counts = Row::total(&rows);
        // What is recorded now: the rows are older.
        counts.recorded = recorded(&rows, &patches);
        Ok(Statistics {
            run_time: self.started.elapsed(),
            callables: rows.len(),
            patched: rows
                .iter()
                .filter(|row| row.state == State::Patched)
                .count(),
            counts,
            holds: self.holds.times(),
            costs: self.costs,
            clock: clock_name(),
            slower_calls: slower_calls(),
            patches: patches
                .iter()
                .filter_map(|patch| {
                    patch.rewrite().as_ref().map(|rewrite| PatchStatistics {
                        path: patch.path.clone(),
                        counter: patch.counter.id(),
                        recorded: patch.recorded(),
                        instructions_added: rewrite.instructions_added,
                        rewrite_time: rewrite.time,
                    })
                })
                .collect(),
        })
    }
}

/// What the patches of rows have recorded, each once.
fn recorded(rows: &[Row], patches: &[Arc<Patch>]) -> Recorded {
    let counters: HashSet<_> = rows.iter().filter_map(|row| row.counter).collect();
    let mut recorded = Recorded::default();
    for patch in patches {
        if counters.contains(&patch.counter.id()) {
            recorded.add(&patch.recorded());
        }
    }
    recorded
}
