//! Totals and costs: times, how long the GIL was held, and nanoseconds per hit on this machine.

use std::collections::HashSet;
use std::sync::Arc;

use super::patch::Patch;
use super::progress::Progress;
use super::worker::Worker;
use crate::counts::clock_name;
use crate::cpython::slower_calls;
use crate::error::Result;
use crate::measures::Recorded;
use crate::protocol::{PatchStatistics, Reset, Row, Scope, State, Statistics, SymbolPath};

impl Worker {
    /// Sets what was recorded of everything that was ever patched in a scope to zero.
    pub(super) fn reset(&self, progress: &Progress, scope: &Scope) -> Result<Reset> {
        let rows = self.rows_of_each(progress, scope)?;
        let hits = self.patches_of(&rows).into_iter();
        let hits: Vec<u64> = hits.map(|patch| patch.reset()).collect();
        Ok(Reset {
            callables: hits.len(),
            hits: hits.into_iter().sum(),
        })
    }

    /// Every patch, current or former, of these rows.
    fn patches_of(&self, rows: &[Row]) -> Vec<Arc<Patch>> {
        // A function that was replaced and is still patched has the path of another function's row.
        let has_row = |path: &SymbolPath| rows.binary_search_by(|row| row.path.cmp(path)).is_ok();
        let counters: HashSet<_> = rows.iter().filter_map(Row::counter).collect();
        let mut patches = self.patches.all();
        patches.retain(|it| has_row(&it.path) || counters.contains(&it.counter.id()));
        patches
    }

    /// The statistics of a scope.
    pub(super) fn statistics(
        &self,
        progress: &Progress,
        scope: &Scope,
        limit: usize,
    ) -> Result<Statistics> {
        let rows = self.rows_of_each(progress, scope)?;
        let patches = self.patches_of(&rows);
        let mut counts = Row::total(&rows);
        // What is recorded now: the rows are older.
        counts.recorded = recorded(&rows, &patches);
        let installed = patches.iter().filter(|patch| patch.is_instrumented());
        Ok(Statistics {
            run_time: self.facts.started.elapsed(),
            callables: rows.len(),
            patched: rows
                .iter()
                .filter(|row| row.state == State::Patched)
                .count(),
            counts,
            holds: Some(self.holds.times()),
            costs: self.facts.costs,
            clock: clock_name().into(),
            slower_calls: slower_calls().map(Into::into),
            total_patches: installed.clone().count(),
            patches: installed.take(limit).filter_map(statistics_of).collect(),
        })
    }
}

/// Those of one patch, while it is installed.
fn statistics_of(patch: &Arc<Patch>) -> Option<PatchStatistics> {
    Some(PatchStatistics {
        path: patch.path.clone(),
        counter: patch.counter.id(),
        recorded: patch.recorded(),
        installed: patch.installed()?,
    })
}

/// What the patches of rows have recorded, each once.
fn recorded(rows: &[Row], patches: &[Arc<Patch>]) -> Recorded {
    let counters: HashSet<_> = rows.iter().filter_map(Row::counter).collect();
    let mut recorded = Recorded::default();
    for patch in patches {
        if counters.contains(&patch.counter.id()) {
            recorded.add(&patch.recorded());
        }
    }
    recorded
}
