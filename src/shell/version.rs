//! `--version`: which instrsh and CPython this is, and what does not work with that CPython.

use std::path::Path;

use rustix::process::Signal;

use super::Options;
use super::generate::write;
use super::options::VERSION;
use crate::error::Result;
use crate::program::{OWN_BINARY, Process};
use crate::system::{Input, Streams};
use crate::view::{Output, slower_calls};

/// Writes it; returns the exit status. Starts the interpreter without a program.
pub(super) fn write_version(options: &Options, output: &mut Output) -> u8 {
    let status = write(Ok(format!("instrsh {}\n", *VERSION)), output);
    if status != 0 {
        return status;
    }
    let sentence = look_at_python(options, output)
        .map(|why| why.map_or_else(String::new, |why| slower_calls(&why) + "\n"));
    write(sentence, output)
}

/// Why calls of patched functions are slower with this Python, if they are.
fn look_at_python(options: &Options, output: &Output) -> Result<Option<String>> {
    let stderr = || {
        let copy = output.notices().try_clone();
        copy.map_err(|error| crate::error::Error::system("cannot copy stderr", &error))
    };
    let streams = Streams::Own {
        input: Input::Empty,
        output: stderr()?,
        errors: stderr()?,
    };
    let python = options.bare_python();
    let (process, _session) = Process::start(Path::new(OWN_BINARY), &python, streams, false)?;
    process.send(Signal::KILL);
    Ok(process.started.slower_calls)
}
