//! `--version`: which instrsh and CPython this is, and what does not work with that CPython.

use super::Options;
use super::generate::write;
use super::options::VERSION;
use crate::target;
use crate::view::{Output, slower_calls};

/// Writes it; returns the exit status. Starts the interpreter, so the process should end afterwards.
pub(super) fn write_version(options: &Options, output: &mut Output) -> u8 {
    let status = write(Ok(format!("instrsh {}\n", *VERSION)), output);
    if status != 0 {
        return status;
    }
    let why = target::slower_calls(&options.bare_python());
    let sentence = |why| slower_calls(why) + "\n";
    write(
        why.map(|why| why.map_or_else(String::new, sentence)),
        output,
    )
}
