//! The hits of a callable, split by the process that counted them.

use super::rows::Row;
use crate::counts::{Process, Processes};
use crate::cpython::SymbolPath;

/// The hits of one callable in one process.
#[derive(Debug, Clone)]
pub struct Share {
    /// The name of the callable.
    pub path: SymbolPath,
    /// The process.
    pub counted: Counted,
    /// The number of hits.
    pub hits: u64,
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

impl Row {
    /// Its hits in each running process, and in those that have ended; empty if nothing was ever
    /// patched there. Does not need the GIL.
    #[must_use]
    pub fn shares(&self, processes: &Processes) -> Vec<Share> {
        let Some(counter) = self.counter else {
            return Vec::new();
        };
        let share = |counted, hits| Share {
            path: self.path.clone(),
            counted,
            hits,
        };
        let (living, ended) = counter.hits_by(processes);
        if ended == 0 && living.iter().all(|hits| *hits == 0) {
            return vec![share(Counted::Nowhere, 0)];
        }
        let living = processes.living.iter().zip(living);
        let living = living.map(|(process, hits)| share(Counted::In(*process), hits));
        let ended = (ended > 0).then(|| share(Counted::InEnded, ended));
        living.chain(ended).collect()
    }
}
