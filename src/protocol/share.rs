//! What was recorded of a callable, split by the process that recorded it.

use serde::{Deserialize, Serialize};

use super::SymbolPath;
use crate::counts::{Meter, Process, Processes};
use crate::measures::{Counts, Measured, Recorded};

/// What was recorded of one callable in one process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Share {
    /// The name of the callable.
    pub path: SymbolPath,
    /// The process.
    pub counted: Counted,
    /// What was recorded in it.
    pub measured: Measured,
}

impl Share {
    /// The shares of one callable: of the running processes, and of those that have ended.
    #[must_use]
    pub fn split(path: &SymbolPath, meter: &Meter<'_>, processes: &Processes) -> Vec<Self> {
        let (living, ended) = Recorded::by_process(meter, processes);
        let share = |counted, recorded| Self {
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
}

/// Where hits were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counted {
    /// A running process.
    In(Process),
    /// All processes that have ended.
    InEnded,
    /// No process: there are no hits.
    Nowhere,
}
