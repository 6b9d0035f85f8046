//! Collects the names that can be typed, in the background, slice by slice, while the worker is
//! otherwise idle.
//!
//! The sizes of the namespaces show which modules have changed, and only those are read. That finds
//! new definitions, but not replaced ones, so everything is read again from time to time. Neither
//! happens while the user does not type, nor so often that the program would notice.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::names::{ModuleNames, Names};
use super::worker::Worker;
use crate::cpython::{Gil, Module, Modules, Search, script_name};
use crate::error::Result;
use crate::protocol::{Event, SCRIPT};

/// After a pass of length t, wait at least `REST` times t.
const REST: u32 = 100;

/// Why names are requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A new line begins, which may name something new.
    NewLine,
    /// The line continues.
    Key,
}

/// Which patches to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patched {
    /// Installed patches.
    Now,
    /// Patches that were ever installed.
    Ever,
}

/// The board on which the names are posted for the prompt.
#[derive(Default)]
pub(super) struct Board {
    state: Mutex<State>,
    gathered: Condvar,
}

#[derive(Default)]
struct State {
    names: Arc<Names>,
    script: Option<String>,
    is_asked: bool,
    is_busy: bool,
    /// The earliest time of the next pass over changed modules; none before the first.
    next_look: Option<Instant>,
    /// The same for reading everything.
    next_whole: Option<Instant>,
}

impl Board {
    /// Requests names; returns whether the worker must be woken.
    pub(super) fn ask(&self, reason: Reason) -> bool {
        let mut state = self.lock();
        let may = reason == Reason::NewLine || !state.is_busy && is_due(state.next_look);
        may && !mem::replace(&mut state.is_asked, true)
    }

    /// The names; waits up to `patience` for a pass that was requested.
    pub(super) fn names(&self, patience: Duration) -> Arc<Names> {
        let is_awaited = |state: &mut State| state.is_asked || state.is_busy;
        let state = self.lock();
        if patience.is_zero() {
            return Arc::clone(&state.names);
        }
        let waited = self
            .gathered
            .wait_timeout_while(state, patience, is_awaited);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&state.names)
    }

    /// The previous names, and whether everything must be read, if a pass is due.
    fn begin(&self) -> Option<(Arc<Names>, bool)> {
        let mut state = self.lock();
        state.is_busy = mem::take(&mut state.is_asked);
        let is_whole = is_due(state.next_whole);
        state.is_busy.then(|| (Arc::clone(&state.names), is_whole))
    }

    /// Posts the result of a pass, if it succeeded; returns whether the names have changed.
    fn end(
        &self,
        gathered: Option<(Names, Option<String>)>,
        held: Duration,
        is_whole: bool,
    ) -> bool {
        let mut state = self.lock();
        state.is_busy = false;
        state.next_look = Some(Instant::now() + held * REST);
        if is_whole {
            state.next_whole = state.next_look;
        }
        let mut is_news = false;
        if let Some((names, script)) = gathered {
            is_news = !names.are_those_of(&state.names);
            (state.names, state.script) = (Arc::new(names), script);
        }
        drop(state);
        self.gathered.notify_all();
        is_news
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_due(time: Option<Instant>) -> bool {
    time.is_none_or(|time| Instant::now() >= time)
}

/// A pass that is under way.
pub(super) struct Gathering {
    search: Search<IsWanted>,
    /// What the steps of one slice find; a long list must not grow while the GIL is held.
    found: Rc<RefCell<Vec<Found>>>,
    modules: Vec<Arc<ModuleNames>>,
    /// The module that is being read.
    open: Option<ModuleNames>,
    script: Option<String>,
    is_whole: bool,
    held: Duration,
}

type IsWanted = Box<dyn Fn(Gil<'_>, &Module) -> bool>;

enum Found {
    Unchanged(Arc<ModuleNames>),
    Module(ModuleNames),
    Callable(String),
    Other(String),
}

impl Gathering {
    fn new(before: Arc<Names>, is_whole: bool) -> Self {
        let found = Rc::new(RefCell::new(Vec::new()));
        let is_wanted: IsWanted = Box::new({
            let found = Rc::clone(&found);
            move |gil, module| {
                let stamp = module.stamp(gil);
                let known = before.module(module.name());
                // The script's own name may now be that of a module.
                let known = known.filter(|known| known.name == module.name());
                let unchanged = known.filter(|known| !is_whole && known.stamp == stamp);
                let found = &mut found.borrow_mut();
                found.push(match unchanged {
                    Some(module) => Found::Unchanged(Arc::clone(module)),
                    None => Found::Module(ModuleNames {
                        name: module.name().to_owned(),
                        is_own: module.is_own(gil),
                        stamp,
                        callables: Vec::new(),
                        others: Vec::new(),
                    }),
                });
                unchanged.is_none()
            }
        });
        Self {
            search: Search::new(Modules::default(), is_wanted),
            found,
            modules: Vec::new(),
            open: None,
            script: None,
            is_whole,
            held: Duration::ZERO,
        }
    }

    /// Reads one more entry; false at the end.
    fn step(&mut self, gil: Gil<'_>) -> Result<bool> {
        let Some(callables) = self.search.step(gil)? else {
            return Ok(false);
        };
        let mut found = self.found.borrow_mut();
        let names = callables.into_iter();
        found.extend(names.map(|callable| Found::Callable(callable.path.qualname().to_owned())));
        found.extend(self.search.take_unlisted().map(Found::Other));
        Ok(true)
    }

    /// Takes over what a slice has found.
    fn absorb(&mut self) {
        for found in self.found.take() {
            match (found, &mut self.open) {
                (Found::Unchanged(module), _) => self.modules.push(module),
                (Found::Module(module), _) => {
                    self.close();
                    self.open = Some(module);
                }
                (Found::Callable(name), Some(module)) => module.callables.push(name),
                (Found::Other(name), Some(module)) => module.others.push(name),
                (Found::Callable(_) | Found::Other(_), None) => {}
            }
        }
    }

    fn close(&mut self) {
        if let Some(mut module) = self.open.take() {
            module.callables.sort_unstable();
            module.others.sort_unstable();
            self.modules.push(Arc::new(module));
        }
    }
}

impl Worker {
    /// Collects names for one slice; false if none were requested.
    pub(super) fn gather_names(&self, gathering: &mut Option<Gathering>) -> bool {
        let begin = || {
            let (before, is_whole) = self.board.begin()?;
            Some(Gathering::new(before, is_whole))
        };
        let Some(mut now) = gathering.take().or_else(begin) else {
            return false;
        };
        let outcome = self.slice(|gil, slice| {
            let mut outcome = Ok(true);
            while matches!(outcome, Ok(true)) && !slice.is_over() {
                outcome = now.step(gil);
            }
            if !matches!(outcome, Ok(true)) {
                now.script = script_name(gil);
            }
            now.held += slice.so_far();
            outcome
        });
        now.absorb();
        if let Ok(true) = outcome {
            *gathering = Some(now);
            return true;
        }
        now.close();
        let names = outcome.is_ok().then(|| {
            let names = Names::new(mem::take(&mut now.modules), now.script.as_deref());
            (names, now.script.take())
        });
        if self.board.end(names, now.held, now.is_whole) {
            self.listener.tell(Event::NamesChanged);
        }
        true
    }

    /// The paths of patched callables; those of the script under both of its names.
    pub(super) fn patched_names(&self, which: Patched) -> Vec<String> {
        let mut names = match which {
            Patched::Now => self.patches.names_in_place(),
            Patched::Ever => self.patches.names(),
        };
        if let Some(script) = &self.board.lock().script {
            let of_script = |name: &String| {
                let qualname = name.strip_prefix(SCRIPT)?.strip_prefix(':')?;
                Some(format!("{script}:{qualname}"))
            };
            let by_own_name: Vec<_> = names.iter().filter_map(of_script).collect();
            names.extend(by_own_name);
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs an empty pass that held the GIL for a second; returns whether it read everything.
    fn gather(board: &Board) -> bool {
        let (_, is_whole) = board.begin().expect("it was asked");
        let names = Names::new(Vec::new(), None);
        board.end(Some((names, None)), Duration::from_secs(1), is_whole);
        is_whole
    }

    #[test]
    fn names_are_gathered_for_each_line_but_not_for_each_key() {
        let board = Board::default();
        assert!(board.begin().is_none());
        assert!(board.ask(Reason::Key));
        assert!(!board.ask(Reason::NewLine), "it is asked already");
        assert!(gather(&board));
        assert!(!board.ask(Reason::Key), "that would cost too much");
        assert!(board.begin().is_none());
        assert!(board.ask(Reason::NewLine));
        assert!(!gather(&board), "all was read a moment ago");
    }

    #[test]
    fn a_line_that_begins_meanwhile_is_gathered_for_too() {
        let board = Board::default();
        assert!(board.ask(Reason::NewLine));
        assert!(board.begin().is_some());
        assert!(!board.ask(Reason::Key));
        assert!(board.ask(Reason::NewLine));
        board.end(None, Duration::ZERO, true);
        assert!(board.begin().is_some());
    }
}
