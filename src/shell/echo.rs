//! What the target writes, above the prompt: whole lines, never through the line being typed.

use std::fs::File;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, select};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustyline::ExternalPrinter;

use crate::error::count;

/// So much of what is held back is kept.
const KEPT: usize = 1 << 20;
/// What is said when the target has ended.
const ENDED: &str = "the target has ended; `wait` tells how\n";
/// A line without an end is shown after this time of silence.
const SILENCE: Duration = Duration::from_millis(20);

/// The thread that carries the target's output to the prompt.
pub(super) struct Echo(JoinHandle<()>);

/// Holds back what is to stand above the prompt while a live view has the screen; the target
/// writes on.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<Mutex<Option<Held>>>);

/// What arrived while the gate was closed.
#[derive(Default)]
struct Held {
    text: String,
    lines_lost: usize,
}

impl Gate {
    /// Nothing is shown from now on.
    pub(super) fn close(&self) {
        self.lock().get_or_insert_default();
    }

    /// Shows again what arrives; gives what was held back.
    pub(super) fn open(&self) -> String {
        match self.lock().take() {
            Some(Held {
                text,
                lines_lost: 0,
            }) => text,
            Some(Held { text, lines_lost }) => {
                format!(
                    "({} of the target not kept)\n{text}",
                    count(lines_lost, "line")
                )
            }
            None => String::new(),
        }
    }

    /// Gives the text back if it may be shown now.
    fn pass(&self, text: String) -> Option<String> {
        match &mut *self.lock() {
            Some(held) => {
                held.add(&text);
                None
            }
            None => Some(text),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn add(&mut self, text: &str) {
        self.text += text;
        if self.text.len() > 2 * KEPT {
            let lost = self.text.len() - KEPT;
            let lost = self.text[self.text.floor_char_boundary(lost)..]
                .find('\n')
                .map_or(lost, |end| lost + end + 1);
            self.lines_lost += self.text[..lost].matches('\n').count();
            self.text.drain(..lost);
        }
    }
}

impl Echo {
    /// Starts to carry what arrives at `output` to `printer`, through `gate`.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn start(
        output: File,
        printer: impl ExternalPrinter + Send + 'static,
        gate: Gate,
    ) -> std::io::Result<Self> {
        let carrier = Carrier {
            output,
            printer,
            gate,
            line: Vec::new(),
        };
        std::thread::Builder::new()
            .name("instrsh-echo".into())
            .spawn(|| carrier.run())
            .map(Self)
    }

    /// Waits until all is shown that the target wrote; its output must be closed.
    pub(super) fn finish(self) {
        // A carrier that panicked has said so.
        let _ = self.0.join();
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
        if let Some(text) = self.gate.pass(String::from_utf8_lossy(&lines).into_owned()) {
            // Without a terminal there is nobody to show it to.
            let _ = self.printer.print(text);
        }
    }
}

/// Says above the prompt that the target has ended, when it does, unless the answer was dropped before.
///
/// # Errors
/// If no thread can be started.
pub(super) fn announce_end(
    ended: Receiver<()>,
    mut printer: impl ExternalPrinter + Send + 'static,
    gate: Gate,
) -> std::io::Result<Sender<()>> {
    let (here, left) = crossbeam_channel::bounded(0);
    std::thread::Builder::new()
        .name("instrsh-end".into())
        .spawn(move || {
            select! {
                recv(ended) -> _ => if let Some(text) = gate.pass(ENDED.to_owned()) {
                    // Without a terminal there is nobody to show it to.
                    let _ = printer.print(text);
                },
                recv(left) -> _ => {}
            }
        })?;
    Ok(here)
}
