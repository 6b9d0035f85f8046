//! The connection with an agent: messages out, and a thread that receives.

use std::collections::HashMap;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::afterwards::Counting;
use super::ledger::{Ledger, News};
use super::pending::agent_gone;
use super::process::{ended, replaced};
use super::{Pending, ProcessEnd, Progress};
use crate::error::{Error, Result};
use crate::protocol::{Event, FromAgent, Reply, ToAgent, decode, encode, frame};

/// How long a process may take to end after its agent. One that takes longer has become another program.
const PATIENCE: Duration = Duration::from_secs(1);

/// What all handles share with the thread that receives.
pub(super) struct Connection {
    to_agent: Mutex<UnixStream>,
    next: AtomicU64,
    /// None when the agent is gone.
    waiting: Mutex<Option<HashMap<u64, Waiting>>>,
    ledger: Mutex<Ledger>,
    counting: Counting,
    /// The last request to collect names.
    collecting: Mutex<Option<Pending<()>>>,
    /// Dropped when the program has ended.
    running: Mutex<Option<Sender<()>>>,
    listener: Mutex<Option<Listener>>,
}

/// Who is told of news.
type Listener = Arc<dyn Fn(News) + Send + Sync>;

/// Who waits for a reply.
struct Waiting {
    message: ToAgent,
    answer: Sender<Result<Reply>>,
    progress: Arc<Progress>,
}

impl Waiting {
    fn give(self, reply: Result<Reply>) {
        // Who does not wait any more has given up.
        let _ = self.answer.send(reply);
    }
}

impl Connection {
    /// Connects with the agent at the other end of a socket, in a process with this end; also a channel that is
    /// disconnected when the program has ended.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn open(
        socket: UnixStream,
        end: ProcessEnd,
        counting: Counting,
    ) -> Result<(Arc<Self>, Receiver<()>)> {
        let trouble = |error| Error::system("cannot hear the agent", &error);
        let (running, program_ended) = bounded(0);
        let from_agent = socket.try_clone().map_err(trouble)?;
        let connection = Arc::new(Self {
            to_agent: Mutex::new(socket),
            next: AtomicU64::new(1),
            waiting: Mutex::new(Some(HashMap::new())),
            ledger: Mutex::default(),
            counting,
            collecting: Mutex::default(),
            running: Mutex::new(Some(running)),
            listener: Mutex::default(),
        });
        let receiving = Arc::clone(&connection);
        thread::Builder::new()
            .name("instrsh-receive".into())
            .spawn(move || receiving.receive(&from_agent, &end))
            .map_err(trouble)?;
        Ok((connection, program_ended))
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
            message: message(number),
            answer,
            progress: Arc::clone(&progress),
        };
        match encode(&waiting.message) {
            Ok(bytes) => self.send_and_wait(number, waiting, &bytes),
            Err(error) => waiting.give(Err(error)),
        }
        Pending::new(reply, progress)
    }

    fn send_and_wait(&self, number: u64, waiting: Waiting, bytes: &[u8]) {
        if let Some(all) = self.waiting().as_mut() {
            all.insert(number, waiting);
        } else {
            return self.answer_afterwards(waiting);
        }
        // If the agent is gone, the thread that receives finds out, too, and answers.
        let _ = self.send(bytes);
    }

    /// Answers without the agent, which is gone.
    fn answer_afterwards(&self, waiting: Waiting) {
        let reply = self.counting.reply_to(&waiting.message, &self.ledger());
        waiting.give(reply);
    }

    /// Sets who is told of news, on the thread that receives.
    pub(super) fn listen(&self, listener: Option<Listener>) {
        *self.listener() = listener;
    }

    /// Sends a message that is not replied to.
    pub(super) fn tell(&self, message: &ToAgent) {
        // An agent that is gone does nothing any more.
        let _ = encode(message).and_then(|bytes| self.send(&bytes));
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

    fn listener(&self) -> MutexGuard<'_, Option<Listener>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, bytes: &[u8]) -> Result<()> {
        let socket = self.to_agent.lock().unwrap_or_else(PoisonError::into_inner);
        frame::send(&socket, bytes).map_err(|_| agent_gone())
    }

    /// Receives until the agent is gone. Then nobody waits any more.
    fn receive(&self, from_agent: &UnixStream, end: &ProcessEnd) {
        while let Ok(bytes) = frame::receive(from_agent) {
            match decode(&bytes) {
                Ok(message) => self.take(message),
                Err(error) => self.fail(&error),
            }
        }
        let gone = end.within(PATIENCE).map_or_else(replaced, ended);
        let news = self.ledger().enter_loss(gone);
        let waiting = self.waiting().take();
        for (_, waiting) in waiting.into_iter().flatten() {
            self.answer_afterwards(waiting);
        }
        self.running().take();
        self.pass_on(news);
    }

    pub(super) fn cancel(&self, number: u64) {
        self.tell(&ToAgent::Cancel(number));
    }

    fn pass_on(&self, news: Option<News>) {
        let listener = self.listener().clone();
        if let Some((news, tell)) = news.zip(listener) {
            tell(news);
        }
    }

    fn take(&self, message: FromAgent) {
        match message {
            FromAgent::Reply(number, reply) => {
                if let Some(waiting) = self.take_waiting(number) {
                    waiting.give(reply);
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
                self.pass_on(news);
            }
        }
    }

    /// Tells everybody who waits that a message could not be read.
    fn fail(&self, error: &Error) {
        for (_, waiting) in self.waiting().iter_mut().flat_map(HashMap::drain) {
            waiting.give(Err(error.clone()));
        }
    }
}
