//! The agent's end of the line to the shell: what comes in goes to the worker, or is served here if it
//! must not wait for the worker, which may be waiting for the GIL.
//!
//! When the shell is gone, everything is undone, and the agent ends.

use std::sync::{Arc, Weak};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, never, select, unbounded};

use super::interrupting::ProgramThread;
use super::outbox::Outbox;
use super::progress::Progress;
use super::worker::{Job, Worker};
use crate::counts::Costs;
use crate::cpython::{ensure_memory, running_version};
use crate::error::{Error, Result};
use crate::protocol::{Event, Reason, Reply, Request, ToAgent, decode};

/// Two threads of ours: the line, and the worker.
struct Line {
    worker: Arc<Worker>,
    jobs: Sender<Job>,
    program: Arc<ProgramThread>,
    outbox: Outbox,
    /// Requests that may still be cancelled.
    open: Vec<(u64, Weak<Progress>)>,
}

/// The shell's end of the line: where messages to the agent are sent, and those from it received.
pub(super) type ShellEnd = (Sender<Vec<u8>>, Receiver<Vec<u8>>);

/// Starts the agent in this process, and waits until it runs. The interpreter must be initialised.
/// Returns the shell's end of the line.
///
/// # Errors
/// If this Python is not supported, or there is no memory or no thread.
pub fn start(costs: Costs, program: ProgramThread) -> Result<ShellEnd> {
    ensure_memory(0)?;
    let (to_agent, from_shell) = unbounded();
    let (to_shell, from_agent) = unbounded();
    let outbox = Outbox::new(to_shell);
    let worker = Worker::new(running_version()?, costs, outbox.clone());
    let (jobs, queue) = unbounded();
    let line = Line {
        worker: Arc::clone(&worker),
        jobs,
        program: Arc::new(program),
        outbox,
        open: Vec::new(),
    };
    spawn("instrsh-worker", move || worker.run(&queue))?;
    spawn("instrsh-line", move || line.serve(&from_shell))?;
    Ok((to_agent, from_agent))
}

/// Starts a thread, and waits until it runs: it needs memory to start, and without it ends the process.
fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    let cannot = |error| Error::system("cannot start a thread of the agent", &error);
    let (alive, started) = bounded(0);
    let thread = thread::Builder::new().name(name.into());
    let body = move || {
        // This fails if nobody waits for the start.
        let _ = alive.send(());
        body();
    };
    thread.spawn(body).map_err(cannot)?;
    started
        .recv()
        .map_err(|_| Error::new("a thread of the agent ended at once"))
}

impl Line {
    fn serve(mut self, from_shell: &Receiver<Vec<u8>>) {
        let mut ended = self.program.ended.clone();
        loop {
            select! {
                recv(from_shell) -> bytes => match bytes.map(|bytes| decode(&bytes)) {
                    Ok(Ok(message)) => self.take(message),
                    // A shell that is gone, or cannot be understood.
                    Err(_) | Ok(Err(_)) => break,
                },
                recv(ended) -> _ => {
                    let ending = self.program.ending.get().cloned();
                    self.outbox.tell(Event::Ended(ending));
                    ended = never();
                }
            }
        }
        // The worker ends after this: nobody else gives it jobs.
        let _ = self.jobs.send(Job::Undo);
    }

    fn take(&mut self, message: ToAgent) {
        match message {
            ToAgent::Request(number, request) => self.ask_worker(number, request),
            ToAgent::Release(number) => {
                (self.program.release)();
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
        }
    }

    fn ask_worker(&mut self, number: u64, request: Request) {
        let progress = Arc::new(Progress::of(number, self.outbox.clone()));
        self.open.retain(|(_, open)| open.strong_count() > 0);
        self.open.push((number, Arc::downgrade(&progress)));
        let owed = self.outbox.owe(number);
        // A worker that has ended drops what is owed, which tells the shell.
        let _ = self.jobs.send(Job::Request(owed, request, progress));
    }

    /// Waits on a thread of its own, since that can take a second.
    fn interrupt(&self, number: u64) {
        let (program, jobs) = (Arc::clone(&self.program), self.jobs.clone());
        let outbox = self.outbox.clone();
        let interrupt = move || {
            let interruption = program.interrupt(&jobs);
            outbox.reply(number, Ok(Reply::Interruption(interruption)));
        };
        if let Err(error) = spawn("instrsh-interrupt", interrupt) {
            self.outbox.reply(number, Err(error));
        }
    }

    fn collect_names(&self, number: u64, reason: Reason) {
        if self.worker.board.ask(reason, number) {
            let _ = self.jobs.send(Job::CollectNames);
        }
        self.worker.board.reply(&self.outbox);
    }
}
