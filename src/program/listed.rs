//! The callables that a view counts again and again, and their counts, as the shell keeps them.

use std::collections::HashMap;
use std::time::Duration;

use crate::counts::{Memory, MeterId};
use crate::error::Result;
use crate::measures::{Counts, Recorded};
use crate::protocol::{NOT_COUNTED, Roster, RosterId, Row, Sample, State};

/// The callables of a scope, as listed at one time.
#[derive(Debug, Default)]
pub struct Listed {
    id: RosterId,
    rows: Vec<Row>,
    patched: usize,
    /// What counts for all rows, each once: a function may have several names.
    meters: Vec<MeterId>,
    /// The index of each row's meter among them.
    meter_of: Vec<Option<usize>>,
}

/// Their counts at one moment.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    /// The time since the session began.
    pub(super) taken: Duration,
    /// The calls of each row, by the program's own count; empty if it counts none.
    calls: Vec<u64>,
    /// What each meter ever recorded: a reset changes no rate.
    ever: Vec<Recorded>,
    /// What each meter has recorded since the last reset.
    since_reset: Vec<Recorded>,
}

impl Listed {
    pub(super) fn new(Roster { id, rows }: Roster) -> Self {
        let (mut meters, mut places) = (Vec::new(), HashMap::new());
        let meter_of = rows.iter().map(|row| {
            let meter = row.meter?;
            Some(*places.entry(meter.counter).or_insert_with(|| {
                meters.push(meter);
                meters.len() - 1
            }))
        });
        let meter_of = meter_of.collect();
        let is_patched = |row: &&Row| row.state == State::Patched;
        Self {
            id,
            patched: rows.iter().filter(is_patched).count(),
            meters,
            meter_of,
            rows,
        }
    }

    /// The callables by path, with their counts at the time of listing.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The number of patched rows.
    #[must_use]
    pub fn patched(&self) -> usize {
        self.patched
    }

    /// What a request to count again says of it.
    #[must_use]
    pub fn id(&self) -> &RosterId {
        &self.id
    }

    /// Converts the counts of `earlier` to these callables. A callable that was not in it is assumed to
    /// have had its counts of `now`.
    pub(super) fn adopt(&self, earlier: &Tally, of: &Self, now: &Tally) -> Tally {
        let mut former = of.rows.iter().enumerate().peekable();
        let mut tally = now.clone();
        tally.taken = earlier.taken;
        tally.age();
        for (place, row) in self.rows.iter().enumerate() {
            while former.next_if(|(_, it)| it.path < row.path).is_some() {}
            let Some((before, _)) = former.next_if(|(_, it)| it.path == row.path) else {
                continue;
            };
            let before = of.ever(earlier, before);
            if let (Some(calls), Some(before)) = (tally.calls.get_mut(place), before.calls) {
                *calls = before;
            }
            if let Some(meter) = self.meter_of[place] {
                tally.ever[meter] = before.recorded;
            }
        }
        tally
    }

    /// What was ever counted of a row.
    pub(super) fn ever(&self, tally: &Tally, row: usize) -> Counts {
        self.counts(tally, &tally.ever, row)
    }

    /// What was counted of a row since the last reset; the program's own count knows none.
    pub(super) fn since_reset(&self, tally: &Tally, row: usize) -> Counts {
        self.counts(tally, &tally.since_reset, row)
    }

    fn counts(&self, tally: &Tally, recorded: &[Recorded], row: usize) -> Counts {
        let calls = tally.calls.get(row).copied();
        let meter = self.meter_of.get(row).copied().flatten();
        let recorded = meter.and_then(|meter| recorded.get(meter));
        Counts {
            calls: calls.filter(|calls| *calls != NOT_COUNTED),
            recorded: recorded.cloned().unwrap_or_default(),
        }
    }
}

impl Tally {
    /// What a sample says, and what is read in the memory.
    ///
    /// # Errors
    /// If the memory cannot be read.
    pub(super) fn new(sample: Sample, listed: &Listed, memory: &Memory) -> Result<Self> {
        let meters = listed.meters.iter().map(|meter| memory.meter(*meter));
        let meters = meters.collect::<Result<Vec<_>>>()?;
        Ok(Self {
            taken: sample.taken,
            calls: sample.calls,
            ever: meters.iter().map(Recorded::ever).collect(),
            since_reset: meters.iter().map(Recorded::since_reset).collect(),
        })
    }

    /// What was ever counted of all rows, each hook counted once even if its function has several
    /// names.
    pub(super) fn total_ever(&self) -> Counts {
        self.total(&self.ever)
    }

    /// What was counted of all rows since the last reset.
    pub(super) fn total_since_reset(&self) -> Counts {
        self.total(&self.since_reset)
    }

    fn total(&self, recorded: &[Recorded]) -> Counts {
        let mut total = Counts::default();
        for calls in self.calls.iter().filter(|calls| **calls != NOT_COUNTED) {
            total.add_calls(Some(*calls));
        }
        for part in recorded {
            total.recorded.add(part);
        }
        total
    }

    /// Keeps what later rates need.
    pub(super) fn age(&mut self) {
        self.since_reset = Vec::new();
    }

    /// Keeps hits and calls, which trends need.
    pub(super) fn fade(&mut self) {
        for recorded in &mut self.ever {
            recorded.times = None;
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Samples for tests, without a program.

    use super::*;
    use crate::counts::own_memory;
    use crate::measures::Costs;
    use crate::program::History;
    use crate::protocol::{Flavour, Form, Kind, Recorders, Scope, SymbolPath};

    /// Functions of a module with calls counted by the program, at some second, listed for the first time.
    pub(crate) fn called(second: u64, rows: &[(&str, Option<u64>)]) -> Sample {
        let row = |(name, calls): &(&str, Option<u64>)| Row {
            path: SymbolPath::new("m", name),
            kind: Kind {
                form: Form::Function,
                flavour: Flavour::Plain,
            },
            measured: Counts::of_calls(*calls).into(),
            state: State::Original,
            recorders: Recorders::default(),
            meter: None,
        };
        let calls = rows.iter().map(|(_, calls)| calls.unwrap_or(NOT_COUNTED));
        let id = RosterId {
            number: 0,
            scope: Scope::Own,
        };
        let rows = rows.iter().map(row).collect();
        Sample {
            roster: Some(Roster { id, rows }),
            taken: Duration::from_secs(second),
            calls: calls.collect(),
        }
    }

    /// The same, counted again.
    pub(crate) fn called_again(second: u64, rows: &[(&str, Option<u64>)]) -> Sample {
        Sample {
            roster: None,
            ..called(second, rows)
        }
    }

    /// A history that begins with a sample.
    pub(crate) fn history(first: Sample) -> History {
        let memory = own_memory().expect("memory");
        History::new(first, memory, Costs::default()).expect("memory")
    }
}
