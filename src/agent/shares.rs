//! What was recorded of a callable, split by the process that recorded it.

use super::progress::Progress;
use super::worker::Worker;
use crate::counts::Processes;
use crate::error::Result;
use crate::measures::{Counts, Recorded};
use crate::protocol::{Counted, Scope, Share, SymbolPath};

impl Worker {
    /// What was recorded of the callables of a scope that are or were patched, in each running process, and
    /// in those that have ended.
    pub(super) fn shares(
        &self,
        progress: &Progress,
        scope: &Scope,
        only_patched: bool,
    ) -> Result<(Processes, Vec<Share>)> {
        let rows = self.rows_of_each(progress, scope)?;
        let (processes, meters) = (Processes::now(), self.patches.meters());
        let rows = rows
            .iter()
            .filter(|row| !only_patched || !row.is_original());
        let shares = rows.filter_map(|row| {
            let meter = meters.get(&row.counter()?)?;
            let recorded = Recorded::by_process(meter, &processes);
            Some(split(&row.path, recorded, &processes))
        });
        let shares = shares.flatten().collect();
        Ok((processes, shares))
    }
}

/// The shares of one callable: of the running processes, and of those that have ended.
fn split(
    path: &SymbolPath,
    (living, ended): (Vec<Recorded>, Recorded),
    processes: &Processes,
) -> Vec<Share> {
    let share = |counted, recorded| Share {
        path: path.clone(),
        counted,
        measured: Counts::from(recorded).into(),
    };
    if ended.is_empty() && living.iter().all(Recorded::is_empty) {
        return vec![share(Counted::Nowhere, ended)];
    }
    let living = processes.living.iter().zip(living);
    let living = living.map(|(process, recorded)| share(Counted::In(*process), recorded));
    let ended = (!ended.is_empty()).then(|| share(Counted::InEnded, ended));
    living.chain(ended).collect()
}
