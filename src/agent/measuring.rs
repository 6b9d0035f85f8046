//! What was recorded of single callables, in all or in an interval of its own, as `time --for` asks for it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::patch::Patch;
use super::progress::Progress;
use super::selection::Selected;
use super::worker::Worker;
use crate::counts::{CounterId, ErrorSite, Extremes};
use crate::cpython::VERIFY;
use crate::error::{Error, Result};
use crate::measures::Recorded;
use crate::protocol::{CallReport, Change, IntervalReport, Recorders, SymbolPath, Wanted};

/// What had been recorded when an interval began.
pub(super) struct Baseline {
    recorded: Recorded,
    errors: Vec<ErrorSite>,
    extremes: Option<Extremes>,
}

/// The baselines of the callables that are measured.
pub(super) type Baselines = HashMap<CounterId, Baseline>;

impl Patch {
    /// What was recorded of it, and its exceptions; they are looked for only if there are some.
    fn everything(&self) -> (Recorded, Vec<ErrorSite>) {
        let recorded = self.recorded();
        let has_errors = recorded.times.as_ref().is_some_and(|it| it.errors > 0);
        let recording = self.recording().filter(|_| has_errors);
        let errors = recording.map_or_else(Vec::new, |recording| recording.errors.read());
        (recorded, errors)
    }
}

impl Worker {
    /// What was recorded of callables that are or were patched.
    pub(super) fn call_reports(&self, counters: &[CounterId]) -> Vec<CallReport> {
        let patches = self.patches_with(counters);
        let report = |patch: Arc<Patch>| {
            let (recorded, errors) = patch.everything();
            CallReport {
                row: patch.row_of(recorded),
                errors,
            }
        };
        patches.into_iter().map(report).collect()
    }

    /// Begins an interval: from now on the extremes are those of the interval.
    pub(super) fn begin_interval(&self, progress: &Progress, counters: &[CounterId]) -> Result<()> {
        let mut baselines = self.caches.baselines();
        self.in_slices(progress, self.patches_with(counters), |_, patch| {
            // What was never called has no extremes, and its memory is not touched.
            let was_called = patch.counter.hits_ever() > 0;
            let recording = patch.recording().filter(|_| was_called);
            let (recorded, errors) = patch.everything();
            let baseline = Baseline {
                recorded,
                errors,
                extremes: recording.map(|recording| recording.timing.begin_interval()),
            };
            baselines.insert(patch.counter.id(), baseline);
            Ok(())
        })
    }

    /// Ends an interval: puts back what was recorded of each callable before, takes off the patches of
    /// those of which nothing was, and reports what was recorded in the interval.
    pub(super) fn end_interval(
        &self,
        callables: &[(CounterId, Option<Recorders>)],
    ) -> Result<IntervalReport> {
        let trouble = self.put_recorders(callables)?;
        let counters: Vec<_> = callables.iter().map(|(counter, _)| *counter).collect();
        let mut baselines = std::mem::take(&mut *self.caches.baselines());
        let mut callables = Vec::with_capacity(counters.len());
        let patches = self.patches_with(&counters);
        self.in_slices(&Progress::default(), patches, |_, patch| {
            let now = patch.everything();
            let baseline = baselines.remove(&patch.counter.id());
            let (recorded, errors) = match baseline {
                Some(baseline) => baseline.end(&patch, now),
                None => now,
            };
            callables.push(CallReport {
                row: patch.row_of(recorded),
                errors,
            });
            Ok(())
        })?;
        Ok(IntervalReport { callables, trouble })
    }

    /// Puts back what was recorded of callables before. This is never cancelled; it returns why some could
    /// not be put back.
    fn put_recorders(&self, callables: &[(CounterId, Option<Recorders>)]) -> Result<Vec<Error>> {
        let progress = &Progress::default();
        let wanted: HashMap<_, _> = callables.iter().copied().collect();
        let mut unpatched = Vec::new();
        let mut others: HashMap<Recorders, Vec<Arc<Patch>>> = HashMap::new();
        for patch in self.patches.all() {
            match wanted.get(&patch.counter.id()) {
                Some(None) => unpatched.push(patch),
                Some(Some(recorders)) => others.entry(*recorders).or_default().push(patch),
                None => {}
            }
        }
        let mut trouble = Vec::new();
        let mut outcomes = self.unpatch_each(progress, unpatched)?;
        for (recorders, patches) in others {
            let (mut there, mut gone) = (Vec::new(), Vec::new());
            self.in_slices(progress, patches, |gil, patch| {
                let selected = patch
                    .in_place(gil)
                    .and_then(|_| Selected::of_patch(gil, &patch));
                match selected {
                    Some(selected) => there.push(selected),
                    None => gone.push(left_alone(&patch.path)),
                }
                Ok(())
            })?;
            outcomes.extend(self.patch_each(progress, there, Wanted::Only(recorders))?);
            trouble.extend(gone);
        }
        trouble.extend(
            outcomes
                .into_iter()
                .filter_map(|outcome| match outcome.change {
                    Change::Refused(error) => Some(error),
                    Change::Replaced | Change::Copied => Some(left_alone(&outcome.path)),
                    _ => None,
                }),
        );
        Ok(trouble)
    }

    /// The patches with these counters, by path.
    fn patches_with(&self, counters: &[CounterId]) -> Vec<Arc<Patch>> {
        let counters: HashSet<_> = counters.iter().collect();
        let mut patches = self.patches.all();
        patches.retain(|patch| counters.contains(&patch.counter.id()));
        patches
    }
}

fn left_alone(path: &SymbolPath) -> Error {
    Error::new(format!(
        "`{path}` was given another code object while it was measured; that was left alone"
    ))
    .hint(VERIFY)
}

impl Baseline {
    /// What came since.
    fn end(
        self,
        patch: &Patch,
        (recorded, errors): (Recorded, Vec<ErrorSite>),
    ) -> (Recorded, Vec<ErrorSite>) {
        if let Some((recording, extremes)) = patch.recording().zip(self.extremes) {
            recording.timing.end_interval(extremes);
        }
        let since = |site: ErrorSite| {
            let is_same = |it: &&ErrorSite| (&it.kind, it.line) == (&site.kind, site.line);
            let before = self.errors.iter().find(is_same).map_or(0, |it| it.errors);
            let errors = site.errors.saturating_sub(before);
            (errors > 0).then_some(ErrorSite { errors, ..site })
        };
        (
            recorded.since(&self.recorded),
            errors.into_iter().filter_map(since).collect(),
        )
    }
}
