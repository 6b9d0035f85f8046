//! Installs patches: reads, rewrites and installs function by function while the program runs.
//!
//! Reading and installing hold the GIL and share slices; rewriting happens between them, without
//! it. A function is always either completely patched or untouched.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::in_flight::OldCodes;
use super::lingering::Lingering;
use super::patch::{Patch, Rewrite};
use super::progress::Progress;
use super::selection::Selected;
use super::worker::{Slice, Worker};
use crate::bytecode::{CodeParts, Injected, Probe, inject};
use crate::cpython::{CodeObject, Gil, Hook, LocalEvents, ROOM, Tools, ensure_memory};
use crate::error::{Error, Result};
use crate::protocol::{Change, Outcome, Recorders, Wanted};

/// An outcome takes its own size, and as much again for its names.
const OUTCOME_SHARE: usize = 2;
/// Rewriting takes at most this many bytes of memory for each byte of the code.
const REWRITING_SHARE: usize = 256;

/// The note for an original code object that the program may use as a key.
const KEY: &str = "the program has weak references to the original code object: it does not find it by the \
     code object of a frame while the function is patched";

/// The functions of one request, on their way from selected to patched.
struct Batch<'a> {
    worker: &'a Worker,
    wanted: Wanted,
    progress: &'a Progress,
    waiting: VecDeque<Selected>,
    ready: VecDeque<Ready>,
    outcomes: Vec<Outcome>,
    old: OldCodes,
    /// Patches that the last slice has installed.
    changed: Vec<Arc<Patch>>,
    /// The earlier patched code of functions whose code was then replaced by other code.
    taken_out: Vec<Lingering>,
}

/// What a look at a function has found.
enum Read {
    /// Our patch records what is wanted.
    Already(Recorders),
    /// It is to be rewritten.
    Anew(Reading),
}

/// What was read from a function.
struct Reading {
    /// What the function runs now.
    current: CodeObject,
    /// Its original code object, which is rewritten.
    code: CodeObject,
    recorders: Recorders,
    parts: CodeParts,
    hook_constant: u32,
    time: Duration,
}

/// A function whose new code is ready to be installed.
struct Ready {
    target: Selected,
    current: CodeObject,
    code: CodeObject,
    recorders: Recorders,
    injected: Injected,
    time: Duration,
}

impl Worker {
    /// Patches functions one by one.
    pub(super) fn patch_each(
        &self,
        progress: &Progress,
        selected: Vec<Selected>,
        wanted: Wanted,
    ) -> Result<Vec<Outcome>> {
        if let Err(error) = ensure_memory(OUTCOME_SHARE * selected.len() * size_of::<Outcome>()) {
            self.let_go(selected)?;
            return Err(error);
        }
        progress.expect_steps(selected.len());
        let batch = Batch {
            worker: self,
            wanted,
            progress,
            outcomes: Vec::with_capacity(selected.len()),
            old: OldCodes::with_capacity(selected.len()),
            waiting: selected.into(),
            ready: VecDeque::new(),
            taken_out: Vec::new(),
            changed: Vec::new(),
        };
        batch.run()
    }
}

impl Batch<'_> {
    /// Patches function by function. When cancelled, finishes those that were read.
    fn run(mut self) -> Result<Vec<Outcome>> {
        let worker = self.worker;
        while !self.ready.is_empty() || (!self.waiting.is_empty() && !self.progress.is_cancelled())
        {
            let read = worker.slice(|gil, slice| {
                ensure_memory(ROOM)?;
                self.install_ready(gil, slice);
                Ok(self.read_waiting(gil, slice))
            });
            self.progress.slice();
            worker.have_changed(self.changed.drain(..));
            match read {
                Ok(read) => read
                    .into_iter()
                    .for_each(|(target, reading)| self.rewrite(target, reading)),
                Err(error) => {
                    self.stop(&error);
                    break;
                }
            }
        }
        worker.let_go(self.waiting)?;
        worker.linger(self.taken_out);
        worker.note_calls_in_flight(self.old, &mut self.outcomes);
        Ok(self.outcomes)
    }

    /// Refuses the functions that were read, and the next one; the others are not reached.
    fn stop(&mut self, error: &Error) {
        let mut refused: Vec<_> = self.ready.drain(..).map(|ready| ready.target).collect();
        refused.extend(self.waiting.pop_front());
        for target in refused {
            self.conclude(target, Change::Refused(error.clone()));
        }
    }

    fn read_waiting(&mut self, gil: Gil<'_>, slice: &Slice) -> Vec<(Selected, Reading)> {
        let mut all_read = Vec::new();
        while !slice.is_over()
            && !self.progress.is_cancelled()
            && let Some(target) = self.waiting.pop_front()
        {
            match self.read(gil, &target) {
                Ok(Read::Anew(reading)) => all_read.push((target, reading)),
                Ok(Read::Already(recorders)) => {
                    self.conclude(target, Change::AlreadyPatched(recorders));
                }
                Err(error) => self.conclude(target, Change::Refused(error)),
            }
        }
        all_read
    }

    /// Rewrites the bytecode; does not need the GIL.
    fn rewrite(&mut self, target: Selected, reading: Reading) {
        let start = Instant::now();
        let Reading {
            current,
            code,
            recorders,
            parts,
            hook_constant,
            time,
        } = reading;
        if let Err(error) = ensure_memory(REWRITING_SHARE * parts.code.len()) {
            return self.conclude(target, Change::Refused(error));
        }
        match inject(
            self.worker.facts.version,
            &parts,
            probe(recorders),
            hook_constant,
        ) {
            Ok(injected) => self.ready.push_back(Ready {
                target,
                current,
                code,
                recorders,
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
                    Change::Refused(
                        refusal.hint("it was left unchanged; patch a function that calls it"),
                    ),
                );
            }
        }
    }

    fn install_ready(&mut self, gil: Gil<'_>, slice: &Slice) {
        let tools = Tools::in_use(gil);
        while !slice.is_over()
            && let Some(mut ready) = self.ready.pop_front()
        {
            let outcome = tools
                .clone()
                .and_then(|tools| self.install(gil, tools, &ready));
            if outcome.is_ok() {
                self.old.add(ready.current.id(), self.outcomes.len());
                if ready.code.has_weak_references(gil) {
                    ready.target.notes.push(KEY.to_owned());
                }
            }
            self.conclude(ready.target, outcome.unwrap_or_else(Change::Refused));
        }
    }

    fn install(&mut self, gil: Gil<'_>, tools: Tools, ready: &Ready) -> Result<Change> {
        let start = Instant::now();
        let Ready {
            target,
            current,
            code,
            recorders,
            injected,
            time,
        } = ready;
        let (patches, function) = (&self.worker.patches, target.function.id());
        if !target.function.code(gil).is(current) {
            let in_place = patches.of(gil, function).and_then(|it| it.in_place(gil));
            if in_place.is_some_and(|now| now.recorders == *recorders) {
                return Ok(Change::AlreadyPatched(*recorders));
            }
            return Err(Error::new(format!(
                "`{}` was given a new code object while it was being patched",
                target.path
            ))
            .hint(format!("patch it again: `patch {}`", target.path)));
        }
        let add = || {
            // What the name leads to may have changed since the module was read.
            self.worker.read_anew(target.path.module());
            let (added, gone) = patches.add(gil, &target.path, target.kind, &target.function)?;
            self.worker.have_gone(&gone);
            Ok(added)
        };
        let patch = patches.of(gil, function).map_or_else(add, Ok)?;
        let former = patch.in_place(gil);
        let recorder = patch.recorder(*recorders)?;
        let hook = Hook::new(gil, &patch.path, patch.counter, recorder)?;
        let patched_code = code.with_hook(gil, &injected.parts, &hook)?;
        let given = LocalEvents::default().carry(gil, tools, current, &patched_code)?;
        // What a tool has changed since the first rewrite goes back to the original code, too.
        let local_events = former.as_ref().map_or(given, |former| former.local_events);
        target.function.set_code(gil, &patched_code)?;
        let (instructions_added, time) = (injected.instructions_added(), *time + start.elapsed());
        let byte = |unit: usize| u32::try_from(unit * 2).unwrap_or(u32::MAX);
        let ranges = injected.ranges.iter();
        let bytes = ranges.map(|units| byte(units.start)..byte(units.end));
        let rewrite = Rewrite {
            original_code: code.clone_ref(gil),
            patched_code,
            recorders: *recorders,
            local_events,
            injected: bytes.collect(),
            instructions_added,
            time,
        };
        let replaced = patch.record(gil, Some(rewrite));
        self.taken_out
            .extend(replaced.map(|former| Lingering::new(former, patch.counter.id())));
        self.changed.push(patch);
        Ok(Change::Patched {
            recorders: *recorders,
            former: former.map(|former| former.recorders),
            instructions_added,
            time,
        })
    }

    /// Reads what a rewrite needs from a function, unless our patch already records what is wanted.
    fn read(&self, gil: Gil<'_>, target: &Selected) -> Result<Read> {
        let start = Instant::now();
        let function = target.function.id();
        if self.worker.lazy.watches(function) {
            return Err(Error::new(format!(
                "`{}` cannot be patched while `--lazy` patterns watch imports in it",
                target.path
            ))
            .hint("`ls` lists pending patterns; `unpatch PATTERN` removes one"));
        }
        let patch = self.worker.patches.of(gil, function);
        let in_place = patch.as_ref().and_then(|patch| patch.in_place(gil));
        let now = in_place.as_ref().map(|it| it.recorders);
        let recorders = self.wanted.beside(now);
        if now == Some(recorders) {
            return Ok(Read::Already(recorders));
        }
        if let (None, Some(patch)) = (&in_place, &patch) {
            self.worker.restore_again(gil, patch)?;
        }
        let current = target.function.code(gil);
        let code = in_place.map_or_else(|| current.clone_ref(gil), |it| it.original_code);
        let (parts, hook_constant) = (code.parts(gil)?, code.constant_count(gil)?);
        Ok(Read::Anew(Reading {
            current,
            code,
            recorders,
            parts,
            hook_constant,
            time: start.elapsed(),
        }))
    }

    fn conclude(&mut self, target: Selected, change: Change) {
        let counter = self.worker.patches.counter_of(target.function.id());
        self.outcomes.push(Outcome {
            counter,
            ..target.outcome(change)
        });
        self.progress.step();
    }
}

/// What is injected to record this.
fn probe(recorders: Recorders) -> Probe {
    if recorders.needs_ends() {
        Probe::Time
    } else {
        Probe::Count
    }
}

impl Selected {
    pub(super) fn outcome(self, change: Change) -> Outcome {
        Outcome {
            notes: self.notes,
            ..Outcome::new(self.path, self.kind, change)
        }
    }
}
