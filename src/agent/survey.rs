//! The contents of the loaded modules, read once, and then only where they have changed: reading
//! 100,000 callables takes the worker some 60 ms, everything else that `ls` needs some 8 ms.
//!
//! Changes inside an object are not noticed that way, so everything is read again from time to
//! time, and always if reading is fast.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::progress::Progress;
use super::worker::Worker;
use crate::cpython::{Callable, Comparison, Fingerprint, FunctionId, Gil, Module, Modules, Search};
use crate::error::Result;
use crate::protocol::{Kind, SymbolPath};

/// What takes less time than this to read is always read again.
const WORTH_SAVING: Duration = Duration::from_millis(10);
/// Everything is read again when the contents are this many times as old as reading took.
const READING_SHARE: u32 = 200;

/// A callable, as of the time its module was read.
pub(super) struct Surveyed {
    pub(super) path: SymbolPath,
    pub(super) kind: Kind,
    pub(super) function: FunctionId,
    /// The program's own count of its calls.
    pub(super) calls: Option<u64>,
    /// Whether its code object was a patched one, or a copy of one.
    pub(super) holds_hook: bool,
}

/// A module with its callables, by path.
pub(super) struct SurveyedModule {
    name: String,
    pub(super) callables: Vec<Surveyed>,
    /// Shows whether it is still current; none if it must be read again in any case.
    fingerprint: Option<Fingerprint>,
}

/// The contents as read.
#[derive(Default)]
pub(super) struct Known {
    modules: HashMap<String, Arc<SurveyedModule>>,
    /// Contents that will be read again. Dropping them takes longer than a slice.
    outdated: Vec<Arc<SurveyedModule>>,
    /// When everything was read, and the processor time that it took.
    whole: Option<(Instant, Duration)>,
}

impl Known {
    /// Whether it is valid where nothing has changed.
    fn is_of_use(&self) -> bool {
        self.whole.is_some_and(|(read, cost)| {
            cost >= WORTH_SAVING && read.elapsed() < cost * READING_SHARE
        })
    }
}

/// A survey that is under way.
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
    /// The earlier contents of a module that is read again. Dropping them takes longer than a
    /// slice.
    Outdated(Arc<SurveyedModule>),
    Callable(Surveyed),
    /// The end of a module: all of its callables were found.
    End(String, Option<Fingerprint>),
}

impl<W: Fn(Gil<'_>, &Module) -> bool> Survey<W> {
    /// Reads one more entry; false at the end.
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
    /// Makes the next survey read a module again even if it seems unchanged.
    pub(super) fn read_anew(&self, module: &str) {
        let mut known = self.caches.known();
        let outdated = known.modules.remove(module);
        known.outdated.extend(outdated);
    }

    /// The wanted modules, in the order of their paths.
    pub(super) fn survey(
        &self,
        progress: &Progress,
        is_wanted: impl Fn(Gil<'_>, &Module) -> bool,
    ) -> Result<Vec<Arc<SurveyedModule>>> {
        let started = processor_time();
        let mut known = mem::take(&mut *self.caches.known());
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
        *self.caches.known() = known;
        Ok(modules)
    }
}

/// The modules that were read completely.
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

/// The processor time of this thread.
pub(super) fn processor_time() -> Duration {
    // It never precedes the start of the thread.
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
