//! What was recorded of a callable, split by the process that recorded it.

use super::rows::Row;
use super::worker::Worker;
use crate::counts::{Process, Processes};
use crate::cpython::SymbolPath;
use crate::measures::{Counts, Measured, Recorded};

/// What was recorded of one callable in one process.
#[derive(Debug, Clone)]
pub struct Share {
    /// The name of the callable.
    pub path: SymbolPath,
    /// The process.
    pub counted: Counted,
    /// What was recorded in it.
    pub measured: Measured,
}

/// Where hits were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// A running process.
    In(Process),
    /// All processes that have ended.
    InEnded,
    /// No process: there are no hits.
    Nowhere,
}

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
