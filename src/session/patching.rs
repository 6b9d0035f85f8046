//! Putting patches in: read, rewrite and install, function by function, while the target runs.
//!
//! Reading and installing need the interpreter and share its slices; rewriting is done between
//! them, without it. A function is either whole or untouched whenever the work ends.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::in_flight::OldCodes;
use super::patch::{Patch, Rewrite, State};
use super::pattern::Pattern;
use super::pending::Progress;
use super::selection::Selected;
use super::worker::{Slice, Worker};
use crate::bytecode::{CodeParts, Injected, inject_entry_hook};
use crate::cpython::{CodeObject, Frame, Gil, Hook, Kind, SymbolPath};
use crate::error::{Error, Result, count};

/// What was done to one callable.
pub struct Outcome {
    /// Its name.
    pub path: SymbolPath,
    /// How it is bound and what it gives.
    pub kind: Kind,
    /// What the user must know about the way to it.
    pub notes: Vec<String>,
    /// What was done.
    pub change: Change,
    /// The calls that still run the code that was taken out; they finish on it.
    pub in_flight: Vec<Frame>,
}

/// What `patch` or `unpatch` did.
pub enum Change {
    /// The patched code object is in place.
    Patched {
        /// How many instructions were added.
        instructions_added: usize,
        /// How long reading, rewriting and installing took.
        time: Duration,
    },
    /// A dry run: it would be patched.
    WouldPatch,
    /// It was patched already; nothing was changed.
    AlreadyPatched,
    /// The very same original code object is in place again.
    Unpatched,
    /// It was not patched; nothing was changed.
    NotPatched,
    /// Somebody else has replaced the code object; theirs was left alone.
    Replaced,
    /// It cannot be patched; nothing was changed.
    Refused(Error),
}

/// What to patch, and under which conditions.
pub struct PatchRequest {
    /// Which callables.
    pub patterns: Vec<Pattern>,
    /// Refuse more matches than this.
    pub limit: Option<usize>,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// The functions of one request, on their way from selected to patched.
struct Batch<'a> {
    worker: &'a Worker,
    progress: &'a Progress,
    waiting: VecDeque<Selected>,
    ready: VecDeque<Ready>,
    outcomes: Vec<Outcome>,
    old: OldCodes,
}

/// What was read of a function.
struct Reading {
    code: CodeObject,
    parts: CodeParts,
    hook_constant: u32,
    time: Duration,
}

/// A function whose new code is ready to be installed.
struct Ready {
    target: Selected,
    code: CodeObject,
    injected: Injected,
    time: Duration,
}

impl Worker {
    /// Patches what a request selects; all of it is looked up before anything is changed.
    pub(super) fn patch(
        &self,
        progress: &Progress,
        request: &PatchRequest,
    ) -> Result<Vec<Outcome>> {
        let selected = self.select(progress, &request.patterns)?;
        if let Some(limit) = request.limit
            && selected.len() > limit
        {
            let matches = count(selected.len(), "callable");
            return Err(Error::new(format!(
                "{matches} match, more than the limit of {limit}; nothing was changed"
            ))
            .hint(format!(
                "`--limit {}` allows them all, `--dry-run` lists them",
                selected.len()
            )));
        }
        if request.dry_run {
            return Ok(self.dry_run(selected));
        }
        progress.expect_steps(selected.len());
        let batch = Batch {
            worker: self,
            progress,
            outcomes: Vec::with_capacity(selected.len()),
            waiting: selected.into(),
            ready: VecDeque::new(),
            old: OldCodes::default(),
        };
        batch.run()
    }

    fn dry_run(&self, selected: Vec<Selected>) -> Vec<Outcome> {
        let outcome = |target: Selected| {
            let is_patched = self.patches.is_instrumented(target.function.id());
            target.outcome(if is_patched {
                Change::AlreadyPatched
            } else {
                Change::WouldPatch
            })
        };
        selected.into_iter().map(outcome).collect()
    }
}

impl Batch<'_> {
    /// Patches function by function; when cancelled, finishes those that were read and no more.
    fn run(mut self) -> Result<Vec<Outcome>> {
        let worker = self.worker;
        while !self.ready.is_empty() || (!self.waiting.is_empty() && !self.progress.is_cancelled())
        {
            let read = worker.slice(|gil, slice| {
                self.install_ready(gil, slice);
                self.read_waiting(gil, slice)
            });
            for (target, reading) in read {
                self.rewrite(target, reading);
            }
        }
        worker.note_calls_in_flight(&self.old, &mut self.outcomes)?;
        Ok(self.outcomes)
    }

    fn read_waiting(&mut self, gil: Gil<'_>, slice: &Slice) -> Vec<(Selected, Reading)> {
        let mut all_read = Vec::new();
        while !slice.is_over()
            && !self.progress.is_cancelled()
            && let Some(target) = self.waiting.pop_front()
        {
            match self.read(gil, &target) {
                Ok(Some(reading)) => all_read.push((target, reading)),
                Ok(None) => self.conclude(target, Change::AlreadyPatched),
                Err(error) => self.conclude(target, Change::Refused(error)),
            }
        }
        all_read
    }

    /// Rewrites the bytecode; needs no interpreter.
    fn rewrite(&mut self, target: Selected, reading: Reading) {
        let start = Instant::now();
        let Reading {
            code,
            parts,
            hook_constant,
            time,
        } = reading;
        match inject_entry_hook(self.worker.version, &parts, hook_constant) {
            Ok(injected) => self.ready.push_back(Ready {
                target,
                code,
                injected,
                time: time + start.elapsed(),
            }),
            Err(error) => {
                let refusal = Error::new(format!(
                    "`{}` cannot be rewritten safely: {error}",
                    target.path
                ));
                self.conclude(
                    target,
                    Change::Refused(refusal.hint("it was left untouched")),
                );
            }
        }
    }

    fn install_ready(&mut self, gil: Gil<'_>, slice: &Slice) {
        while !slice.is_over()
            && let Some(ready) = self.ready.pop_front()
        {
            let outcome = self.install(gil, &ready);
            if outcome.is_ok() {
                self.old.add(ready.code.id(), self.outcomes.len());
            }
            self.conclude(ready.target, outcome.unwrap_or_else(Change::Refused));
        }
    }

    fn install(&self, gil: Gil<'_>, ready: &Ready) -> Result<Change> {
        let start = Instant::now();
        let Ready {
            target,
            code,
            injected,
            time,
        } = ready;
        if !target.function.code(gil)?.is(code) {
            return Err(Error::new(format!(
                "`{}` got another code object in this very moment",
                target.path
            ))
            .hint(format!("patch it again: `patch {}`", target.path)));
        }
        let patch = match self.worker.patches.of(gil, target.function.id()) {
            Some(patch) => patch,
            None => self.new_record(gil, target)?,
        };
        let hook = Hook::new(gil, &patch.path, patch.counter)?;
        let patched_code = code.with_hook(gil, &injected.parts, &hook)?;
        target.function.set_code(gil, &patched_code)?;
        let (instructions_added, time) = (injected.instructions_added(), *time + start.elapsed());
        patch.record(Some(Rewrite {
            function: target.function.clone_ref(gil),
            original_code: code.clone_ref(gil),
            patched_code,
            injected: injected.at.start * 2..injected.at.end * 2,
            instructions_added,
            time,
        }));
        Ok(Change::Patched {
            instructions_added,
            time,
        })
    }

    fn new_record(&self, gil: Gil<'_>, target: &Selected) -> Result<Arc<Patch>> {
        let patch = Arc::new(Patch::new(
            gil,
            target.path.clone(),
            target.kind,
            &target.function,
        )?);
        self.worker.patches.add(Arc::clone(&patch));
        Ok(patch)
    }

    /// What a rewrite needs of a function; none if our patch is in place already.
    fn read(&self, gil: Gil<'_>, target: &Selected) -> Result<Option<Reading>> {
        let start = Instant::now();
        if let Some(patch) = self.worker.patches.of(gil, target.function.id())
            && patch.state(gil)? == State::Patched
        {
            return Ok(None);
        }
        let code = target.function.code(gil)?;
        let (parts, hook_constant) = (code.parts(gil)?, code.constant_count(gil)?);
        Ok(Some(Reading {
            code,
            parts,
            hook_constant,
            time: start.elapsed(),
        }))
    }

    fn conclude(&mut self, target: Selected, change: Change) {
        self.outcomes.push(target.outcome(change));
        self.progress.step();
    }
}

impl Selected {
    pub(super) fn outcome(self, change: Change) -> Outcome {
        Outcome {
            path: self.path,
            kind: self.kind,
            notes: self.notes,
            change,
            in_flight: Vec::new(),
        }
    }
}
