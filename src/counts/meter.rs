//! Everything that a patch counts and records, to be read: in this process or in another one.

use serde::{Deserialize, Serialize};

use super::error_sites::{ErrorSite, ReadableErrors};
use super::memory::Memory;
use super::processes::Processes;
use super::readable_rows::ReadableRows;
use super::readable_timing::ReadableTiming;
use super::{Counter, CounterId, Recording, RecordingId};
use crate::error::Result;

/// The counter of a patch, and its times and errors if they were ever recorded.
#[derive(Debug, Clone, Copy)]
pub struct Meter<'m> {
    id: MeterId,
    hits: ReadableRows<'m>,
    recording: Option<(ReadableTiming<'m>, ReadableErrors<'m>)>,
}

/// What finds them in [`Memory`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MeterId {
    /// Its hits.
    pub counter: CounterId,
    /// Its times and errors.
    pub recording: Option<RecordingId>,
}

impl Memory {
    /// What a patch has counted and recorded, by its id. Of a recording that is gone, nothing is read.
    ///
    /// # Errors
    /// If there is no such patch, or its memory cannot be mapped.
    pub fn meter(&self, id: MeterId) -> Result<Meter<'_>> {
        let hits = id.counter.readable(self)?;
        let recording = match id.recording {
            None => None,
            Some(recording) => {
                let errors = ReadableErrors::new(&self.head().errors, recording.owner);
                Some((ReadableTiming::find(self, recording)?, errors))
            }
        };
        Ok(Meter {
            id,
            hits,
            recording,
        })
    }
}

impl Meter<'static> {
    /// Of this process itself.
    #[must_use]
    pub fn new(counter: Counter, recording: Option<&Recording>) -> Self {
        let readable = |it: &Recording| Some((it.timing.readable(), it.errors.readable()?));
        Self {
            id: MeterId {
                counter: counter.id(),
                recording: recording.map(Recording::id),
            },
            hits: counter.readable(),
            recording: recording.and_then(readable),
        }
    }
}

impl<'m> Meter<'m> {
    /// What finds it.
    #[must_use]
    pub fn id(&self) -> MeterId {
        self.id
    }

    /// The hits since the last reset; does not need the GIL.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.hits.since_reset(0)
    }

    /// All hits, regardless of resets: the base of rates.
    #[must_use]
    pub fn hits_ever(&self) -> u64 {
        self.hits.ever(0)
    }

    /// The hits since the last reset in each running process, and in all that have ended.
    #[must_use]
    pub fn hits_by(&self, processes: &Processes) -> (Vec<u64>, u64) {
        self.hits.by(0, processes)
    }

    /// Whether times or errors were ever recorded.
    #[must_use]
    pub fn has_recording(&self) -> bool {
        self.recording.is_some()
    }

    /// What has recorded times; none if that was never done, or is gone, or there was never a call: reading
    /// them would touch their memory.
    #[must_use]
    pub fn timing(&self) -> Option<ReadableTiming<'m>> {
        let (timing, _) = self.recording.filter(|_| self.hits_ever() > 0)?;
        timing.is_current().then_some(timing)
    }

    /// The exceptions since the last reset, the most frequent first. They are looked for only if there were
    /// any.
    #[must_use]
    pub fn errors(&self) -> Vec<ErrorSite> {
        let had_errors = |timing: ReadableTiming<'_>| timing.sums_ever().errors > 0;
        let recording = self
            .recording
            .filter(|_| self.timing().is_some_and(had_errors));
        recording.map_or_else(Vec::new, |(_, errors)| errors.read())
    }
}
