//! The callables of a scope, listed for repeated counting.
//!
//! Listing reads the program's namespaces, which takes up to a tenth of a second for 100,000
//! callables; counting takes a few milliseconds. So they are listed again only as often as that
//! stays cheap, and counted in between.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::caches::Roster;
use super::patch::State;
use super::pending::Progress;
use super::rows::{Row, Scope};
use super::survey::processor_time;
use super::worker::Worker;
use crate::counts::{CounterId, Meter};
use crate::cpython::CallCounts;
use crate::error::Result;
use crate::measures::{Counts, Recorded};

/// A list is renewed when it is this many times as old as it took to make.
const LISTING_SHARE: u32 = 200;
/// In the calls of a roll: not counted by the program.
const NOT_COUNTED: u64 = u64::MAX;
/// In the order of counts: not a callable of the roll.
const ELSEWHERE: u32 = u32::MAX;

/// The number of the next roll.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The callables of a scope, as listed at one time.
#[derive(Debug)]
pub struct Roll {
    /// No other roll has it.
    pub(super) number: u64,
    scope: Scope,
    rows: Vec<Row>,
    patched: usize,
    /// The index of each row's counter in a tally: a function may have several names.
    counter_of: Vec<Option<usize>>,
    /// The rows of each module.
    modules: Vec<Range<usize>>,
    listed: Instant,
    /// The processor time that listing took.
    cost: Duration,
}

/// The counts of a roll at one moment.
#[derive(Debug, Clone)]
pub struct Tally {
    /// The time since the session began.
    pub(super) taken: Duration,
    /// The calls of each row, by the program's own count; empty if it counts none.
    calls: Vec<u64>,
    /// What each counter ever recorded: a reset changes no rate.
    ever: Vec<Recorded>,
    /// What each counter has recorded since the last reset.
    since_reset: Vec<Recorded>,
}

/// When to list the callables again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// When that is cheap.
    WhenCheap,
    /// Now, because something has changed.
    Now,
}

impl Roll {
    /// The roll, and the meters of its rows, each once; `known` has them all.
    fn new(
        scope: Scope,
        rows: Vec<Row>,
        known: &HashMap<CounterId, Meter>,
        cost: Duration,
    ) -> (Self, Vec<Meter>) {
        let mut meters = Vec::new();
        let mut places: HashMap<CounterId, usize> = HashMap::new();
        let counter_of = rows.iter().map(|row| {
            let meter = known.get(&row.counter?)?;
            let place = places.entry(meter.counter.id()).or_insert_with(|| {
                meters.push(meter.clone());
                meters.len() - 1
            });
            Some(*place)
        });
        let counter_of = counter_of.collect();
        let is_patched = |row: &&Row| row.state == State::Patched;
        let roll = Self {
            patched: rows.iter().filter(is_patched).count(),
            counter_of,
            modules: modules(&rows),
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            scope,
            rows,
            listed: Instant::now(),
            cost,
        };
        (roll, meters)
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
    pub(super) fn roster(&self) -> Roster {
        Roster {
            number: self.number,
            scope: self.scope.clone(),
        }
    }

    fn is_due(&self, renewal: Renewal) -> bool {
        renewal == Renewal::Now || self.listed.elapsed() >= self.cost * LISTING_SHARE
    }

    /// The row that an entry of a dictionary counts, if it is in one of these modules, which are
    /// sorted.
    fn place_of(&self, path: &str, modules: &[Range<usize>]) -> u32 {
        let place = self
            .rows
            .binary_search_by(|row| row.path.as_str().cmp(path));
        let is_theirs = |place: usize| {
            let next = modules.partition_point(|module| module.end <= place);
            modules
                .get(next)
                .is_some_and(|module| module.contains(&place))
        };
        match place.map(|place| (is_theirs(place), u32::try_from(place))) {
            Ok((true, Ok(place))) => place,
            _ => ELSEWHERE,
        }
    }

    fn is_at(&self, place: u32, path: &str) -> bool {
        let row = self.rows.get(place as usize);
        row.is_some_and(|row| row.path.as_str() == path)
    }

    /// Converts the counts of `earlier` to this roll. A callable that was not in it is assumed to
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
            if let Some(counter) = self.counter_of[place] {
                tally.ever[counter] = before.recorded;
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
        let counter = self.counter_of.get(row).copied().flatten();
        let recorded = counter.and_then(|counter| recorded.get(counter));
        Counts {
            calls: calls.filter(|calls| *calls != NOT_COUNTED),
            recorded: recorded.cloned().unwrap_or_default(),
        }
    }
}

impl Tally {
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

/// The rows of each module, which are adjacent because rows are sorted by path.
fn modules(rows: &[Row]) -> Vec<Range<usize>> {
    let mut start = 0;
    let modules = rows.chunk_by(|a, b| a.path.module() == b.path.module());
    let modules = modules.map(|module| {
        let range = start..start + module.len();
        start = range.end;
        range
    });
    modules.collect()
}

impl Worker {
    /// Lists the callables of a scope and counts them; each pattern must match something.
    pub(super) fn call_roll(
        &self,
        progress: &Progress,
        scope: &Scope,
    ) -> Result<(Arc<Roll>, Tally)> {
        let started = processor_time();
        // The meaning of the patterns is determined once: later imports do not change it.
        let scope = self.scope_as_meant(progress, scope)?;
        let rows = self.rows_of_each(progress, &scope)?;
        let roll = self.enrol(scope, rows, started);
        let tally = self.tally(progress, &roll)?;
        Ok((roll, tally))
    }

    /// Counts again, and lists again if that is due.
    pub(super) fn call_roll_again(
        &self,
        progress: &Progress,
        Roster { number, scope }: &Roster,
        renewal: Renewal,
    ) -> Result<(Arc<Roll>, Tally)> {
        let list_again = || {
            let started = processor_time();
            let rows = self.rows(progress, scope, self.script().as_deref())?;
            Ok(self.enrol(scope.clone(), rows, started))
        };
        let last = self
            .caches
            .roll(*number)
            .filter(|last| !last.is_due(renewal));
        let roll = last.map_or_else(list_again, Ok)?;
        let tally = self.tally(progress, &roll)?;
        Ok((roll, tally))
    }

    fn enrol(&self, scope: Scope, rows: Vec<Row>, started: Duration) -> Arc<Roll> {
        let cost = processor_time().saturating_sub(started);
        let (roll, meters) = Roll::new(scope, rows, &self.patches.meters(), cost);
        let roll = Arc::new(roll);
        self.caches.keep(&roll, meters);
        roll
    }

    /// Counts the callables of the last roll.
    fn tally(&self, progress: &Progress, roll: &Roll) -> Result<Tally> {
        let calls = self.count_calls(progress, roll)?;
        let last = self.caches.last();
        Ok(Tally {
            taken: self.started.elapsed(),
            calls,
            ever: last.meters.iter().map(Recorded::ever).collect(),
            since_reset: last.meters.iter().map(Recorded::since_reset).collect(),
        })
    }

    /// Reads the program's own counts of calls.
    fn count_calls(&self, progress: &Progress, roll: &Roll) -> Result<Vec<u64>> {
        let mut dictionaries: HashMap<usize, (CallCounts, Vec<Range<usize>>)> = HashMap::new();
        self.in_slices(progress, &roll.modules, |gil, rows| {
            if let Some(counts) = CallCounts::of(gil, roll.rows[rows.start].path.module()) {
                let (_, modules) = dictionaries
                    .entry(counts.id())
                    .or_insert_with(|| (counts, Vec::new()));
                modules.push(rows.clone());
            }
            Ok(())
        })?;
        if dictionaries.is_empty() {
            return Ok(Vec::new());
        }
        let mut calls = vec![NOT_COUNTED; roll.rows.len()];
        let orders = &mut self.caches.last().orders;
        orders.retain(|id, _| dictionaries.contains_key(id));
        for (id, (mut counts, modules)) in dictionaries {
            let order = orders.entry(id).or_default();
            let mut number = 0;
            self.gather(progress, |gil, _: &mut Vec<()>| {
                Ok(counts.read(gil, |path, count| {
                    if order.len() == number {
                        order.push(ELSEWHERE);
                    }
                    if !roll.is_at(order[number], path) {
                        order[number] = roll.place_of(path, &modules);
                    }
                    if let Some(calls) = calls.get_mut(order[number] as usize) {
                        *calls = count;
                    }
                    number += 1;
                }))
            })?;
        }
        Ok(calls)
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Rolls for tests, without a program.

    use super::*;
    use crate::cpython::{Flavour, Form, Kind, SymbolPath};

    /// Functions of a module with calls counted by the program, at some second.
    pub(crate) fn called(second: u64, rows: &[(&str, Option<u64>)]) -> (Arc<Roll>, Tally) {
        let row = |(name, calls): &(&str, Option<u64>)| Row {
            path: SymbolPath::new("m", name),
            kind: Kind {
                form: Form::Function,
                flavour: Flavour::Plain,
            },
            measured: Counts::of_calls(*calls).into(),
            state: State::Original,
            recorders: crate::session::Recorders::default(),
            counter: None,
        };
        let calls = rows.iter().map(|(_, calls)| calls.unwrap_or(NOT_COUNTED));
        let tally = Tally {
            taken: Duration::from_secs(second),
            calls: calls.collect(),
            ever: Vec::new(),
            since_reset: Vec::new(),
        };
        let rows = rows.iter().map(row).collect();
        let (roll, _) = Roll::new(Scope::Own, rows, &HashMap::new(), Duration::ZERO);
        (Arc::new(roll), tally)
    }
}
