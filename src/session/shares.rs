//! What was recorded of a callable, split by the process that recorded it.

use super::worker::Worker;
use crate::counts::{CounterId, Processes};
use crate::measures::{Counts, Recorded};
use crate::protocol::{Counted, Share, SymbolPath};

impl Worker {
    /// What was recorded of callables in each running process, and in those that have ended. Does not
    /// need the GIL.
    pub(super) fn shares(&self, callables: &[(SymbolPath, CounterId)]) -> (Processes, Vec<Share>) {
        let processes = Processes::now();
        let meters = self.patches.meters();
        let shares = callables.iter().filter_map(|(path, counter)| {
            let meter = meters.get(counter)?;
            Some(split(
                path,
                Recorded::by_process(meter, &processes),
                &processes,
            ))
        });
        let shares = shares.flatten().collect();
        (processes, shares)
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
