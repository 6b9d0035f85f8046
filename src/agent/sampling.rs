//! Lists the callables of a scope, and counts them again and again.
//!
//! Listing reads the program's namespaces, which takes up to a tenth of a second for 100,000
//! callables; counting takes a few milliseconds. So they are listed again only as often as that
//! stays cheap, and counted in between.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::index::processor_time;
use super::progress::Progress;
use super::worker::Worker;
use crate::cpython::CallCounts;
use crate::error::Result;
use crate::protocol::{NOT_COUNTED, Renewal, Roster, RosterId, Row, Sample, Scope, SymbolPath};

/// A list is renewed when it is this many times as old as it took to make.
const LISTING_SHARE: u32 = 200;
/// In the order of counts: not a callable of the roster.
const ELSEWHERE: u32 = u32::MAX;

/// The number of the next roster.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// The last roster, and what counting its callables needs.
#[derive(Default)]
pub(super) struct Sampled {
    number: Option<u64>,
    /// The callables, by path.
    paths: Vec<SymbolPath>,
    /// The rows of each module.
    modules: Vec<Range<usize>>,
    /// For each dictionary with counts of the program, the row that each entry belongs to, as of
    /// the last reading.
    orders: HashMap<usize, Vec<u32>>,
    listed: Option<Instant>,
    /// The processor time that listing took.
    cost: Duration,
}

impl Sampled {
    fn new(number: u64, rows: &[Row], cost: Duration) -> Self {
        Self {
            number: Some(number),
            paths: rows.iter().map(|row| row.path.clone()).collect(),
            modules: modules(rows),
            orders: HashMap::new(),
            listed: Some(Instant::now()),
            cost,
        }
    }

    /// Whether it is the roster of this number, and need not be listed again.
    fn serves(&self, number: u64, renewal: Renewal) -> bool {
        let is_due = || {
            let age = self.listed.map(|listed| listed.elapsed());
            age.is_none_or(|age| age >= self.cost * LISTING_SHARE)
        };
        self.number == Some(number) && renewal == Renewal::WhenCheap && !is_due()
    }

    /// The row that an entry of a dictionary counts, if it is in one of these modules, which are
    /// sorted.
    fn place_of(&self, path: &str, modules: &[Range<usize>]) -> u32 {
        let place = self
            .paths
            .binary_search_by(|known| known.as_str().cmp(path));
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
        let known = self.paths.get(place as usize);
        known.is_some_and(|known| known.as_str() == path)
    }
}

impl Worker {
    /// Lists the callables of a scope and counts them; each pattern must match something.
    pub(super) fn list(&self, progress: &Progress, scope: &Scope) -> Result<Sample> {
        let started = processor_time();
        // The meaning of the patterns is determined once: later imports do not change it.
        let scope = self.scope_as_meant(progress, scope)?;
        let rows = self.rows_of_each(progress, &scope)?;
        let roster = self.enrol(scope, rows, started);
        self.count(progress, Some(roster))
    }

    /// Counts again, and lists again if that is due.
    pub(super) fn sample(
        &self,
        progress: &Progress,
        RosterId { number, scope }: &RosterId,
        renewal: Renewal,
    ) -> Result<Sample> {
        let mut roster = None;
        if !self.caches.sampled().serves(*number, renewal) {
            let started = processor_time();
            let rows = self.rows(progress, scope, self.script().as_deref())?;
            roster = Some(self.enrol(scope.clone(), rows, started));
        }
        self.count(progress, roster)
    }

    fn enrol(&self, scope: Scope, rows: Vec<Row>, started: Duration) -> Roster {
        let cost = processor_time().saturating_sub(started);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let sampled = Sampled::new(number, &rows, cost);
        *self.caches.sampled() = sampled;
        Roster {
            id: RosterId { number, scope },
            rows,
        }
    }

    /// Counts the callables of the last roster.
    fn count(&self, progress: &Progress, roster: Option<Roster>) -> Result<Sample> {
        let sampled = &mut *self.caches.sampled();
        let calls = self.count_calls(progress, sampled)?;
        Ok(Sample {
            roster,
            taken: self.facts.started.elapsed(),
            calls,
        })
    }

    /// Reads the program's own counts of calls.
    fn count_calls(&self, progress: &Progress, sampled: &mut Sampled) -> Result<Vec<u64>> {
        let mut dictionaries: HashMap<usize, (CallCounts, Vec<Range<usize>>)> = HashMap::new();
        self.in_slices(progress, &sampled.modules, |gil, rows| {
            if let Some(counts) = CallCounts::of(gil, sampled.paths[rows.start].module()) {
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
        let mut calls = vec![NOT_COUNTED; sampled.paths.len()];
        let mut orders = std::mem::take(&mut sampled.orders);
        orders.retain(|id, _| dictionaries.contains_key(id));
        for (id, (mut counts, modules)) in dictionaries {
            let order = orders.entry(id).or_default();
            let mut number = 0;
            self.gather(progress, |gil, _: &mut Vec<()>| {
                Ok(counts.read(gil, |path, count| {
                    if order.len() == number {
                        order.push(ELSEWHERE);
                    }
                    if !sampled.is_at(order[number], path) {
                        order[number] = sampled.place_of(path, &modules);
                    }
                    if let Some(calls) = calls.get_mut(order[number] as usize) {
                        *calls = count;
                    }
                    number += 1;
                }))
            })?;
        }
        sampled.orders = orders;
        Ok(calls)
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
