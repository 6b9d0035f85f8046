//! The connection with an agent: messages out, and a thread that receives.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::ledger::{Ledger, News};
use super::pending::agent_gone;
use super::{Line, Pending, Progress};
use crate::error::{Error, Result};
use crate::protocol::{Event, FromAgent, Reply, ToAgent, decode, encode};

/// What all handles share with the thread that receives.
pub(super) struct Connection {
    /// None when the shell has left.
    to_agent: Mutex<Option<Sender<Vec<u8>>>>,
    next: AtomicU64,
    /// None when the agent is gone.
    waiting: Mutex<Option<HashMap<u64, Waiting>>>,
    ledger: Mutex<Ledger>,
    /// The last request to collect names.
    collecting: Mutex<Option<Pending<()>>>,
    /// Dropped when the program has ended.
    running: Mutex<Option<Sender<()>>>,
    listener: OnceLock<Box<dyn Fn(News) + Send + Sync>>,
}

/// Who waits for a reply.
struct Waiting {
    answer: Sender<Result<Reply>>,
    progress: Arc<Progress>,
}

impl Connection {
    /// Connects with the agent at the other end of a line; also two channels, of which one is disconnected
    /// when the agent is gone, the other when the program has ended.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn open(
        (to_agent, from_agent): Line,
    ) -> Result<(Arc<Self>, Receiver<()>, Receiver<()>)> {
        let (running, program_ended) = bounded(0);
        let connection = Arc::new(Self {
            to_agent: Mutex::new(Some(to_agent)),
            next: AtomicU64::new(1),
            waiting: Mutex::new(Some(HashMap::new())),
            ledger: Mutex::default(),
            collecting: Mutex::default(),
            running: Mutex::new(Some(running)),
            listener: OnceLock::new(),
        });
        let (alive, ended) = bounded(0);
        let receiving = Arc::clone(&connection);
        thread::Builder::new()
            .name("instrsh-receive".into())
            .spawn(move || {
                // This fails if nobody waits for the start.
                let _ = alive.send(());
                receiving.receive(&from_agent);
            })
            .map_err(|error| Error::system("cannot start a thread", &error))?;
        // A thread needs memory to start, and without it ends the process.
        ended
            .recv()
            .map_err(|_| Error::new("a thread ended at once"))?;
        Ok((connection, ended, program_ended))
    }

    /// Sends a message that is replied to.
    pub(super) fn ask<T: TryFrom<Reply, Error = Error>>(
        self: &Arc<Self>,
        message: impl FnOnce(u64) -> ToAgent,
    ) -> Pending<T> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, reply) = bounded(1);
        let progress = Arc::new(Progress::new(number, Arc::downgrade(self)));
        let waiting = Waiting {
            answer: answer.clone(),
            progress: Arc::clone(&progress),
        };
        let is_there = self
            .waiting()
            .as_mut()
            .map(|all| all.insert(number, waiting));
        let sent = is_there.ok_or_else(agent_gone);
        if let Err(error) = sent.and_then(|_| self.send(&message(number))) {
            self.take_waiting(number);
            // The channel has room for it.
            let _ = answer.send(Err(error));
        }
        Pending::new(reply, progress)
    }

    /// Leaves the agent, which undoes everything and ends.
    pub(super) fn leave(&self) {
        self.line().take();
    }

    /// Sets the one who is told of news, on the thread that receives.
    pub(super) fn listen(&self, tell: impl Fn(News) + Send + Sync + 'static) {
        // There is one shell, which sets it once.
        let _ = self.listener.set(Box::new(tell));
    }

    /// The last request to collect names.
    pub(super) fn collecting(&self) -> MutexGuard<'_, Option<Pending<()>>> {
        let collecting = &self.collecting;
        collecting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the agent has told so far.
    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn running(&self) -> MutexGuard<'_, Option<Sender<()>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, Option<HashMap<u64, Waiting>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_waiting(&self, number: u64) -> Option<Waiting> {
        self.waiting().as_mut()?.remove(&number)
    }

    fn line(&self) -> MutexGuard<'_, Option<Sender<Vec<u8>>>> {
        self.to_agent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, message: &ToAgent) -> Result<()> {
        let bytes = encode(message)?;
        let line = self.line();
        let line = line.as_ref().ok_or_else(agent_gone)?;
        line.send(bytes).map_err(|_| agent_gone())
    }

    pub(super) fn cancel(&self, number: u64) {
        // An agent that is gone does nothing any more.
        let _ = self.send(&ToAgent::Cancel(number));
    }

    /// Receives until the agent is gone. Then nobody waits any more.
    fn receive(&self, from_agent: &Receiver<Vec<u8>>) {
        for bytes in from_agent {
            match decode(&bytes) {
                Ok(message) => self.take(message),
                Err(error) => self.fail(&error),
            }
        }
        self.waiting().take();
        self.running().take();
    }

    fn take(&self, message: FromAgent) {
        match message {
            FromAgent::Reply(number, reply) => {
                if let Some(waiting) = self.take_waiting(number) {
                    // Who does not wait any more has given up.
                    let _ = waiting.answer.send(reply);
                }
            }
            FromAgent::Progress(number, steps) => {
                if let Some(waiting) = self.waiting().iter().find_map(|all| all.get(&number)) {
                    waiting.progress.tell(steps);
                }
            }
            FromAgent::Event(event) => {
                let has_ended = matches!(event, Event::Ended(_));
                let news = self.ledger().enter(event);
                if has_ended {
                    self.running().take();
                }
                if let (Some(news), Some(tell)) = (news, self.listener.get()) {
                    tell(news);
                }
            }
        }
    }

    /// Tells everybody who waits that a message could not be read.
    fn fail(&self, error: &Error) {
        for (_, waiting) in self.waiting().iter_mut().flat_map(HashMap::drain) {
            let _ = waiting.answer.send(Err(error.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::unbounded;

    use super::*;
    use crate::protocol::Request;

    #[test]
    fn nobody_waits_for_an_agent_that_is_gone() {
        let ((to_agent, from_shell), (to_shell, from_agent)) = (unbounded(), unbounded());
        let (connection, gone, ended) = Connection::open((to_agent, from_agent)).expect("a thread");
        let ask = || connection.ask::<usize>(|number| ToAgent::Request(number, Request::CountOwn));
        let before = ask();
        drop(to_shell);
        assert!(gone.recv().is_err() && ended.recv().is_err());
        let after = ask();
        assert_eq!(from_shell.len(), 1, "the second request is not sent");
        assert_eq!(before.wait(), Err(agent_gone()));
        assert_eq!(after.wait(), Err(agent_gone()));
    }
}
