//! Serves a request to patch, and reports what it has changed.

use super::progress::Progress;
use super::selection::{Absent, Selected};
use super::worker::Worker;
use crate::counts::Processes;
use crate::cpython::{SCRIPT_WATCH, Stage};
use crate::error::{Error, Result, count};
use crate::protocol::{Change, Outcome, PatchRequest, Pattern, Pendency, Report, Wanted};

/// The report on some of the matching callables.
pub(super) fn report_on(
    meant: usize,
    outcomes: Vec<Outcome>,
    lazy: Vec<(String, Pendency)>,
) -> Report {
    Report {
        untouched: meant - outcomes.len(),
        outcomes,
        lazy,
        // The program itself is one of the live processes.
        children: Processes::now().living.len() - 1,
    }
}

impl Worker {
    /// Patches what a request selects; everything is looked up before anything is changed.
    ///
    /// # Errors
    /// If a pattern matches nothing, if there are too many matches, or if the work is cancelled
    /// during the lookup; then nothing is changed.
    pub(super) fn patch(&self, progress: &Progress, request: &PatchRequest) -> Result<Report> {
        let absent = if request.lazy {
            Absent::Waits
        } else {
            Absent::Fails
        };
        let selected = self.select(progress, &request.patterns, absent)?;
        if let Err(error) = may_go_on(progress, selected.len(), request.limit) {
            self.let_go(selected)?;
            return Err(error);
        }
        let waiting = self.waiting(request)?;
        let mut lazy = Pendency::TooLate.of(&self.too_late(request));
        if request.dry_run {
            lazy.extend(Pendency::WouldBePending.of(&waiting));
            let (meant, outcomes) = (
                selected.len(),
                self.dry_run(progress, selected, request.wanted)?,
            );
            return Ok(report_on(meant, outcomes, lazy));
        }
        if waiting.is_empty() {
            let (meant, outcomes) = (
                selected.len(),
                self.patch_each(progress, selected, request.wanted)?,
            );
            return Ok(report_on(meant, outcomes, lazy));
        }
        let meant = selected.len();
        self.let_go(selected)?;
        self.add_lazy(&waiting, request.limit, request.wanted)?;
        lazy.extend(Pendency::Pending.of(&waiting));
        // A second pass finds what has arrived since the first.
        let selected = self
            .select(progress, &request.patterns, absent)
            .map_err(|error| {
                let changed = "what was asked for waits for imports, but nothing was patched";
                Error::new(format!("{error}; {changed}"))
                    .hint("`unpatch` takes it back, `ls` shows what is pending")
            })?;
        if progress.is_cancelled() {
            self.let_go(selected)?;
            return Ok(report_on(meant, Vec::new(), lazy));
        }
        let (meant, outcomes) = (
            selected.len(),
            self.patch_each(progress, selected, request.wanted)?,
        );
        Ok(report_on(meant, outcomes, lazy))
    }

    /// The patterns of a lazy request for which something can arrive: not those of a callable that
    /// is there.
    fn waiting(&self, request: &PatchRequest) -> Result<Vec<Pattern>> {
        let mut waiting = Vec::new();
        for pattern in request.patterns.iter().filter(|_| request.lazy) {
            if self.can_wait(pattern)? {
                waiting.push(pattern.clone());
            }
        }
        Ok(waiting)
    }

    /// The wildcards of a lazy request that match what an unwatched script defines.
    fn too_late(&self, request: &PatchRequest) -> Vec<Pattern> {
        let is_unwatched = || SCRIPT_WATCH.stage() == Stage::Unwatched;
        let patterns = request.patterns.iter();
        let wildcards = patterns.filter(|pattern| request.lazy && pattern.is_wildcard());
        let of_script = wildcards.filter(|pattern| self.is_of_script(pattern) && is_unwatched());
        of_script.cloned().collect()
    }

    fn dry_run(
        &self,
        progress: &Progress,
        selected: Vec<Selected>,
        wanted: Wanted,
    ) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::with_capacity(selected.len());
        progress.expect_steps(selected.len());
        self.in_slices(progress, selected, |gil, target| {
            let patch = self.patches.of(gil, target.function.id());
            let now = patch.and_then(|patch| patch.in_place(gil));
            let now = now.map(|now| now.recorders);
            let change = if now == Some(wanted.beside(now)) {
                Change::AlreadyPatched(wanted.beside(now))
            } else {
                Change::WouldPatch
            };
            outcomes.push(target.outcome(change));
            Ok(())
        })?;
        Ok(outcomes)
    }
}

fn may_go_on(progress: &Progress, matches: usize, limit: Option<usize>) -> Result<()> {
    match limit {
        // Not everything may have been found.
        _ if progress.is_cancelled() => Err(Error::interrupted()),
        Some(limit) if matches > limit => Err(Error::new(format!(
            "{} match, more than the limit of {limit}; nothing was changed",
            count(matches, "callable")
        ))
        .hint(format!(
            "`--limit {matches}` allows them all, `--dry-run` lists them"
        ))),
        _ => Ok(()),
    }
}
