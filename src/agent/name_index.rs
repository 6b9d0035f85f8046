//! Collects the names that can be typed, in the background, slice by slice, while the worker is
//! otherwise idle.
//!
//! The sizes of the namespaces show which modules have changed, and only those are read. That finds
//! new definitions, but not replaced ones, so everything is read again from time to time. Neither
//! happens while the user does not type, nor so often that the program would notice.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::outbox::Outbox;
use super::worker::Worker;
use crate::cpython::{Gil, Module, Modules, Search, Stamp, script_name};
use crate::error::Result;
use crate::protocol::{Event, ModuleNames, NewNames, Reason, Reply};

/// After a pass of length t, wait at least `REST` times t.
const REST: u32 = 100;

/// The names of the last pass, and who waits for the next.
#[derive(Default)]
pub(super) struct Board {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    index: Arc<Index>,
    script: Option<String>,
    is_asked: bool,
    is_busy: bool,
    /// The numbers of the requests that are replied to when there is nothing left to collect.
    waiting: Vec<u64>,
    /// The earliest time of the next pass over changed modules; none before the first.
    next_look: Option<Instant>,
    /// The same for reading everything.
    next_whole: Option<Instant>,
}

/// The loaded modules by name.
type Index = BTreeMap<String, Known>;

/// The names in a module, and what showed when they were read whether it has changed.
#[derive(Clone)]
struct Known {
    stamp: Stamp,
    names: Arc<ModuleNames>,
}

impl Board {
    /// Requests names; returns whether the worker must be woken.
    pub(super) fn ask(&self, reason: Reason, number: u64) -> bool {
        let mut state = self.lock();
        state.waiting.push(number);
        let may = reason == Reason::NewLine || !state.is_busy && is_due(state.next_look);
        may && !mem::replace(&mut state.is_asked, true)
    }

    /// Replies to those who wait, if there is nothing left to collect.
    pub(super) fn reply(&self, outbox: &Outbox) {
        let mut state = self.lock();
        if !state.is_asked && !state.is_busy {
            for number in state.waiting.drain(..) {
                outbox.reply(number, Ok(Reply::Done(())));
            }
        }
    }

    /// What is known, and whether everything must be read, if a pass is due.
    fn begin(&self) -> Option<(Arc<Index>, bool)> {
        let mut state = self.lock();
        state.is_busy = mem::take(&mut state.is_asked);
        let is_whole = is_due(state.next_whole);
        state.is_busy.then(|| (Arc::clone(&state.index), is_whole))
    }

    /// Keeps the result of a pass, if it succeeded; returns what is new.
    fn end(
        &self,
        gathered: Option<(Index, Option<String>)>,
        held: Duration,
        is_whole: bool,
    ) -> Option<NewNames> {
        let mut state = self.lock();
        state.is_busy = false;
        state.next_look = Some(Instant::now() + held * REST);
        if is_whole {
            state.next_whole = state.next_look;
        }
        let (index, script) = gathered?;
        let new = changes(&state.index, &index, script.clone());
        let has_changed = script != state.script || !new.modules.is_empty() || !new.gone.is_empty();
        (state.index, state.script) = (Arc::new(index), script);
        has_changed.then_some(new)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What differs between two indices.
fn changes(before: &Index, now: &Index, script: Option<String>) -> NewNames {
    let is_new = |(name, module): &(&String, &Known)| {
        before.get(*name).is_none_or(|it| it.names != module.names)
    };
    let modules = now.iter().filter(is_new);
    let gone = before.keys().filter(|name| !now.contains_key(*name));
    NewNames {
        modules: modules.map(|(_, module)| (*module.names).clone()).collect(),
        gone: gone.cloned().collect(),
        script,
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
    modules: Vec<Known>,
    /// The module that is being read.
    open: Option<(Stamp, ModuleNames)>,
    script: Option<String>,
    is_whole: bool,
    held: Duration,
}

type IsWanted = Box<dyn Fn(Gil<'_>, &Module) -> bool>;

enum Found {
    Unchanged(Known),
    Module(Stamp, ModuleNames),
    Callable(String),
    Other(String),
}

impl Gathering {
    fn new(before: Arc<Index>, is_whole: bool) -> Self {
        let found = Rc::new(RefCell::new(Vec::new()));
        let is_wanted: IsWanted = Box::new({
            let found = Rc::clone(&found);
            move |gil, module| {
                let stamp = module.stamp(gil);
                let known = before.get(module.name());
                let unchanged = known.filter(|known| !is_whole && known.stamp == stamp);
                let found = &mut found.borrow_mut();
                found.push(match unchanged {
                    Some(module) => Found::Unchanged(module.clone()),
                    None => Found::Module(
                        stamp,
                        ModuleNames {
                            name: module.name().to_owned(),
                            is_own: module.is_own(gil),
                            callables: Vec::new(),
                            others: Vec::new(),
                        },
                    ),
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
                (Found::Module(stamp, module), _) => {
                    self.close();
                    self.open = Some((stamp, module));
                }
                (Found::Callable(name), Some((_, module))) => module.callables.push(name),
                (Found::Other(name), Some((_, module))) => module.others.push(name),
                (Found::Callable(_) | Found::Other(_), None) => {}
            }
        }
    }

    fn close(&mut self) {
        if let Some((stamp, mut names)) = self.open.take() {
            names.callables.sort_unstable();
            names.others.sort_unstable();
            let names = Arc::new(names);
            self.modules.push(Known { stamp, names });
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
        let index = outcome.is_ok().then(|| {
            let modules = mem::take(&mut now.modules).into_iter();
            let modules = modules.map(|module| (module.names.name.clone(), module));
            (modules.collect(), now.script.take())
        });
        if let Some(new) = self.board.end(index, now.held, now.is_whole) {
            self.outbox.tell(Event::Names(new));
        }
        self.board.reply(&self.outbox);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs an empty pass that held the GIL for a second; returns whether it read everything.
    fn gather(board: &Board) -> bool {
        let (_, is_whole) = board.begin().expect("it was asked");
        board.end(Some((Index::new(), None)), Duration::from_secs(1), is_whole);
        is_whole
    }

    #[test]
    fn names_are_gathered_for_each_line_but_not_for_each_key() {
        let board = Board::default();
        assert!(board.begin().is_none());
        assert!(board.ask(Reason::Key, 1));
        assert!(!board.ask(Reason::NewLine, 1), "it is asked already");
        assert!(gather(&board));
        assert!(!board.ask(Reason::Key, 1), "that would cost too much");
        assert!(board.begin().is_none());
        assert!(board.ask(Reason::NewLine, 1));
        assert!(!gather(&board), "all was read a moment ago");
    }

    #[test]
    fn a_line_that_begins_meanwhile_is_gathered_for_too() {
        let board = Board::default();
        assert!(board.ask(Reason::NewLine, 1));
        assert!(board.begin().is_some());
        assert!(!board.ask(Reason::Key, 1));
        assert!(board.ask(Reason::NewLine, 1));
        board.end(None, Duration::ZERO, true);
        assert!(board.begin().is_some());
    }
}
