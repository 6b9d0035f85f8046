//! Redirects the program's standard streams: descriptors 0, 1 and 2 belong to the program.
//!
//! The shell keeps copies of those that it uses, made before the change. Output of C code and of
//! child processes is redirected, too.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};
use rustix::termios::{
    LocalModes, OptionalActions, OutputModes, Winsize, tcgetattr, tcgetwinsize, tcsetattr,
    tcsetwinsize,
};

use crate::error::{Error, Result};

/// More than fits into a pseudo-terminal: further bytes were written later.
const MOST_LEFT: usize = 64 << 10;

/// Where the program's stdout and stderr go.
#[derive(Debug)]
pub enum OutputTo {
    /// Both to the shell's stderr.
    Stderr,
    /// Both into a file.
    File(PathBuf),
    /// To a pseudo-terminal, whose other end the shell reads: `isatty` stays true.
    Shell(PseudoTerminal),
}

/// A terminal that the program writes to and the shell reads from.
#[derive(Debug)]
pub struct PseudoTerminal {
    shell_end: File,
    target_end: File,
}

/// Redirects the program's streams: stdout and stderr to `output`, or stderr to its own file, which
/// is kept or truncated. Its stdin stays as it is, or becomes empty. Returns the shell's end of the
/// pseudo-terminal, if there is one.
///
/// # Errors
/// If a file cannot be opened, or the system has no pseudo-terminal.
pub fn redirect(
    stdin_is_empty: bool,
    output: OutputTo,
    stderr: Option<&Path>,
    files_are_kept: bool,
) -> Result<Option<File>> {
    let trouble = |error: io::Error| Error::system("cannot redirect the program's output", &error);
    if stdin_is_empty {
        let nothing = File::open("/dev/null").map_err(trouble)?;
        dup2_stdin(nothing).map_err(|error| trouble(error.into()))?;
    }
    let shell_end = match output {
        OutputTo::Stderr => {
            dup2_stdout(io::stderr()).map_err(|error| trouble(error.into()))?;
            None
        }
        OutputTo::File(path) => {
            write_to(&path, files_are_kept, both_to)?;
            None
        }
        OutputTo::Shell(terminal) => {
            both_to(terminal.target_end.as_fd()).map_err(|error| trouble(error.into()))?;
            Some(terminal.shell_end)
        }
    };
    if let Some(path) = stderr {
        write_to(path, files_are_kept, |file| dup2_stderr(file))?;
    }
    Ok(shell_end)
}

/// Redirects descriptors 1 and 2 to `file` again, so that nothing writes to the pseudo-terminal any
/// more.
pub fn close_pseudo_terminal(file: &File) {
    // Fails only for a bad descriptor, which a `File` does not hold.
    let _ = both_to(file.as_fd());
}

/// Makes a file the destination of the streams.
fn write_to(
    path: &Path,
    is_kept: bool,
    redirect: fn(BorrowedFd<'_>) -> rustix::io::Result<()>,
) -> Result<()> {
    let file = if is_kept {
        File::options().create(true).append(true).open(path)
    } else {
        File::create(path)
    };
    let file = file.and_then(|file| redirect(file.as_fd()).map_err(io::Error::from));
    file.map_err(|error| {
        Error::usage(format!(
            "cannot write the program's output to `{}`: {error}",
            path.display()
        ))
        .hint("give the path of a file that can be written")
    })
}

fn both_to(descriptor: BorrowedFd<'_>) -> rustix::io::Result<()> {
    dup2_stdout(descriptor)?;
    dup2_stderr(descriptor)
}

impl PseudoTerminal {
    /// A terminal like the real one, but without echo and output processing.
    ///
    /// # Errors
    /// If the system has none.
    pub fn open() -> io::Result<Self> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let shell_end = openpt(flags)?;
        grantpt(&shell_end)?;
        unlockpt(&shell_end)?;
        Self::of(shell_end)
    }

    /// The terminal with this shell end.
    ///
    /// # Errors
    /// If the system cannot open the other end.
    pub fn of(shell_end: OwnedFd) -> io::Result<Self> {
        let name = ptsname(&shell_end, Vec::new())?;
        let target_end = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(libc::O_NOCTTY)
            .open(name.to_string_lossy().as_ref())?;
        let mut modes = tcgetattr(&target_end)?;
        modes.output_modes.remove(OutputModes::OPOST);
        modes.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&target_end, OptionalActions::Now, &modes)?;
        let size: Winsize = tcgetwinsize(io::stdout())?;
        tcsetwinsize(&target_end, size)?;
        Ok(Self {
            shell_end: shell_end.into(),
            target_end,
        })
    }

    /// Another descriptor of the shell's end, if the system has one.
    #[must_use]
    pub fn shell_end(&self) -> Option<File> {
        self.shell_end.try_clone().ok()
    }

    /// Closes the program's end here: the program's process has it, too.
    #[must_use]
    pub fn without_target_end(self) -> Remains {
        Remains(self.shell_end)
    }
}

/// What a process that is gone may have left in its pseudo-terminal.
pub struct Remains(pub(super) File);

impl Remains {
    /// What was written but not read.
    #[must_use]
    pub fn drain(self) -> Vec<u8> {
        let (mut left, mut buffer) = (Vec::new(), [0; 4096]);
        let mut terminal = self.0;
        let now = Timespec::default();
        while left.len() < MOST_LEFT
            && poll(&mut [PollFd::new(&terminal, PollFlags::IN)], Some(&now)) == Ok(1)
        {
            match terminal.read(&mut buffer) {
                Ok(length @ 1..) => left.extend_from_slice(&buffer[..length]),
                Ok(_) | Err(_) => break,
            }
        }
        left
    }
}
