//! The hits of a callable, split over the processes that counted them.

use super::rows::Row;
use crate::cpython::{Process, Processes, SymbolPath};

/// How often the hook of one callable ran in one process.
#[derive(Debug, Clone)]
pub struct Share {
    /// The name of the callable.
    pub path: SymbolPath,
    /// Where.
    pub counted: Counted,
    /// How often.
    pub hits: u64,
}

/// Where hits were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// In a process that lives.
    In(Process),
    /// In all that have ended.
    InEnded,
    /// In none: there are no hits.
    Nowhere,
}

impl Row {
    /// Its hits in each process that lives, and in those that have ended; nothing if nothing was ever
    /// patched there. Needs no GIL.
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
