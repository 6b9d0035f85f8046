//! Keys while a command runs: Ctrl-C must reach the shell and never the program.
//!
//! The terminal sends no signals meanwhile (ISIG is off); a thread reads the keys. They control a
//! live view, or are typed ahead and kept for the prompt.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::keys::{Decoder, Press};
use super::wakeup::{Wait, Wakeup, wait};
use crate::commands::Key;

const CONTROL_C: u8 = 3;
/// The rest of an escape sequence arrives within this time, even over a slow line.
const REST_OF_KEY: Duration = Duration::from_millis(100);

/// The terminal without line editing, echo and signals, until this is dropped.
pub(super) struct QuietTerminal {
    terminal: File,
    before: Termios,
}

impl QuietTerminal {
    /// Sets these modes.
    ///
    /// # Errors
    /// If the process has no terminal.
    pub(super) fn new() -> io::Result<Self> {
        let terminal = File::options().read(true).write(true).open("/dev/tty")?;
        let before = tcgetattr(&terminal)?;
        let quiet = Self { terminal, before };
        quiet.resume()?;
        Ok(quiet)
    }

    /// Sets other modes for a while: these, or the original ones.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub(super) fn rest(&self, modes: Option<&Termios>) -> io::Result<()> {
        let modes = modes.unwrap_or(&self.before);
        tcsetattr(&self.terminal, OptionalActions::Now, modes)?;
        Ok(())
    }

    /// Gives the terminal its original modes.
    pub(super) fn give_back(&self) -> Option<impl Fn() + Send + use<>> {
        let (terminal, before) = (self.terminal.try_clone().ok()?, self.before.clone());
        Some(move || {
            // A terminal that is gone has no modes to restore.
            let _ = tcsetattr(&terminal, OptionalActions::Now, &before);
        })
    }

    /// The terminal itself.
    pub(super) fn terminal(&self) -> &File {
        &self.terminal
    }

    /// Sets the quiet modes again; returns the modes that the terminal had meanwhile.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub(super) fn resume(&self) -> io::Result<Termios> {
        let meanwhile = tcgetattr(&self.terminal)?;
        let mut modes = self.before.clone();
        modes
            .local_modes
            .remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
        tcsetattr(&self.terminal, OptionalActions::Now, &modes)?;
        Ok(meanwhile)
    }
}

impl Drop for QuietTerminal {
    fn drop(&mut self) {
        // A terminal that is gone has no modes to restore.
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}

/// Who receives the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Use {
    /// The prompt, later; Ctrl-C goes to the running command.
    Prompt,
    /// A live view.
    View,
    /// A live view; Ctrl-C goes to the command that runs in it.
    CommandInView,
}

/// The terminal's keyboard, while this lives.
pub(super) struct Keyboard {
    keys: Receiver<Key>,
    presses: Receiver<Press>,
    used: Arc<AtomicU8>,
    stop: Option<Wakeup>,
    reader: Option<JoinHandle<Vec<u8>>>,
    _terminal: QuietTerminal,
}

impl Keyboard {
    /// Takes the keyboard.
    ///
    /// # Errors
    /// If the process has no terminal.
    pub(super) fn take() -> io::Result<Self> {
        let terminal = QuietTerminal::new()?;
        let (stopped, stop) = Wakeup::new()?;
        let (key_sender, keys) = unbounded();
        let (press_sender, presses) = unbounded();
        let used = Arc::new(AtomicU8::new(Use::Prompt as u8));
        let reader = Reader {
            terminal: terminal.terminal.try_clone()?,
            stopped,
            keys: key_sender,
            presses: press_sender,
            used: Arc::clone(&used),
            decoder: Decoder::default(),
            typed: Vec::new(),
        };
        let reader = std::thread::Builder::new()
            .name("instrsh-keys".into())
            .spawn(move || reader.run())?;
        Ok(Self {
            keys,
            presses,
            used,
            stop: Some(stop),
            reader: Some(reader),
            _terminal: terminal,
        })
    }

    /// The keys that running commands react to.
    pub(super) fn keys(&self) -> Receiver<Key> {
        self.keys.clone()
    }

    /// The keys for a live view.
    pub(super) fn presses(&self) -> Receiver<Press> {
        self.presses.clone()
    }

    /// Sets who receives the keys.
    pub(super) fn set_use(&self, used: Use) {
        self.used.store(used as u8, Ordering::Relaxed);
    }

    /// Returns the keyboard, and what was typed ahead, including what a live view has left.
    pub(super) fn give_back(mut self) -> String {
        let typed = self.end();
        let left = self.presses.try_iter().map(Press::typed);
        left.collect::<String>() + &String::from_utf8_lossy(&typed)
    }

    fn end(&mut self) -> Vec<u8> {
        drop(self.stop.take());
        self.reader
            .take()
            .map(JoinHandle::join)
            .and_then(Result::ok)
            .unwrap_or_default()
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        self.end();
    }
}

/// The thread that reads.
struct Reader {
    terminal: File,
    stopped: OwnedFd,
    keys: Sender<Key>,
    presses: Sender<Press>,
    used: Arc<AtomicU8>,
    decoder: Decoder,
    typed: Vec<u8>,
}

impl Reader {
    /// Reads until it is stopped; returns what was typed ahead.
    fn run(mut self) -> Vec<u8> {
        let mut buffer = [0; 1024];
        loop {
            let limit = self.decoder.is_waiting().then_some(REST_OF_KEY);
            match wait(&self.terminal, &self.stopped, limit) {
                Wait::Stopped => break,
                Wait::Nothing => {
                    let press = self.decoder.give_up();
                    self.pass_on(press);
                }
                Wait::Readable => match self.terminal.read(&mut buffer) {
                    Ok(length @ 1..) => self.take_in(&buffer[..length]),
                    _ => break,
                },
            }
        }
        self.typed
    }

    fn take_in(&mut self, bytes: &[u8]) {
        if !self.is_used(Use::Prompt) {
            let presses = self.decoder.add(bytes);
            self.pass_on(presses);
        } else if bytes.contains(&CONTROL_C) {
            self.typed.clear();
            let _ = self.keys.send(Key::Interrupt);
        } else {
            self.typed.extend_from_slice(bytes);
        }
    }

    fn pass_on(&self, presses: impl IntoIterator<Item = Press>) {
        for press in presses {
            // The receiver may be gone.
            if press == Press::Control('c') && self.is_used(Use::CommandInView) {
                let _ = self.keys.send(Key::Interrupt);
            } else {
                let _ = self.presses.send(press);
            }
        }
    }

    fn is_used(&self, used: Use) -> bool {
        self.used.load(Ordering::Relaxed) == used as u8
    }
}
