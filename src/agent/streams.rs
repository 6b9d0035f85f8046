//! The program's standard input, which is empty until the program has had the terminal.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::stdio::dup2_stdin;

use crate::error::{Error, Result};

/// Makes a terminal the program's standard input, if that is empty. Must be called on a thread that shares the
/// program's descriptors.
///
/// # Errors
/// If the terminal cannot be opened.
pub(super) fn open_input(terminal: &Path) -> Result<()> {
    let open = || {
        if !is_empty()? {
            return Ok(());
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        let terminal = options.custom_flags(libc::O_NOCTTY).open(terminal)?;
        Ok(dup2_stdin(terminal)?)
    };
    open().map_err(|error| Error::system("cannot give the program the terminal", &error))
}

/// Whether it is what the shell has made it: a program may have put something else in its place.
fn is_empty() -> io::Result<bool> {
    let (now, nothing) = (
        rustix::fs::fstat(io::stdin()),
        File::open("/dev/null")?.metadata()?,
    );
    let nothing = nothing.file_type().is_char_device().then(|| nothing.rdev());
    Ok(now.is_ok_and(|now| Some(now.st_rdev) == nothing))
}
