//! Starts the interpreter from a `PyConfig`, so that it is configured as `python` itself would be.

#![expect(unsafe_code, reason = "PyConfig exists in C only")]

use std::ffi::{CStr, CString, OsString, c_char};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStringExt;

use pyo3::ffi;

use super::environment::{self, BUILT_FOR};
use super::program::{Entry, Program};
use crate::error::{Error, Result};

/// Initialises CPython. The calling thread becomes Python's main thread and holds the GIL.
///
/// # Errors
/// If there is no such environment, CPython refuses its options, or it does not find its standard
/// library.
pub(super) fn initialise(program: &Program) -> Result<()> {
    let executable = c_string(environment::executable(program)?.into())?;
    let words = program
        .command_line()
        .into_iter()
        .map(c_string)
        .collect::<Result<Vec<_>>>()?;
    let mut arguments: Vec<_> = std::iter::once(&executable)
        .chain(&words)
        .map(|word| word.as_ptr())
        .collect();
    let mut config = MaybeUninit::<ffi::PyConfig>::zeroed();
    let config = config.as_mut_ptr();
    // SAFETY: the config is initialised by the first call, before any other, and cleared by the
    // last; the strings are NUL-terminated and outlive it. This is the first use of Python in the
    // process, and no other thread uses it before the program says that it is ready.
    unsafe {
        ffi::PyConfig_InitPythonConfig(config);
        let outcome = read(&mut *config, &executable, &mut arguments)
            .and_then(|()| is_run_as(&*config, program))
            .and_then(|()| check(ffi::Py_InitializeFromConfig(config)));
        ffi::PyConfig_Clear(config);
        outcome
    }
}

/// Makes CPython read its command line and all other configuration. The arguments come first: what
/// they say about the encoding and the memory allocator determines how everything else is read.
fn read(
    config: &mut ffi::PyConfig,
    executable: &CStr,
    arguments: &mut [*const c_char],
) -> Result<()> {
    let count = arguments.len().cast_signed();
    // SAFETY: the config is initialised, and the words are NUL-terminated strings.
    unsafe {
        check(ffi::PyConfig_SetBytesArgv(
            config,
            count,
            arguments.as_mut_ptr(),
        ))?;
        check(ffi::PyConfig_SetBytesString(
            config,
            &raw mut config.program_name,
            executable.as_ptr(),
        ))?;
        check(ffi::PyConfig_Read(config))
    }
}

/// Whether CPython runs the same program as the shell expects: one of its options could have
/// swallowed the program's name, as `-c` does.
fn is_run_as(config: &ffi::PyConfig, program: &Program) -> Result<()> {
    let entry = match &program.entry {
        Entry::Script(_) => config.run_filename,
        Entry::Demo | Entry::Module(_) => config.run_module,
    };
    let skips_a_line = config.skip_source_first_line != 0;
    if entry.is_null() || !config.run_command.is_null() || skips_a_line {
        return Err(unsuitable_options());
    }
    Ok(())
}

fn unsuitable_options() -> Error {
    Error::usage("CPython does not run a program with these options")
        .hint("`--python-option` is for options such as `-O` or `-Xdev`")
}

fn c_string(word: OsString) -> Result<CString> {
    CString::new(word.into_vec()).map_err(|_| {
        Error::usage("an argument of the program contains a NUL byte")
            .hint("leave out that argument")
    })
}

fn check(status: ffi::PyStatus) -> Result<()> {
    // SAFETY: the status comes from CPython as it is; its message is a static C string or null.
    unsafe {
        if ffi::PyStatus_Exception(status) == 0 {
            return Ok(());
        }
        if ffi::PyStatus_IsExit(status) != 0 {
            return Err(unsuitable_options());
        }
        let message = if status.err_msg.is_null() {
            "no reason given".into()
        } else {
            CStr::from_ptr(status.err_msg).to_string_lossy()
        };
        Err(
            Error::new(format!("CPython does not start: {message}")).hint(format!(
                "check that `{BUILT_FOR}`, for which instrsh was built, is still installed"
            )),
        )
    }
}
