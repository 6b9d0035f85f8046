//! Reads lines from a pipe as they are written.
//!
//! A thread reads them, so that the shell can wait for keys at the same time.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::wakeup::{Wakeup, is_readable};

/// A pipe or terminal, and the thread that reads it.
pub(super) struct LineReader {
    lines: Receiver<io::Result<Vec<u8>>>,
    _stop: Wakeup,
}

impl LineReader {
    /// Starts reading.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn start(pipe: File) -> io::Result<Self> {
        let (sender, lines) = bounded(1);
        let (stopped, stop) = Wakeup::new()?;
        let reader = Reader {
            pipe,
            stopped,
            sender,
            begun: Vec::new(),
        };
        std::thread::Builder::new()
            .name("instrsh-stdin".into())
            .spawn(move || reader.run())?;
        Ok(Self { lines, _stop: stop })
    }

    /// Receives the lines with their ends; disconnected after the last one.
    pub(super) fn lines(&self) -> &Receiver<io::Result<Vec<u8>>> {
        &self.lines
    }
}

/// The thread that reads.
struct Reader {
    pipe: File,
    stopped: OwnedFd,
    sender: Sender<io::Result<Vec<u8>>>,
    /// The beginning of the next line.
    begun: Vec<u8>,
}

impl Reader {
    /// Reads until the end, or until it is stopped.
    fn run(mut self) {
        let mut buffer = vec![0; 8 << 10];
        let mut is_wanted = true;
        while is_wanted && is_readable(&self.pipe, &self.stopped) {
            is_wanted = match self.pipe.read(&mut buffer) {
                Ok(0) => {
                    let last = std::mem::take(&mut self.begun);
                    // The receiver may be gone.
                    let _ = (!last.is_empty()).then(|| self.sender.send(Ok(last)));
                    false
                }
                Ok(length) => self.hand_over(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => true,
                Err(error) => {
                    let _ = self.sender.send(Err(error));
                    false
                }
            };
        }
    }

    /// Sends the whole lines; false if the receiver is gone.
    fn hand_over(&mut self, bytes: &[u8]) -> bool {
        bytes.split_inclusive(|byte| *byte == b'\n').all(|piece| {
            self.begun.extend_from_slice(piece);
            !piece.ends_with(b"\n")
                || self
                    .sender
                    .send(Ok(std::mem::take(&mut self.begun)))
                    .is_ok()
        })
    }
}
