//! The agent's end of the line to the shell: what comes in goes to the worker, or is served here if it
//! must not wait for the worker, which may be waiting for the GIL.
//!
//! When the shell is gone, everything is undone, and the program goes on without it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::interrupting::ProgramThread;
use super::life::LIFE;
use super::outbox::Outbox;
use super::progress::Progress;
use super::worker::{Job, Worker};
use crate::counts::Costs;
use crate::cpython::{SCRIPT_WATCH, SignalledThread, ensure_memory, raise_exit, running_version};
use crate::error::Result;
use crate::protocol::{Event, Reason, Reply, Request, ToAgent, decode};
use crate::system::spawn_quiet;

/// How long the worker may take to end. It may wait for the GIL.
const PATIENCE: Duration = Duration::from_secs(1);

/// Serves the messages of the shell, until it is gone.
pub type Service = Box<dyn FnOnce(&mut dyn Iterator<Item = Vec<u8>>) + Send>;

/// For whoever has something to tell the shell.
pub struct Line {
    outbox: Outbox,
    /// Whether a wish for input is still to be told.
    tells_of_input: Arc<AtomicBool>,
}

/// What serves them.
struct Server {
    worker: Arc<Worker>,
    /// None when the worker is to end.
    jobs: Option<Sender<Job>>,
    /// Disconnected when the worker has ended.
    worked: Receiver<()>,
    program: Arc<ProgramThread>,
    outbox: Outbox,
    tells_of_input: Arc<AtomicBool>,
    /// Requests that may still be cancelled.
    open: Vec<(u64, Weak<Progress>)>,
}

/// Starts the agent: its worker, on a thread that shares the program's descriptors; what serves the shell is handed over
/// to `serving`.
///
/// # Errors
/// If this Python is not supported, or there is no memory or no thread.
pub fn start(
    costs: Costs,
    thread: SignalledThread,
    to_shell: Sender<Vec<u8>>,
    serving: &Sender<Service>,
) -> Result<Line> {
    ensure_memory(0)?;
    let outbox = Outbox::new(to_shell);
    let worker = Worker::new(running_version()?, costs, outbox.clone());
    let (jobs, queue) = unbounded();
    let (alive, idle) = bounded(0);
    let tells_of_input = Arc::new(AtomicBool::new(true));
    let server = Server {
        worker: Arc::clone(&worker),
        jobs: Some(jobs),
        worked: idle,
        program: Arc::new(ProgramThread::new(thread)),
        outbox: outbox.clone(),
        tells_of_input: Arc::clone(&tells_of_input),
        open: Vec::new(),
    };
    spawn_quiet("instrsh-worker", move || {
        worker.run(&queue);
        drop(alive);
    })?;
    // The thread that reads waits for it.
    let _ = serving.send(Box::new(|messages| server.serve(messages)));
    Ok(Line {
        outbox,
        tells_of_input,
    })
}

impl Line {
    /// Tells the shell of something.
    pub fn tell(&self, event: Event) {
        self.outbox.tell(event);
    }

    /// Tells the shell once that the program asks for input, unless it has the terminal.
    pub fn input_is_wanted(&self) {
        if self.tells_of_input.swap(false, Ordering::Relaxed) {
            self.outbox.tell(Event::WantsInput);
        }
    }
}

impl Server {
    /// Serves until the shell is gone, or lets the program go.
    fn serve(mut self, messages: &mut dyn Iterator<Item = Vec<u8>>) {
        let mut is_let_go = false;
        while !is_let_go
            && let Some(bytes) = messages.next()
            && let Ok(message) = decode(&bytes)
        {
            is_let_go = self.take(message);
        }
        // Nobody waits for what is still open.
        for progress in self.open.iter().filter_map(|(_, open)| open.upgrade()) {
            progress.cancel();
        }
        if let Some(jobs) = self.jobs.take() {
            // The worker ends after this: nobody else gives it jobs.
            let _ = jobs.send(Job::Undo);
        }
        // Nobody may take the GIL of an interpreter that is being finalised. A worker that cannot even wait for it
        // is left behind.
        let _ = self.worked.recv_timeout(PATIENCE);
        if !is_let_go {
            Self::release();
        }
        LIFE.let_go();
    }

    /// Lets a held program start.
    fn release() {
        if !LIFE.may_start() {
            SCRIPT_WATCH.released();
            LIFE.release();
        }
    }

    /// Serves a message; true if it is the last one.
    fn take(&mut self, message: ToAgent) -> bool {
        match message {
            ToAgent::Request(number, request) => self.ask_worker(number, request),
            ToAgent::Release(number) => {
                Self::release();
                self.outbox.reply(number, Ok(Reply::Done(())));
            }
            ToAgent::Interrupt(number) => self.interrupt(number),
            ToAgent::CollectNames(number, reason) => self.collect_names(number, reason),
            ToAgent::Cancel(number) => {
                let open = self.open.iter().find(|(open, _)| *open == number);
                if let Some(progress) = open.and_then(|(_, progress)| progress.upgrade()) {
                    progress.cancel();
                }
            }
            ToAgent::OpenInput(number, terminal) => {
                self.give(Job::OpenInput(self.outbox.owe(number), terminal));
            }
            ToAgent::InFront(is_in_front) => {
                self.tells_of_input.store(!is_in_front, Ordering::Relaxed);
            }
            ToAgent::Quit(number) => {
                LIFE.quit();
                self.give(Job::LeaveOutInterrupts(self.outbox.owe(number)));
            }
            ToAgent::RaiseExit => {
                raise_exit();
                self.give(Job::Attend);
            }
            ToAgent::LetGo => return true,
        }
        false
    }

    /// Gives the worker a job. One that has ended drops what is owed, which tells the shell.
    fn give(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
    }

    fn ask_worker(&mut self, number: u64, request: Request) {
        let progress = Arc::new(Progress::of(number, self.outbox.clone()));
        self.open.retain(|(_, open)| open.strong_count() > 0);
        self.open.push((number, Arc::downgrade(&progress)));
        self.give(Job::Request(self.outbox.owe(number), request, progress));
    }

    /// Waits on a thread of its own, since that can take a second; without one, whatever comes next waits, too.
    fn interrupt(&self, number: u64) {
        let Some(jobs) = self.jobs.clone() else {
            return;
        };
        let (program, outbox) = (Arc::clone(&self.program), self.outbox.clone());
        let interrupt = Arc::new(move || {
            let interruption = program.interrupt(&jobs);
            outbox.reply(number, Ok(Reply::Interruption(interruption)));
        });
        let apart = Arc::clone(&interrupt);
        if spawn_quiet("instrsh-interrupt", move || apart()).is_err() {
            interrupt();
        }
    }

    fn collect_names(&self, number: u64, reason: Reason) {
        if self.worker.board.ask(reason, number) {
            self.give(Job::CollectNames);
        }
        self.worker.board.reply(&self.outbox);
    }
}
