//! Reads lines from a pipe as they are written.
//!
//! A thread reads them, so that the shell can wait for keys at the same time. It can be stopped at
//! any moment and then returns what it has read beyond the last line: nothing of the pipe is lost.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::wakeup::{Wakeup, is_readable};

/// A pipe or terminal, and the thread that reads it.
pub(super) struct LineReader {
    lines: Receiver<io::Result<Vec<u8>>>,
    stop: Wakeup,
    reader: JoinHandle<(Vec<u8>, File)>,
}

impl LineReader {
    /// Starts reading; `ahead` was already read from the pipe.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn start(pipe: File, ahead: Vec<u8>) -> io::Result<Self> {
        let (sender, lines) = bounded(1);
        let (stopped, stop) = Wakeup::new()?;
        let reader = Reader {
            pipe,
            stopped,
            sender,
            begun: Vec::new(),
        };
        let reader = std::thread::Builder::new()
            .name("instrsh-stdin".into())
            .spawn(move || reader.run(&ahead))?;
        Ok(Self {
            lines,
            stop,
            reader,
        })
    }

    /// Receives the lines with their ends; disconnected after the last one.
    pub(super) fn lines(&self) -> &Receiver<io::Result<Vec<u8>>> {
        &self.lines
    }

    /// Stops reading. Returns what was read but not received, and the pipe.
    ///
    /// # Errors
    /// If the pipe could not be read.
    pub(super) fn give_back(self) -> io::Result<(Vec<u8>, File)> {
        drop(self.stop);
        let mut ahead = self.lines.iter().collect::<io::Result<Vec<_>>>()?.concat();
        let panicked = |_| io::Error::other("the thread that reads them panicked");
        let (begun, pipe) = self.reader.join().map_err(panicked)?;
        ahead.extend(begun);
        Ok((ahead, pipe))
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
    /// Reads until the end, or until it is stopped; returns the beginning of the next line.
    fn run(mut self, ahead: &[u8]) -> (Vec<u8>, File) {
        let mut buffer = vec![0; 8 << 10];
        let mut is_wanted = self.hand_over(ahead);
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
        (self.begun, self.pipe)
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use rustix::pipe::{PipeFlags, pipe_with};

    use super::*;

    #[test]
    fn what_was_read_too_much_is_given_back() {
        let (pipe, writer) = pipe_with(PipeFlags::CLOEXEC).expect("a pipe");
        let mut writer = File::from(writer);
        let awaited = LineReader::start(pipe.into(), b"one\ntw".to_vec()).expect("a thread");
        writer.write_all(b"o\nthree\nfour\nfi").expect("it is read");
        let next = || awaited.lines().recv().expect("a line").expect("read");
        assert_eq!((next(), next()), (b"one\n".to_vec(), b"two\n".to_vec()));
        let (mut ahead, mut pipe) = awaited.give_back().expect("readable");
        writer.write_all(b"ve\n").expect("it is read");
        drop(writer);
        pipe.read_to_end(&mut ahead).expect("readable");
        assert_eq!(ahead, b"three\nfour\nfive\n");
    }
}
