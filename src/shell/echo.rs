//! What the target writes, above the prompt: whole lines, never through the line being typed.

use std::fs::File;
use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustyline::ExternalPrinter;

/// A line without an end is shown after this time of silence.
const SILENCE: Duration = Duration::from_millis(20);

/// The thread that carries the target's output to the prompt.
pub(super) struct Echo {
    carrier: JoinHandle<()>,
    gate: Gate,
}

/// Holds the target's output back while a live view has the screen.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// Nothing is shown from now on.
    pub(super) fn close(&self) {
        self.set(true);
    }

    /// What was held back is shown.
    pub(super) fn open(&self) {
        self.set(false);
    }

    fn set(&self, is_closed: bool) {
        let (closed, changed) = &*self.0;
        *closed.lock().unwrap_or_else(PoisonError::into_inner) = is_closed;
        changed.notify_all();
    }

    /// Waits until the gate is open.
    fn pass(&self) {
        let (closed, changed) = &*self.0;
        let closed = closed.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_while(closed, |closed| *closed));
    }
}

impl Echo {
    /// Starts to carry what arrives at `output` to `printer`.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn start(
        output: File,
        printer: impl ExternalPrinter + Send + 'static,
    ) -> std::io::Result<Self> {
        let gate = Gate::default();
        let carry = Carrier {
            output,
            printer,
            gate: gate.clone(),
            line: Vec::new(),
        };
        let carrier = std::thread::Builder::new()
            .name("instrsh-echo".into())
            .spawn(|| carry.run())?;
        Ok(Self { carrier, gate })
    }

    /// The gate that a live view closes.
    pub(super) fn gate(&self) -> Gate {
        self.gate.clone()
    }

    /// Waits until all is shown that the target wrote; its output must be closed.
    pub(super) fn finish(self) {
        // A carrier that panicked has said so.
        let _ = self.carrier.join();
    }
}

struct Carrier<P> {
    output: File,
    printer: P,
    gate: Gate,
    /// What has arrived of a line.
    line: Vec<u8>,
}

impl<P: ExternalPrinter> Carrier<P> {
    fn run(mut self) {
        let mut buffer = vec![0; 64 << 10];
        loop {
            if !self.line.is_empty() && !self.has_more_soon() {
                self.line.push(b'\n');
                self.show();
            }
            match self.output.read(&mut buffer) {
                Ok(length @ 1..) => {
                    self.line.extend_from_slice(&buffer[..length]);
                    self.show();
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                // The last writer is gone (EIO on a pseudo-terminal).
                Ok(_) | Err(_) => break,
            }
        }
        if !self.line.is_empty() {
            self.line.push(b'\n');
            self.show();
        }
    }

    fn has_more_soon(&self) -> bool {
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: SILENCE.subsec_nanos().into(),
        };
        let mut descriptors = [PollFd::new(&self.output, PollFlags::IN)];
        !matches!(poll(&mut descriptors, Some(&timeout)), Ok(0))
    }

    /// Shows the whole lines that have arrived.
    fn show(&mut self) {
        let Some(end) = self.line.iter().rposition(|byte| *byte == b'\n') else {
            return;
        };
        let rest = self.line.split_off(end + 1);
        let lines = std::mem::replace(&mut self.line, rest);
        self.gate.pass();
        // Without a terminal there is nobody to show it to.
        let _ = self
            .printer
            .print(String::from_utf8_lossy(&lines).into_owned());
    }
}
