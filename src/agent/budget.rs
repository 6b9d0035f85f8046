//! The budget: a limit on what the patches cost. The worker samples the counters regularly. When
//! all patches together exceed the limit, it unpatches the most expensive until the rest fit.
//!
//! Sampling does not need the GIL. Only the last interval counts, so that a burst that has ended
//! does not.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::patch::Patch;
use super::progress::Progress;
use super::worker::Worker;
use crate::counts::{CounterId, Processes};
use crate::measures::{Recorded, Samples};
use crate::protocol::{Budget, Change, Event, Overspending};

/// The sampling interval.
const INTERVAL: Duration = Duration::from_secs(1);

/// The budget of a session.
#[derive(Default)]
pub(super) struct Keeper(Mutex<Option<Kept>>);

/// A patch and the share of a core that it takes.
type Cost = (Arc<Patch>, f64);

/// A budget that is set.
struct Kept {
    budget: Budget,
    /// What each patch has ever recorded, also those that were removed and may be installed again.
    samples: Samples<HashMap<CounterId, Recorded>>,
}

impl Keeper {
    /// The budget, if there is one.
    pub(super) fn budget(&self) -> Option<Budget> {
        self.lock().as_ref().map(|kept| kept.budget)
    }

    /// The time of the next check since the session began, if there is a budget.
    pub(super) fn next_look(&self) -> Option<Duration> {
        let last = self.lock().as_ref()?.samples.taken()?;
        Some(last + INTERVAL)
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
        let mut samples = Samples::new(self.facts.costs);
        samples.add(self.facts.started.elapsed(), recorded(&self.patches.all()));
        *self.keeper.lock() = percent.map(|percent| Kept {
            budget: Budget {
                percent,
                looks: 0,
                unpatched: 0,
            },
            samples,
        });
        self.outbox.tell(Event::Budget(self.keeper.budget()));
    }

    /// Enforces the budget, if a check is due.
    pub(super) fn keep_budget(&self) {
        let Some((budget, shares)) = self.look_at_costs() else {
            return;
        };
        self.outbox.tell(Event::Budget(Some(budget)));
        let together = shares.iter().map(|(_, share)| share).sum();
        let expensive = beyond(shares, budget.percent / 100.0);
        if expensive.is_empty() {
            return;
        }
        let (patches, shares): (Vec<_>, Vec<_>) = expensive.into_iter().unzip();
        // A patch that cannot be undone now is tried again after the next interval.
        let outcomes = self.unpatch_each(&Progress::default(), patches);
        self.tell_changes();
        let Ok(outcomes) = outcomes else {
            return;
        };
        let (mut unpatched, mut replaced) = (Vec::new(), Vec::new());
        for (outcome, share) in outcomes.into_iter().zip(shares) {
            match outcome.change {
                Change::Unpatched(_) => unpatched.push((outcome.path, share)),
                Change::Replaced | Change::Copied => replaced.push(outcome.path),
                _ => {}
            }
        }
        if !unpatched.is_empty() || !replaced.is_empty() {
            self.keeper.add(unpatched.len());
            self.outbox.tell(Event::Budget(self.keeper.budget()));
            self.outbox.tell(Event::Overspent(Overspending {
                percent: budget.percent,
                core_share: together,
                unpatched,
                replaced,
                children: Processes::now().living.len() - 1,
            }));
        }
    }

    /// The budget, and the share of a core that each installed patch took since the last check, if the
    /// next one is due.
    fn look_at_costs(&self) -> Option<(Budget, Vec<Cost>)> {
        if self.facts.started.elapsed() < self.keeper.next_look()? {
            return None;
        }
        let patches = self.patches.all();
        let now = recorded(&patches);
        let mut kept = self.keeper.lock();
        let Kept { budget, samples } = kept.as_mut()?;
        budget.looks += 1;
        samples.add(self.facts.started.elapsed(), now);
        samples.keep_intervals(1);
        let last = samples.last()?;
        let share = |patch: Arc<Patch>| {
            let counter = patch.counter.id();
            let of = |all: &HashMap<_, Recorded>| all.get(&counter).cloned().unwrap_or_default();
            let interval = last.interval(|all| of(all).into());
            (patch, interval.core_share())
        };
        let installed = patches.into_iter().filter(|it| it.is_instrumented());
        Some((*budget, installed.map(share).collect()))
    }
}

/// What each of the patches has ever recorded.
fn recorded(patches: &[Arc<Patch>]) -> HashMap<CounterId, Recorded> {
    let meters = patches.iter().map(|patch| patch.meter());
    meters
        .map(|meter| (meter.id().counter, Recorded::ever(&meter)))
        .collect()
}

/// The most expensive of the patches, without which the shares of the rest are at most `allowed`.
fn beyond<T>(mut shares: Vec<(T, f64)>, allowed: f64) -> Vec<(T, f64)> {
    let mut rest: f64 = shares.iter().map(|(_, share)| share).sum();
    if rest <= allowed {
        return Vec::new();
    }
    shares.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let is_too_much = |(_, share): &&(T, f64)| {
        let is_too_much = rest > allowed;
        rest -= share;
        is_too_much
    };
    let number = shares.iter().take_while(is_too_much).count();
    shares.truncate(number);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of these must go so that the rest is allowed.
    fn gone(shares: &[f64], allowed: f64) -> Vec<(usize, f64)> {
        beyond(shares.iter().copied().enumerate().collect(), allowed)
    }

    #[test]
    fn the_most_expensive_go_until_the_rest_fits() {
        assert_eq!(gone(&[5.0, 80.0, 5.0, 10.0], 100.0), []);
        assert_eq!(gone(&[5.0, 80.0, 5.0, 10.0], 99.0), [(1, 80.0)]);
        assert_eq!(gone(&[5.0, 80.0, 5.0, 10.0], 20.0), [(1, 80.0)]);
        assert_eq!(gone(&[5.0, 80.0, 5.0, 10.0], 19.0), [(1, 80.0), (3, 10.0)]);
        assert_eq!(gone(&[7.0, 7.0, 7.0], 7.0), [(0, 7.0), (1, 7.0)]);
        assert_eq!(gone(&[3.0, 0.0], 0.0), [(0, 3.0)]);
        assert_eq!(gone(&[], 0.0), []);
    }
}
