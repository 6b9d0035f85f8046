//! Where the target's standard streams go: descriptors 0, 1 and 2 are its own.
//!
//! The shell keeps copies of those that it speaks through, taken before the change. What C code and
//! child processes of the target write is redirected just the same.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};
use rustix::termios::{
    LocalModes, OptionalActions, OutputModes, Winsize, tcgetattr, tcgetwinsize, tcsetattr,
    tcsetwinsize,
};

use crate::error::{Error, Result};

/// Where the target's stdout and stderr go.
#[derive(Debug, Clone)]
pub enum OutputTo {
    /// Both to the shell's stderr.
    Stderr,
    /// Both into a file, which is emptied first.
    File(PathBuf),
    /// To a pseudo-terminal, whose other end the shell reads: `isatty` stays true.
    Shell,
}

/// Redirects the target's streams: stdout and stderr to `output`, or stderr to a file of its own. Its
/// stdin is left as it is, or made empty. The answer is the end of the pseudo-terminal that the shell
/// reads, if there is one.
///
/// # Errors
/// If a file cannot be opened or the system gives no pseudo-terminal.
pub fn redirect(
    stdin_is_empty: bool,
    output: &OutputTo,
    stderr: Option<&Path>,
) -> Result<Option<File>> {
    let trouble =
        |error: io::Error| Error::new(format!("cannot redirect the target's streams: {error}"));
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
            write_to(path, both_to)?;
            None
        }
        OutputTo::Shell => Some(pseudo_terminal().map_err(trouble)?),
    };
    if let Some(path) = stderr {
        write_to(path, |file| dup2_stderr(file))?;
    }
    Ok(shell_end)
}

/// Gives descriptors 1 and 2 to `file` again, so that nothing writes to the pseudo-terminal any more.
pub fn close_pseudo_terminal(file: &File) {
    // Fails only for a bad descriptor, which a `File` does not hold.
    let _ = both_to(file.as_fd());
}

/// Makes a file the streams that `redirect` redirects.
fn write_to(path: &Path, redirect: fn(BorrowedFd<'_>) -> rustix::io::Result<()>) -> Result<()> {
    let file = File::create(path).and_then(|file| redirect(file.as_fd()).map_err(io::Error::from));
    file.map_err(|error| {
        Error::usage(format!(
            "cannot write the target's output to `{}`: {error}",
            path.display()
        ))
        .hint("give the path of a file that can be written")
    })
}

fn both_to(descriptor: BorrowedFd<'_>) -> rustix::io::Result<()> {
    dup2_stdout(descriptor)?;
    dup2_stderr(descriptor)
}

/// A terminal like the real one, but without echo and without changes to what is written.
fn pseudo_terminal() -> io::Result<File> {
    let shell_end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&shell_end)?;
    unlockpt(&shell_end)?;
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
    both_to(target_end.as_fd())?;
    Ok(shell_end.into())
}
