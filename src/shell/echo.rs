//! The threads between the program's pseudo-terminal and the area above the prompt: one carries the
//! output, one rings for the editor, one announces each end.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, select};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};
use rustyline::ExternalPrinter;

use super::output_pane::{HELD, OutputPane};
use super::wakeup::Wakeup;

/// An unfinished line is shown after this time of silence.
const SILENCE: Duration = Duration::from_millis(20);
/// Makes the editor draw its prompt. The editor adds a line end to each text; this text has no
/// effect, except in the top row, which it leaves empty.
const NOTHING: &str = "\x1b[A\n";

/// Starts the thread that makes an editor draw its prompt, once for each message to the returned
/// sender.
///
/// # Errors
/// If no thread can be started.
pub(super) fn bell(mut printer: impl ExternalPrinter + Send + 'static) -> io::Result<Sender<()>> {
    // The editor may be away for long before it takes the next message: this thread can wait.
    let (bell, rings) = bounded(1);
    std::thread::Builder::new()
        .name("instrsh-bell".into())
        .spawn(
            move || {
                while rings.recv().is_ok() && printer.print(NOTHING.to_owned()).is_ok() {}
            },
        )?;
    Ok(bell)
}

/// The thread that carries the output of one program after the other.
pub(super) struct Echo {
    thread: JoinHandle<()>,
    stop: Wakeup,
    end: Arc<OwnedFd>,
}

/// Says how the program has ended, in one line.
pub(super) type Describe = Arc<dyn Fn() -> String + Send + Sync>;

/// Announces that the program has ended, after all of its output.
pub(super) struct End(Arc<OwnedFd>);

impl End {
    /// Announces it.
    fn tell(self) {
        // This fails only if the reader is gone.
        let _ = rustix::io::write(&*self.0, b"!");
    }
}

impl Echo {
    /// Starts carrying `output` to the area above the prompt.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn start(output: File, above: OutputPane, describe: Describe) -> io::Result<Self> {
        let (stopped, stop) = Wakeup::new()?;
        let (ended, end) = pipe_with(PipeFlags::CLOEXEC)?;
        let carrier = Carrier {
            output,
            stopped,
            ended,
            above,
            describe,
        };
        let thread = std::thread::Builder::new()
            .name("instrsh-echo".into())
            .spawn(|| carrier.run())?;
        let end = Arc::new(end);
        Ok(Self { thread, stop, end })
    }

    /// What announces the end of the program that runs now.
    pub(super) fn end(&self) -> End {
        End(Arc::clone(&self.end))
    }

    /// Waits until all output of the program is shown; the program must have closed it. Does not
    /// wait for other processes that still write to it.
    pub(super) fn finish(self) {
        drop(self.stop);
        // If the thread panicked, it has printed that.
        let _ = self.thread.join();
    }
}

struct Carrier {
    output: File,
    stopped: OwnedFd,
    ended: OwnedFd,
    above: OutputPane,
    describe: Describe,
}

impl Carrier {
    fn run(self) {
        let (mut is_stopped, mut rest) = (false, HELD);
        let mut patience = None;
        loop {
            let mut descriptors = [
                PollFd::new(&self.output, PollFlags::IN),
                PollFd::new(&self.stopped, PollFlags::IN),
                PollFd::new(&self.ended, PollFlags::IN),
            ];
            let waited_for = if is_stopped { 1 } else { 3 };
            match poll(&mut descriptors[..waited_for], patience.as_ref()) {
                Err(rustix::io::Errno::INTR) => continue,
                Ok(0) if is_stopped => break,
                Ok(0) => {
                    self.above.show_unfinished();
                    patience = None;
                    continue;
                }
                Ok(_) => {}
                Err(_) => break,
            }
            let [_, stopped, ended] = descriptors.map(|descriptor| descriptor.revents());
            if waited_for == 3 && !ended.is_empty() {
                // One byte for each end.
                let _ = rustix::io::read(&self.ended, &mut [0; 1]);
                self.announce_end();
            } else if !is_stopped && !stopped.is_empty() {
                // What is there already is still shown.
                (is_stopped, patience) = (true, Some(Timespec::default()));
            } else {
                match self.above.receive(&self.output) {
                    Ok(length) if length <= rest => {
                        if is_stopped {
                            rest -= length;
                        } else {
                            patience = Some(silence());
                        }
                    }
                    Ok(_) | Err(_) => break,
                }
            }
        }
        self.above.show_unfinished();
    }

    /// Announces the end after the program's output; a child of it may write on.
    fn announce_end(&self) {
        self.above.drain(&self.output);
        self.above.add_notice(&(self.describe)());
    }
}

fn silence() -> Timespec {
    Timespec {
        tv_sec: 0,
        tv_nsec: SILENCE.subsec_nanos().into(),
    }
}

/// Announces the end of the program, unless the result was dropped before: through `end`, or at
/// once if nothing is carried.
///
/// # Errors
/// If no thread can be started.
pub(super) fn announce_end(
    ended: Receiver<()>,
    end: Option<End>,
    above: OutputPane,
    describe: Describe,
) -> io::Result<Sender<()>> {
    let (here, left) = bounded(0);
    let tell = move || match end {
        Some(end) => end.tell(),
        None => above.add_notice(&describe()),
    };
    std::thread::Builder::new()
        .name("instrsh-end".into())
        .spawn(move || {
            select! {
                recv(ended) -> _ => tell(),
                recv(left) -> _ => {}
            }
        })?;
    Ok(here)
}
