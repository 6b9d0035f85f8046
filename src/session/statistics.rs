//! Totals and costs: times, how long the GIL was held, and nanoseconds per hit on this machine.

use std::collections::{HashMap, HashSet};
use std::ops::Add;
use std::sync::Arc;
use std::time::Duration;

use super::cost::{core_share, per_second};
use super::holds::HoldTimes;
use super::patch::{Patch, State};
use super::pending::Progress;
use super::rows::{Row, Scope};
use super::worker::Worker;
use crate::counts::CounterId;
use crate::cpython::{SymbolPath, slower_calls};
use crate::error::Result;

/// The statistics of a session at one moment.
#[derive(Debug, Clone)]
pub struct Statistics {
    /// Time since the session started.
    pub run_time: Duration,
    /// The number of callables in the scope.
    pub callables: usize,
    /// The number of them that are patched.
    pub patched: usize,
    /// The program's own counts of its calls; none if it counts none of them.
    pub calls: Option<u64>,
    /// The hits of all of them.
    pub hits: u64,
    /// How long the GIL was held at a time since the session started.
    pub holds: HoldTimes,
    /// The cost of a hit in nanoseconds, measured in this process.
    pub hook_cost: f64,
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
    /// Its hits.
    pub hits: u64,
    /// The number of added instructions.
    pub instructions_added: usize,
    /// The time that reading, rewriting and installing took.
    pub rewrite_time: Duration,
}

impl Statistics {
    /// The share of a core that each patch took since an earlier sample, `time` before this one; 1
    /// is a whole core.
    #[must_use]
    pub fn core_shares(&self, before: &Self, time: Duration) -> Vec<f64> {
        let before = before.patches.iter();
        let before: HashMap<_, _> = before.map(|patch| (patch.counter, patch.hits)).collect();
        let share = |patch: &PatchStatistics| {
            let before = before.get(&patch.counter).copied();
            let rate = per_second(before.unwrap_or(patch.hits), patch.hits, time);
            core_share(rate, self.hook_cost)
        };
        self.patches.iter().map(share).collect()
    }
}

impl Worker {
    /// Sets the hits of everything that was ever patched in a scope to zero.
    pub(super) fn reset(&self, progress: &Progress, scope: &Scope) -> Result<Reset> {
        let rows = self.rows_of_each(progress, scope)?;
        let hits = self.patches_of(&rows).into_iter();
        let hits: Vec<u64> = hits.map(|patch| patch.counter.reset()).collect();
        Ok(Reset {
            callables: hits.len(),
            hits: hits.into_iter().sum(),
        })
    }

    /// Every patch, current or former, of these rows.
    fn patches_of(&self, rows: &[Row]) -> Vec<Arc<Patch>> {
        // A function that was replaced and is still patched has the path of another function's row.
        let has_row = |path: &SymbolPath| rows.binary_search_by(|row| row.path.cmp(path)).is_ok();
        let counters: HashSet<_> = rows.iter().filter_map(Row::counter_id).collect();
        let mut patches = self.patches.all();
        patches.retain(|it| has_row(&it.path) || counters.contains(&it.counter.id()));
        patches
    }

    /// The statistics of a scope.
    pub(super) fn statistics(&self, progress: &Progress, scope: &Scope) -> Result<Statistics> {
        let rows = self.rows_of_each(progress, scope)?;
        let counters = rows.iter().filter_map(|row| row.counter);
        let counters: HashMap<_, _> = counters.map(|it| (it.id(), it)).collect();
        let patches = self.patches_of(&rows);
        Ok(Statistics {
            run_time: self.started.elapsed(),
            callables: rows.len(),
            patched: rows
                .iter()
                .filter(|row| row.state == State::Patched)
                .count(),
            calls: rows.iter().filter_map(|row| row.calls).reduce(u64::add),
            // The current hits: those of the rows are older.
            hits: counters.values().map(|counter| counter.hits()).sum(),
            holds: self.holds.times(),
            hook_cost: self.hook_cost,
            slower_calls: slower_calls(),
            patches: patches
                .iter()
                .filter_map(|patch| {
                    patch.rewrite().as_ref().map(|rewrite| PatchStatistics {
                        path: patch.path.clone(),
                        counter: patch.counter.id(),
                        hits: patch.counter.hits(),
                        instructions_added: rewrite.instructions_added,
                        rewrite_time: rewrite.time,
                    })
                })
                .collect(),
        })
    }
}
