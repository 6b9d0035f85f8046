//! Collects the names that can be typed, in the background, slice by slice, while the worker is
//! otherwise idle: not while the user does not type, nor so often that the program would notice.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::index::{IndexedModule, NamesPass, new_names};
use super::outbox::Outbox;
use super::worker::Worker;
use crate::protocol::{Event, NewNames, Reason, Reply};

/// After a pass of length t, wait at least `REST` times t.
const REST: u32 = 100;

/// The names of the last pass, and who waits for the next.
#[derive(Default)]
pub(super) struct Board {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// As the shell was told.
    modules: Vec<Arc<IndexedModule>>,
    script: Option<String>,
    is_asked: bool,
    is_busy: bool,
    /// The numbers of the requests that are replied to when there is nothing left to collect.
    waiting: Vec<u64>,
    /// The earliest time of the next pass; none before the first.
    next_look: Option<Instant>,
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

    /// Whether a pass is to begin.
    fn begin(&self) -> bool {
        let mut state = self.lock();
        state.is_busy = mem::take(&mut state.is_asked);
        state.is_busy
    }

    /// Keeps the result of a pass, if it succeeded; returns what is new.
    fn end(
        &self,
        gathered: Option<(Vec<Arc<IndexedModule>>, Option<String>)>,
        held: Duration,
    ) -> Option<NewNames> {
        let mut state = self.lock();
        state.is_busy = false;
        state.next_look = Some(Instant::now() + held * REST);
        let (now, script) = gathered?;
        let (modules, gone) = new_names(&state.modules, &now);
        let has_changed = script != state.script || !modules.is_empty() || !gone.is_empty();
        (state.modules, state.script) = (now, script.clone());
        has_changed.then_some(NewNames {
            modules,
            gone,
            script,
        })
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
    names: NamesPass,
    held: Duration,
}

impl Worker {
    /// Collects names for one slice; false if none were requested.
    pub(super) fn gather_names(&self, gathering: &mut Option<Gathering>) -> bool {
        let begin = || {
            self.board.begin().then(|| Gathering {
                names: self.begin_names(),
                held: Duration::ZERO,
            })
        };
        let Some(mut now) = gathering.take().or_else(begin) else {
            return false;
        };
        let (outcome, held) = self.continue_names(&mut now.names);
        now.held += held;
        if let Ok(true) = outcome {
            *gathering = Some(now);
            return true;
        }
        let gathered = outcome
            .is_ok()
            .then(|| (self.end_names(now.names), self.script()));
        if let Some(new) = self.board.end(gathered, now.held) {
            self.outbox.tell(Event::Names(new));
        }
        self.board.reply(&self.outbox);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs an empty pass that held the GIL for a second.
    fn gather(board: &Board) {
        assert!(board.begin(), "it was asked");
        board.end(Some((Vec::new(), None)), Duration::from_secs(1));
    }

    #[test]
    fn names_are_gathered_for_each_line_but_not_for_each_key() {
        let board = Board::default();
        assert!(!board.begin());
        assert!(board.ask(Reason::Key, 1));
        assert!(!board.ask(Reason::NewLine, 1), "it is asked already");
        gather(&board);
        assert!(!board.ask(Reason::Key, 1), "that would cost too much");
        assert!(!board.begin());
        assert!(board.ask(Reason::NewLine, 1));
        gather(&board);
    }

    #[test]
    fn a_line_that_begins_meanwhile_is_gathered_for_too() {
        let board = Board::default();
        assert!(board.ask(Reason::NewLine, 1));
        assert!(board.begin());
        assert!(!board.ask(Reason::Key, 1));
        assert!(board.ask(Reason::NewLine, 1));
        board.end(None, Duration::ZERO);
        assert!(board.begin());
    }
}
