//! Keys while a command runs: Ctrl-C must reach the shell and never the target.
//!
//! The terminal sends no signals meanwhile (ISIG is off); a thread reads the keys. What is typed
//! ahead is kept for the prompt.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::stop::{Stop, is_readable};
use crate::commands::Key;
use crate::target;

const CONTROL_C: u8 = 3;
const CONTROL_D: u8 = 4;
const ESCAPE: u8 = 27;

/// Ctrl-C where no keyboard is read: SIGINT reaches the script as well as the target.
///
/// # Errors
/// If the handler or the thread cannot be had.
pub(super) fn interrupts() -> io::Result<Receiver<Key>> {
    let (sender, keys) = unbounded();
    let interrupts = target::tell_of_interrupts()?;
    std::thread::Builder::new()
        .name("instrsh-signals".into())
        .spawn(move || {
            for () in interrupts {
                if sender.send(Key::Interrupt).is_err() {
                    break;
                }
            }
        })?;
    Ok(keys)
}

/// The terminal without line editing, echo and signals, until this is dropped.
pub(super) struct QuietTerminal {
    terminal: File,
    before: Termios,
}

impl QuietTerminal {
    /// Makes the terminal quiet.
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

    /// Lets the terminal have other modes for a while: these, or those of before.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub(super) fn rest(&self, modes: Option<&Termios>) -> io::Result<()> {
        let modes = modes.unwrap_or(&self.before);
        tcsetattr(&self.terminal, OptionalActions::Now, modes)?;
        Ok(())
    }

    /// The terminal itself.
    pub(super) fn terminal(&self) -> &File {
        &self.terminal
    }

    /// Makes the terminal quiet again; gives the modes that it had meanwhile.
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

/// The terminal's keyboard, as long as this lives.
pub(super) struct Keyboard {
    keys: Receiver<Key>,
    is_live: Arc<AtomicBool>,
    stop: Option<Stop>,
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
        let (stopped, stop) = Stop::new()?;
        let (sender, keys) = unbounded();
        let is_live = Arc::new(AtomicBool::new(false));
        let reader = Reader {
            terminal: terminal.terminal.try_clone()?,
            stopped,
            sender,
            is_live: Arc::clone(&is_live),
        };
        let reader = std::thread::Builder::new()
            .name("instrsh-keys".into())
            .spawn(move || reader.run())?;
        Ok(Self {
            keys,
            is_live,
            stop: Some(stop),
            reader: Some(reader),
            _terminal: terminal,
        })
    }

    /// The keys that mean something to a command.
    pub(super) fn keys(&self) -> Receiver<Key> {
        self.keys.clone()
    }

    /// Whether keys belong to a live view, or are typed ahead.
    pub(super) fn set_live(&self, is_live: bool) {
        self.is_live.store(is_live, Ordering::Relaxed);
    }

    /// Gives the keyboard back; what was typed ahead is the answer.
    pub(super) fn give_back(mut self) -> String {
        String::from_utf8_lossy(&self.end()).into_owned()
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
    sender: Sender<Key>,
    is_live: Arc<AtomicBool>,
}

impl Reader {
    /// Reads until told to stop; gives what was typed ahead.
    fn run(mut self) -> Vec<u8> {
        let mut typed = Vec::new();
        let mut buffer = [0; 64];
        while is_readable(&self.terminal, &self.stopped) {
            let Ok(length @ 1..) = self.terminal.read(&mut buffer) else {
                break;
            };
            let bytes = &buffer[..length];
            if bytes.contains(&CONTROL_C) {
                typed.clear();
                let _ = self.sender.send(Key::Interrupt);
            } else if self.is_live.load(Ordering::Relaxed) {
                let _ = self.sender.send(live_key(bytes));
            } else {
                typed.extend_from_slice(bytes);
            }
        }
        typed
    }
}

/// A lone Escape quits; a sequence that starts with one is some other key.
fn live_key(bytes: &[u8]) -> Key {
    match bytes {
        [b'q' | b'Q' | b'\r' | b'\n' | CONTROL_D | ESCAPE] => Key::Quit,
        _ => Key::Other,
    }
}
