//! What patching costs: times, the longest hold, and nanoseconds per hit on this machine.

use std::collections::HashSet;
use std::time::Duration;

use super::patch::State;
use super::pending::Progress;
use super::rows::{Row, Scope};
use super::worker::Worker;
use crate::cpython::{Calibration, FunctionId, SymbolPath};
use crate::error::Result;

/// A session in numbers, at one moment.
#[derive(Debug, Clone)]
pub struct Statistics {
    /// Time since the session started.
    pub run_time: Duration,
    /// Callables in the scope.
    pub callables: usize,
    /// How many of them are patched.
    pub patched: usize,
    /// Calls of all that count their own.
    pub calls: u64,
    /// Hits of all.
    pub hits: u64,
    /// The longest time that the interpreter was held in one piece since the session started.
    pub longest_hold: Duration,
    /// What one hit costs, in nanoseconds, measured on this machine in this process.
    pub hook_cost: f64,
    /// Each patch that is in place.
    pub patches: Vec<PatchStatistics>,
}

/// One patch in numbers.
#[derive(Debug, Clone)]
pub struct PatchStatistics {
    /// The name of the callable.
    pub path: SymbolPath,
    /// Its hits.
    pub hits: u64,
    /// How many instructions were added.
    pub instructions_added: usize,
    /// How long reading, rewriting and installing it took.
    pub rewrite_time: Duration,
}

/// Rounds of calibration: the cheapest one counts, since whatever disturbs a round makes it dearer.
const CALIBRATION_ROUNDS: usize = 25;

impl Worker {
    /// What one hit costs, in nanoseconds: measured once, in slices like any other work.
    fn hook_cost(&mut self) -> Result<f64> {
        if let Some(cost) = self.hook_cost {
            return Ok(cost);
        }
        let calibration = self.slice(|gil, _| Calibration::new(gil, self.version))?;
        let mut cheapest = calibration.no_round();
        for _ in 0..CALIBRATION_ROUNDS {
            let round = self.slice(|gil, _| calibration.round(gil))?;
            cheapest = cheapest.cheaper(round);
        }
        Ok(*self.hook_cost.insert(cheapest.cost_per_hit()))
    }

    /// The numbers of a scope.
    pub(super) fn statistics(&mut self, progress: &Progress, scope: &Scope) -> Result<Statistics> {
        let hook_cost = self.hook_cost()?;
        let rows = self.rows_of_each(progress, scope)?;
        let patches = self.patches.all();
        let shown: HashSet<FunctionId> = rows.iter().map(|row| row.function).collect();
        let in_scope = patches
            .iter()
            .filter(|patch| shown.contains(&patch.function.id()));
        Ok(Statistics {
            run_time: self.started.elapsed(),
            callables: rows.len(),
            patched: rows
                .iter()
                .filter(|row| row.state == State::Patched)
                .count(),
            calls: rows.iter().filter_map(|row| row.calls).sum(),
            hits: Row::total_hits(&rows),
            longest_hold: self.longest_hold.get(),
            hook_cost,
            patches: in_scope
                .filter_map(|patch| {
                    patch.rewrite().as_ref().map(|rewrite| PatchStatistics {
                        path: patch.path.clone(),
                        hits: patch.counter.hits(),
                        instructions_added: rewrite.instructions_added,
                        rewrite_time: rewrite.time,
                    })
                })
                .collect(),
        })
    }
}
