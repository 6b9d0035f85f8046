//! The one index of the loaded modules: their callables, and the other names in them. It is read once,
//! and then only where it has changed: reading 100,000 callables takes the worker some 60 ms, everything
//! else that `ls` needs some 8 ms.
//!
//! Changes inside an object are not noticed that way, so callables are read again from time to time,
//! and always if reading is fast. Names stay true as long as nothing was bound.

use std::collections::{HashMap, HashSet};
use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::progress::Progress;
use super::worker::Worker;
use crate::cpython::{Callable, Comparison, Fingerprint, FunctionId, Gil, Module, Modules, Search};
use crate::error::Result;
use crate::protocol::{Kind, ModuleNames, SymbolPath};

/// What takes less time than this to read is always read again.
const WORTH_SAVING: Duration = Duration::from_millis(10);
/// Everything is read again when the contents are this many times as old as reading took.
const READING_SHARE: u32 = 200;

/// A callable, as of the time its module was read.
pub(super) struct Indexed {
    pub(super) path: SymbolPath,
    pub(super) kind: Kind,
    pub(super) function: FunctionId,
    /// The program's own count of its calls.
    pub(super) calls: Option<u64>,
    /// Whether its code object was a patched one, or a copy of one.
    pub(super) holds_hook: bool,
}

/// A module with its callables, by path.
pub(super) struct IndexedModule {
    name: String,
    is_own: bool,
    read: Instant,
    pub(super) callables: Vec<Indexed>,
    /// Other names in it that may lead to callables, sorted.
    others: Vec<String>,
    /// Shows whether it is still current.
    fingerprint: Fingerprint,
    /// Whether it counts its own calls, which change without it.
    counts_calls: bool,
}

impl IndexedModule {
    /// Its names, to be sent.
    fn names(&self) -> ModuleNames {
        let names = self
            .callables
            .iter()
            .map(|it| it.path.qualname().to_owned());
        ModuleNames {
            name: self.name.clone(),
            is_own: self.is_own,
            callables: names.collect(),
            others: self.others.clone(),
        }
    }

    fn has_names_of(&self, other: &Self) -> bool {
        let mut pairs = self.callables.iter().zip(&other.callables);
        self.is_own == other.is_own
            && self.others == other.others
            && self.callables.len() == other.callables.len()
            && pairs.all(|(a, b)| a.path == b.path)
    }
}

/// The index as last read.
#[derive(Default)]
pub(super) struct Index {
    modules: HashMap<String, Arc<IndexedModule>>,
    /// Contents that will be read again. Dropping them takes longer than a slice.
    outdated: Vec<Arc<IndexedModule>>,
    /// When callables were last read without trusting what was known, and the processor time that it took.
    whole: Option<(Instant, Duration)>,
    /// How often a module was to be read anew.
    anew: u64,
}

impl Index {
    /// The time since which callables are as they were read where nothing has changed, if there is one.
    fn trusted_since(&self) -> Option<Instant> {
        let (began, cost) = self.whole?;
        let is_of_use = cost >= WORTH_SAVING && began.elapsed() < cost * READING_SHARE;
        is_of_use.then_some(began)
    }

    fn take_in(&mut self, modules: &[Arc<IndexedModule>]) {
        let named = modules.iter().map(|it| (it.name.clone(), Arc::clone(it)));
        self.modules.extend(named);
    }
}

/// Which modules need not be read again if their fingerprints are the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    None,
    /// Those that were read since then and do not count their own calls.
    CallablesSince(Instant),
    /// All of them: names alone matter.
    Names,
}

/// A pass over the modules that is under way.
struct Pass<W> {
    modules: Modules,
    is_wanted: W,
    trust: Trust,
    known: HashMap<String, Arc<IndexedModule>>,
    now: Now,
}

enum Now {
    BetweenModules,
    Comparing(Comparison, Module, Arc<IndexedModule>),
    Reading(Search<fn(Gil<'_>, &Module) -> bool>, bool),
}

enum Found {
    Unchanged(Arc<IndexedModule>),
    /// The earlier contents of a module that is read again. Dropping them takes longer than a
    /// slice.
    Outdated(Arc<IndexedModule>),
    Callable(Indexed),
    Other(String),
    /// The end of a module, with all but its names.
    End(IndexedModule),
}

impl<W: Fn(Gil<'_>, &Module) -> bool> Pass<W> {
    /// Reads one more entry; false at the end.
    fn step(&mut self, gil: Gil<'_>, found: &mut Vec<Found>) -> Result<bool> {
        match &mut self.now {
            Now::BetweenModules => {
                let Some(module) = self.modules.next(gil)? else {
                    return Ok(false);
                };
                if (self.is_wanted)(gil, &module) {
                    self.begin(gil, module, found);
                }
            }
            Now::Comparing(comparison, ..) => {
                if let Some(is_same) = comparison.step(gil) {
                    self.compared(gil, is_same, found);
                }
            }
            Now::Reading(search, is_own) => {
                if let Some(callables) = search.step(gil)? {
                    found.extend(callables.into_iter().map(Found::callable));
                    found.extend(search.take_unlisted().map(Found::Other));
                } else {
                    found.push(Found::End(IndexedModule {
                        name: search.module().to_owned(),
                        is_own: *is_own,
                        read: Instant::now(),
                        callables: Vec::new(),
                        others: Vec::new(),
                        fingerprint: search.take_fingerprint(),
                        counts_calls: search.counts_calls(),
                    }));
                    self.now = Now::BetweenModules;
                }
            }
        }
        Ok(true)
    }

    fn begin(&mut self, gil: Gil<'_>, module: Module, found: &mut Vec<Found>) {
        let known = self.known.remove(module.name());
        let is_trusted = |known: &Arc<IndexedModule>| match self.trust {
            Trust::None => false,
            Trust::CallablesSince(began) => known.read >= began && !known.counts_calls,
            Trust::Names => true,
        };
        self.now = match known {
            Some(known) if is_trusted(&known) => {
                let comparison = Comparison::new(gil, &module, &known.fingerprint);
                Now::Comparing(comparison, module, known)
            }
            outdated => {
                found.extend(outdated.map(Found::Outdated));
                Now::read(gil, module)
            }
        };
    }

    fn compared(&mut self, gil: Gil<'_>, is_same: bool, found: &mut Vec<Found>) {
        if let Now::Comparing(_, module, known) = mem::replace(&mut self.now, Now::BetweenModules) {
            if is_same {
                found.push(Found::Unchanged(known));
            } else {
                found.push(Found::Outdated(known));
                self.now = Now::read(gil, module);
            }
        }
    }
}

impl Now {
    fn read(gil: Gil<'_>, module: Module) -> Self {
        let is_own = module.is_own(gil);
        Self::Reading(Search::new(Modules::just(module), |_, _| true), is_own)
    }
}

impl Found {
    fn callable(callable: Callable) -> Self {
        Self::Callable(Indexed {
            path: callable.path,
            kind: callable.kind,
            function: callable.function.id(),
            calls: callable.calls,
            holds_hook: callable.holds_hook,
        })
    }
}

impl Worker {
    /// Makes the next pass read a module again even if it seems unchanged.
    pub(super) fn read_anew(&self, module: &str) {
        let mut index = self.caches.index();
        let outdated = index.modules.remove(module);
        index.outdated.extend(outdated);
        index.anew += 1;
    }

    /// The wanted modules with their callables, in the order of their paths.
    pub(super) fn indexed(
        &self,
        progress: &Progress,
        is_wanted: impl Fn(Gil<'_>, &Module) -> bool,
    ) -> Result<Vec<Arc<IndexedModule>>> {
        let started = processor_time();
        let mut index = mem::take(&mut *self.caches.index());
        index.outdated.clear();
        let (began, trusted) = (Instant::now(), index.trusted_since());
        let mut pass = Pass {
            modules: Modules::default(),
            is_wanted,
            trust: trusted.map_or(Trust::None, Trust::CallablesSince),
            known: mem::take(&mut index.modules),
            now: Now::BetweenModules,
        };
        let found = self.gather(progress, |gil, found| pass.step(gil, found));
        let modules = found.map(assemble);
        index.modules = pass.known;
        index.take_in(modules.as_deref().unwrap_or_default());
        if trusted.is_none() {
            index.whole = Some((began, processor_time().saturating_sub(started)));
        }
        *self.caches.index() = index;
        modules
    }

    /// Begins a pass over all modules for their names.
    pub(super) fn begin_names(&self) -> NamesPass {
        let index = self.caches.index();
        NamesPass {
            pass: Pass {
                modules: Modules::default(),
                is_wanted: |_, _| true,
                trust: Trust::Names,
                known: index.modules.clone(),
                now: Now::BetweenModules,
            },
            found: Vec::new(),
            anew: index.anew,
        }
    }

    /// Reads names for one slice; whether there is more, and how long the GIL was held.
    pub(super) fn continue_names(&self, names: &mut NamesPass) -> (Result<bool>, Duration) {
        let (outcome, piece, held) = self.slice(|gil, slice| {
            let (mut outcome, mut piece) = (Ok(true), Vec::new());
            while matches!(outcome, Ok(true)) && !slice.is_over() {
                outcome = names.pass.step(gil, &mut piece);
            }
            (outcome, piece, slice.so_far())
        });
        names.found.extend(piece);
        (outcome, held)
    }

    /// All modules, at the end of the pass.
    pub(super) fn end_names(&self, names: NamesPass) -> Vec<Arc<IndexedModule>> {
        let modules = assemble(names.found);
        let mut index = self.caches.index();
        // What was to be read anew meanwhile was read too early.
        if index.anew == names.anew {
            let outdated = mem::take(&mut index.modules).into_values();
            let outdated: Vec<_> = outdated.collect();
            index.outdated.extend(outdated);
            index.take_in(&modules);
        }
        modules
    }
}

/// A pass for names, which the worker interrupts for requests.
pub(super) struct NamesPass {
    pass: Pass<fn(Gil<'_>, &Module) -> bool>,
    found: Vec<Found>,
    anew: u64,
}

/// What differs in the names of modules, each list in the order of paths.
pub(super) fn new_names(
    before: &[Arc<IndexedModule>],
    now: &[Arc<IndexedModule>],
) -> (Vec<ModuleNames>, Vec<String>) {
    let known: HashMap<_, _> = before.iter().map(|it| (it.name.as_str(), it)).collect();
    let is_new = |module: &&Arc<IndexedModule>| {
        let before = known.get(module.name.as_str());
        before.is_none_or(|it| !Arc::ptr_eq(it, module) && !it.has_names_of(module))
    };
    let new = now
        .iter()
        .filter(is_new)
        .map(|module| module.names())
        .collect();
    let there: HashSet<_> = now.iter().map(|it| it.name.as_str()).collect();
    let gone = before.iter().filter(|it| !there.contains(it.name.as_str()));
    (new, gone.map(|module| module.name.clone()).collect())
}

/// The modules that were read completely, in the order of their paths.
fn assemble(found: Vec<Found>) -> Vec<Arc<IndexedModule>> {
    let (mut modules, mut callables, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for found in found {
        match found {
            Found::Unchanged(module) => modules.push(module),
            Found::Outdated(module) => drop(module),
            Found::Callable(callable) => callables.push(callable),
            Found::Other(name) => others.push(name),
            Found::End(module) => {
                let (mut callables, mut others) =
                    (mem::take(&mut callables), mem::take(&mut others));
                callables.sort_by(|a: &Indexed, b| a.path.cmp(&b.path));
                others.sort_unstable();
                modules.push(Arc::new(IndexedModule {
                    callables,
                    others,
                    ..module
                }));
            }
        }
    }
    modules.sort_by_cached_key(|module| format!("{}:", module.name));
    modules
}

/// The processor time of this thread.
pub(super) fn processor_time() -> Duration {
    // It never precedes the start of the thread.
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
