//! A terminal that the program writes to and reads from, and whose other end the shell has.
//!
//! It is the program's for its whole life. At the prompt the shell shows what the program writes, in modes without
//! output processing; in front, keys and output pass as they are, in the modes that the program has set.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{
    LocalModes, OptionalActions, OutputModes, SpecialCodeIndex, Termios, tcgetattr, tcgetwinsize,
    tcsetattr, tcsetwinsize,
};

/// See the module.
pub struct PseudoTerminal {
    shell_end: File,
    /// Kept open: without it, reading the other end would fail between two programs.
    program_end: File,
    path: PathBuf,
    /// The modes of the real terminal, which a program finds.
    original: Termios,
    /// The modes that the program has in front.
    in_front: Mutex<Termios>,
}

impl PseudoTerminal {
    /// A terminal as large as the real one, which has these modes.
    ///
    /// # Errors
    /// If the system has none.
    pub fn open(modes: Termios) -> io::Result<Self> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let shell_end = openpt(flags)?;
        grantpt(&shell_end)?;
        unlockpt(&shell_end)?;
        // Two threads may read from it.
        rustix::io::ioctl_fionbio(&shell_end, true)?;
        let path = ptsname(&shell_end, Vec::new())?.into_bytes();
        let path = PathBuf::from(std::ffi::OsString::from_vec(path));
        let program_end = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(libc::O_NOCTTY)
            .open(&path)?;
        let terminal = Self {
            shell_end: shell_end.into(),
            program_end,
            path,
            in_front: Mutex::new(modes.clone()),
            original: modes,
        };
        terminal.take_size();
        terminal.begin()?;
        Ok(terminal)
    }

    /// Prepares it for a new program.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn begin(&self) -> io::Result<()> {
        *self.in_front() = self.original.clone();
        self.set(&at_prompt(&self.original))
    }

    /// The file by which a program can open it.
    #[must_use]
    pub fn path(&self) -> &PathBuf {
        &self.path
    }

    /// Another descriptor of the shell's end.
    ///
    /// # Errors
    /// If the system has none.
    pub fn shell_end(&self) -> io::Result<File> {
        self.shell_end.try_clone()
    }

    /// Another descriptor of the program's end.
    ///
    /// # Errors
    /// If the system has none.
    pub(super) fn program_end(&self) -> io::Result<File> {
        self.program_end.try_clone()
    }

    /// Makes it as large as the real terminal.
    pub fn take_size(&self) {
        if let Ok(size) = tcgetwinsize(io::stdout()) {
            // A program that has a terminal is told of a new size.
            let _ = tcsetwinsize(&self.shell_end, size);
        }
    }

    /// Lets keys and output pass in the program's modes.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn bring_to_front(&self) -> io::Result<()> {
        let modes = self.in_front().clone();
        self.set(&modes)
    }

    /// Ends that.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn leave_front(&self) -> io::Result<()> {
        let modes = tcgetattr(&self.program_end)?;
        self.set(&at_prompt(&modes))?;
        *self.in_front() = modes;
        Ok(())
    }

    /// The byte by which the program is stopped, if it has left that to the terminal.
    #[must_use]
    pub fn stop_key(&self) -> Option<u8> {
        let modes = tcgetattr(&self.program_end).ok()?;
        let is_signal = modes.local_modes.contains(LocalModes::ISIG);
        is_signal.then(|| modes.special_codes[SpecialCodeIndex::VSUSP])
    }

    fn set(&self, modes: &Termios) -> io::Result<()> {
        Ok(tcsetattr(&self.program_end, OptionalActions::Now, modes)?)
    }

    fn in_front(&self) -> std::sync::MutexGuard<'_, Termios> {
        self.in_front.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Modes in which lines arrive as they were written. Nothing is typed there, so the echo is left as the program has
/// it: it may be off for a password.
fn at_prompt(modes: &Termios) -> Termios {
    let mut modes = modes.clone();
    modes.output_modes.remove(OutputModes::OPOST);
    modes
}
