//! What was recorded of a callable, split by the process that recorded it.

use super::worker::Worker;
use crate::counts::Processes;
use crate::measures::{Counts, Recorded};
use crate::protocol::{Counted, Row, Share, SymbolPath};

impl Worker {
    /// What was recorded of rows in each running process, and in those that have ended. A row has none
    /// if nothing was ever patched there. Does not need the GIL.
    pub(super) fn shares(&self, rows: &[Row], processes: &Processes) -> Vec<Share> {
        let meters = self.patches.meters();
        let shares = rows.iter().filter_map(|row| {
            let meter = meters.get(&row.counter?)?;
            Some(split(
                &row.path,
                Recorded::by_process(meter, processes),
                processes,
            ))
        });
        shares.flatten().collect()
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
