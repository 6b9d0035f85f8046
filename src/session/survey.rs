//! What the loaded modules hold. It is read once, and then only where it has changed: to read 100,000
//! callables takes the worker some 60 ms, all that `ls` needs of it otherwise some eight.
//!
//! What was changed in itself is not seen by that. So now and then all is read anew, and always if that
//! takes no time worth saving.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::pending::Progress;
use super::worker::Worker;
use crate::cpython::{
    Callable, Comparison, Fingerprint, FunctionId, Gil, Kind, Module, Modules, Search, SymbolPath,
};
use crate::error::Result;

/// What took less to read is read anew each time.
const WORTH_SAVING: Duration = Duration::from_millis(10);
/// What was read is as old as this many times what that took, before all is read anew.
const READING_SHARE: u32 = 200;

/// A callable, as it was when its module was read.
pub(super) struct Surveyed {
    pub(super) path: SymbolPath,
    pub(super) kind: Kind,
    pub(super) function: FunctionId,
    /// The target's own count of its calls.
    pub(super) calls: Option<u64>,
    /// Whether its code object was a patched one, or a copy of one.
    pub(super) holds_hook: bool,
}

/// A module with its callables, by path.
pub(super) struct SurveyedModule {
    name: String,
    pub(super) callables: Vec<Surveyed>,
    /// What tells whether that is so still; none if it must be read anew in any case.
    fingerprint: Option<Fingerprint>,
}

/// What was read.
#[derive(Default)]
pub(super) struct Known {
    modules: HashMap<String, Arc<SurveyedModule>>,
    /// What is read anew next time. To drop it takes longer than a slice.
    outdated: Vec<Arc<SurveyedModule>>,
    /// When all was read, and what that took the processor.
    whole: Option<(Instant, Duration)>,
}

impl Known {
    /// Whether it can be relied on where nothing has changed.
    fn is_of_use(&self) -> bool {
        self.whole.is_some_and(|(read, cost)| {
            cost >= WORTH_SAVING && read.elapsed() < cost * READING_SHARE
        })
    }
}

/// A survey under way.
struct Survey<W> {
    modules: Modules,
    is_wanted: W,
    known: HashMap<String, Arc<SurveyedModule>>,
    now: Now,
}

enum Now {
    BetweenModules,
    Comparing(Comparison, Module, Arc<SurveyedModule>),
    Reading(Search<fn(Gil<'_>, &Module) -> bool>),
}

enum Found {
    Unchanged(Arc<SurveyedModule>),
    /// What was read of a module that is read anew. To drop it takes longer than a slice.
    Outdated(Arc<SurveyedModule>),
    Callable(Surveyed),
    /// All callables of a module are found.
    End(String, Option<Fingerprint>),
}

impl<W: Fn(Gil<'_>, &Module) -> bool> Survey<W> {
    /// Looks at one more entry; false behind the last.
    fn step(&mut self, gil: Gil<'_>, found: &mut Vec<Found>) -> Result<bool> {
        match &mut self.now {
            Now::BetweenModules => {
                let Some(module) = self.modules.next(gil)? else {
                    return Ok(false);
                };
                if (self.is_wanted)(gil, &module) {
                    self.now = self.begin(gil, module);
                }
            }
            Now::Comparing(comparison, ..) => {
                if let Some(is_same) = comparison.step(gil) {
                    self.compared(is_same, found);
                }
            }
            Now::Reading(search) => {
                if let Some(callables) = search.step(gil)? {
                    found.extend(callables.into_iter().map(Found::callable));
                } else {
                    let name = search.module().to_owned();
                    found.push(Found::End(name, search.take_fingerprint()));
                    self.now = Now::BetweenModules;
                }
            }
        }
        Ok(true)
    }

    fn begin(&mut self, gil: Gil<'_>, module: Module) -> Now {
        if let Some(known) = self.known.remove(module.name())
            && let Some(fingerprint) = &known.fingerprint
        {
            Now::Comparing(Comparison::new(gil, &module, fingerprint), module, known)
        } else {
            Now::read(module)
        }
    }

    fn compared(&mut self, is_same: bool, found: &mut Vec<Found>) {
        if let Now::Comparing(_, module, known) = mem::replace(&mut self.now, Now::BetweenModules) {
            if is_same {
                found.push(Found::Unchanged(known));
            } else {
                found.push(Found::Outdated(known));
                self.now = Now::read(module);
            }
        }
    }
}

impl Now {
    fn read(module: Module) -> Self {
        Self::Reading(Search::new(Modules::just(module), |_, _| true))
    }
}

impl Found {
    fn callable(callable: Callable) -> Self {
        Self::Callable(Surveyed {
            path: callable.path,
            kind: callable.kind,
            function: callable.function.id(),
            calls: callable.calls,
            holds_hook: callable.holds_hook,
        })
    }
}

impl Worker {
    /// Has a module read anew when it is asked for next, even if it seems to hold the same.
    pub(super) fn read_anew(&self, module: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let outdated = known.modules.remove(module);
        known.outdated.extend(outdated);
    }

    /// The modules that are wanted, in the order of the paths in them.
    pub(super) fn survey(
        &self,
        progress: &Progress,
        is_wanted: impl Fn(Gil<'_>, &Module) -> bool,
    ) -> Result<Vec<Arc<SurveyedModule>>> {
        let started = processor_time();
        let mut known = mem::take(&mut *self.known.lock().unwrap_or_else(PoisonError::into_inner));
        known.outdated.clear();
        let is_new = !known.is_of_use();
        if is_new {
            known = Known::default();
        }
        let mut survey = Survey {
            modules: Modules::default(),
            is_wanted,
            known: known.modules,
            now: Now::BetweenModules,
        };
        let found = self.gather(progress, |gil, found| survey.step(gil, found))?;
        let mut modules = assemble(found);
        modules.sort_by_cached_key(|module| format!("{}:", module.name));
        known.modules = survey.known;
        let comparable = modules.iter().filter(|it| it.fingerprint.is_some());
        let named = comparable.map(|it| (it.name.clone(), Arc::clone(it)));
        known.modules.extend(named);
        if is_new {
            known.whole = Some((Instant::now(), processor_time().saturating_sub(started)));
        }
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(modules)
    }
}

/// The modules that are found to their ends.
fn assemble(found: Vec<Found>) -> Vec<Arc<SurveyedModule>> {
    let (mut modules, mut callables) = (Vec::new(), Vec::new());
    for found in found {
        match found {
            Found::Unchanged(module) => modules.push(module),
            Found::Outdated(module) => drop(module),
            Found::Callable(callable) => callables.push(callable),
            Found::End(name, fingerprint) => {
                let mut callables = mem::take(&mut callables);
                callables.sort_by(|a: &Surveyed, b| a.path.cmp(&b.path));
                modules.push(Arc::new(SurveyedModule {
                    name,
                    callables,
                    fingerprint,
                }));
            }
        }
    }
    modules
}

/// How long the processor has worked for this thread.
pub(super) fn processor_time() -> Duration {
    // It is never before its beginning.
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
