//! The budget: a limit on what the patches cost. The worker samples the counters regularly. When
//! all patches together exceed the limit, it unpatches the most expensive until the rest fit.
//!
//! Sampling does not need the GIL. Only the last interval counts, so that a burst that has ended
//! does not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::cost::{core_share, per_second};
use super::event::Event;
use super::patch::Patch;
use super::patching::Change;
use super::pending::Progress;
use super::worker::Worker;
use crate::counts::Processes;
use crate::cpython::SymbolPath;

/// The sampling interval.
const INTERVAL: Duration = Duration::from_secs(1);

/// The budget of a session.
#[derive(Default)]
pub(super) struct Keeper(Mutex<Option<Kept>>);

/// A budget that is set.
struct Kept {
    budget: Budget,
    last_look: Instant,
}

/// A budget and its effects so far.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// What the patches may take of a core, in percent.
    pub percent: f64,
    /// How often the cost was checked since the budget was set.
    pub looks: u64,
    /// How many callables were unpatched because of it.
    pub unpatched: usize,
}

/// What was unpatched when all patches together exceeded the budget.
#[derive(Debug)]
pub struct Overspending {
    /// The budget, in percent of a core.
    pub percent: f64,
    /// The share that they took; 1 is a whole core.
    pub core_share: f64,
    /// The unpatched callables and their shares, the most expensive first.
    pub unpatched: Vec<(SymbolPath, f64)>,
    /// Callables that were left alone because other code has replaced their code object.
    pub replaced: Vec<SymbolPath>,
    /// The number of live processes that the program forked earlier, in which they are still
    /// patched.
    pub children: usize,
}

impl Keeper {
    /// The budget, if there is one.
    pub(super) fn budget(&self) -> Option<Budget> {
        self.lock().as_ref().map(|kept| kept.budget)
    }

    /// The time of the next check, if there is a budget.
    pub(super) fn next_look(&self) -> Option<Instant> {
        self.lock().as_ref().map(|kept| kept.last_look + INTERVAL)
    }

    /// The budget and the time since the last check, if the next one is due.
    fn begin_look(&self) -> Option<(Budget, Duration)> {
        let now = Instant::now();
        let mut kept = self.lock();
        let kept = kept.as_mut()?;
        let time = now.duration_since(kept.last_look);
        if time < INTERVAL {
            return None;
        }
        kept.last_look = now;
        kept.budget.looks += 1;
        Some((kept.budget, time))
    }

    /// Counts what was unpatched because of it.
    fn add(&self, unpatched: usize) {
        if let Some(kept) = self.lock().as_mut() {
            kept.budget.unpatched += unpatched;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    /// Sets the budget, in percent of a core; `None` removes it.
    pub(super) fn set_budget(&self, percent: Option<f64>) {
        // Starts from here: earlier hits do not count.
        self.new_hits();
        *self.keeper.lock() = percent.map(|percent| Kept {
            budget: Budget {
                percent,
                looks: 0,
                unpatched: 0,
            },
            last_look: Instant::now(),
        });
    }

    /// Enforces the budget, if a check is due.
    pub(super) fn keep_budget(&self) {
        let Some((budget, time)) = self.keeper.begin_look() else {
            return;
        };
        let share = |hits| core_share(per_second(0, hits, time), self.hook_cost);
        let new_hits = self.new_hits();
        let together = share(new_hits.iter().map(|(_, hits)| hits).sum());
        let expensive = beyond(new_hits, |hits| share(hits) * 100.0 <= budget.percent);
        if expensive.is_empty() {
            return;
        }
        let (patches, hits): (Vec<_>, Vec<_>) = expensive.into_iter().unzip();
        // A patch that cannot be undone now is tried again after the next interval.
        let Ok(outcomes) = self.unpatch_each(&Progress::default(), patches) else {
            return;
        };
        let (mut unpatched, mut replaced) = (Vec::new(), Vec::new());
        for (outcome, hits) in outcomes.into_iter().zip(hits) {
            match outcome.change {
                Change::Unpatched(_) => unpatched.push((outcome.path, share(hits))),
                Change::Replaced | Change::Copied => replaced.push(outcome.path),
                _ => {}
            }
        }
        if !unpatched.is_empty() || !replaced.is_empty() {
            self.keeper.add(unpatched.len());
            self.listener.tell(Event::Overspent(Overspending {
                percent: budget.percent,
                core_share: together,
                unpatched,
                replaced,
                children: Processes::now().living.len() - 1,
            }));
        }
    }

    /// The hits so far of all installed patches.
    pub(super) fn hits_in_place(&self) -> u64 {
        let records = self.patches.all().into_iter();
        let patched = records.filter(|patch| patch.is_instrumented());
        patched.map(|patch| patch.counter.hits_ever()).sum()
    }

    /// The hits of all installed patches since the last call.
    fn new_hits(&self) -> Vec<(Arc<Patch>, u64)> {
        let records = self.patches.all().into_iter();
        // Also those of removed patches, which may be installed again.
        let counted = records.map(|patch| (patch.new_hits(), patch));
        let patched = counted.filter(|(_, patch)| patch.is_instrumented());
        patched.map(|(hits, patch)| (patch, hits)).collect()
    }
}

/// The most expensive of the patches, without which the hits of the rest fit.
fn beyond<T>(mut hit: Vec<(T, u64)>, fits: impl Fn(u64) -> bool) -> Vec<(T, u64)> {
    let mut rest: u64 = hit.iter().map(|(_, hits)| hits).sum();
    if fits(rest) {
        return Vec::new();
    }
    hit.sort_by_key(|(_, hits)| std::cmp::Reverse(*hits));
    let is_too_much = |(_, hits): &&(T, u64)| {
        let is_too_much = !fits(rest);
        rest -= hits;
        is_too_much
    };
    let number = hit.iter().take_while(is_too_much).count();
    hit.truncate(number);
    hit
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of these must go so that the hits of the rest are allowed.
    fn gone(hits: &[u64], allowed: u64) -> Vec<(usize, u64)> {
        let hits = hits.iter().copied().enumerate().collect();
        beyond(hits, |hits| hits <= allowed)
    }

    #[test]
    fn the_most_expensive_go_until_the_rest_fits() {
        assert_eq!(gone(&[5, 80, 5, 10], 100), []);
        assert_eq!(gone(&[5, 80, 5, 10], 99), [(1, 80)]);
        assert_eq!(gone(&[5, 80, 5, 10], 20), [(1, 80)]);
        assert_eq!(gone(&[5, 80, 5, 10], 19), [(1, 80), (3, 10)]);
        assert_eq!(gone(&[7, 7, 7], 7), [(0, 7), (1, 7)]);
        assert_eq!(gone(&[3, 0], 0), [(0, 3)]);
        assert_eq!(gone(&[], 0), []);
    }
}
