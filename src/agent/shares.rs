//! What was recorded of a callable, split by the process that recorded it.

use super::progress::Progress;
use super::worker::Worker;
use crate::counts::Processes;
use crate::error::Result;
use crate::protocol::{Scope, Share};

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
            Some(Share::split(&row.path, meter, &processes))
        });
        let shares = shares.flatten().collect();
        Ok((processes, shares))
    }
}
