//! The threads between the target's pseudo-terminal and the place above the prompt: one carries what
//! arrives, one rings for the editor, one tells of the end.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, select};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustyline::ExternalPrinter;

use super::above::Above;
use super::stop::Stop;

/// What is said when the target has ended.
const ENDED: &str = "the target has ended; `wait` tells how";
/// A line without an end is shown after this time of silence.
const SILENCE: Duration = Duration::from_millis(20);
/// So much is still shown of a child process that writes on when its parent has ended.
const REST: usize = 1 << 20;
/// Makes the editor draw its prompt. It writes a line's end behind each text; this one does nothing,
/// except in the uppermost row, where it leaves that row empty.
const NOTHING: &str = "\x1b[A\n";

/// Starts the thread that makes an editor draw its prompt, for each word at the answer.
///
/// # Errors
/// If no thread can be started.
pub(super) fn bell(mut printer: impl ExternalPrinter + Send + 'static) -> io::Result<Sender<()>> {
    // The editor may be away for long, and only then takes the next word: this thread can wait.
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

/// The thread that carries the target's output.
pub(super) struct Echo {
    thread: JoinHandle<()>,
    stop: Stop,
}

impl Echo {
    /// Starts to carry what arrives at `output` to the place above the prompt.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn start(output: File, above: Above) -> io::Result<Self> {
        let (stopped, stop) = Stop::new()?;
        let carrier = Carrier {
            output,
            stopped,
            above,
        };
        let thread = std::thread::Builder::new()
            .name("instrsh-echo".into())
            .spawn(|| carrier.run())?;
        Ok(Self { thread, stop })
    }

    /// Waits until all is shown that the target wrote; its output must be closed. What somebody
    /// else still writes, who has it from the target, is not waited for.
    pub(super) fn finish(self) {
        drop(self.stop);
        // A carrier that panicked has said so.
        let _ = self.thread.join();
    }
}

struct Carrier {
    output: File,
    stopped: OwnedFd,
    above: Above,
}

impl Carrier {
    fn run(self) {
        let (mut is_stopped, mut rest) = (false, REST);
        let mut patience = None;
        loop {
            let mut descriptors = [
                PollFd::new(&self.output, PollFlags::IN),
                PollFd::new(&self.stopped, PollFlags::IN),
            ];
            let waited_for = if is_stopped { 1 } else { 2 };
            match poll(&mut descriptors[..waited_for], patience.as_ref()) {
                Err(rustix::io::Errno::INTR) => continue,
                Ok(0) if is_stopped => break,
                Ok(0) => {
                    self.above.show_unfinished();
                    patience = None;
                    continue;
                }
                Ok(_) if descriptors[0].revents().is_empty() => {
                    (is_stopped, patience) = (true, Some(Timespec::default()));
                    continue;
                }
                Ok(_) => {}
                Err(_) => break,
            }
            match self.above.receive(&self.output) {
                Ok(length @ 1..) if length <= rest => {
                    if is_stopped {
                        rest -= length;
                    } else {
                        patience = Some(silence());
                    }
                }
                // The last writer is gone (EIO on a pseudo-terminal).
                Ok(_) | Err(_) => break,
            }
        }
        self.above.show_unfinished();
    }
}

fn silence() -> Timespec {
    Timespec {
        tv_sec: 0,
        tv_nsec: SILENCE.subsec_nanos().into(),
    }
}

/// Says above the prompt that the target has ended, when it does, unless the answer was dropped
/// before.
///
/// # Errors
/// If no thread can be started.
pub(super) fn announce_end(ended: Receiver<()>, above: Above) -> io::Result<Sender<()>> {
    let (here, left) = bounded(0);
    std::thread::Builder::new()
        .name("instrsh-end".into())
        .spawn(move || {
            select! {
                recv(ended) -> _ => above.add_notice(ENDED),
                recv(left) -> _ => {}
            }
        })?;
    Ok(here)
}
