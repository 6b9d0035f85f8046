//! Starts the interpreter from a `PyConfig`, so that it is configured as `python` itself would be.

#![expect(unsafe_code, reason = "PyConfig exists in C only")]

use std::ffi::{CStr, CString, OsString};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStringExt;

use pyo3::ffi;

use super::program::Program;
use crate::error::{Error, Result};

/// The executable that this program was built for.
const BUILT_FOR: &str = env!("INSTRSH_PYTHON");

/// Initialises CPython. The calling thread becomes Python's main thread and holds the GIL.
///
/// # Errors
/// If CPython refuses the configuration, or does not find its standard library.
pub(super) fn initialise(program: &Program) -> Result<()> {
    let executable = c_string(BUILT_FOR.into())?;
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
    // process, and no other thread uses it before the target says that it is ready.
    unsafe {
        ffi::PyConfig_InitPythonConfig(config);
        let outcome = check(ffi::PyConfig_SetBytesString(
            config,
            &raw mut (*config).program_name,
            executable.as_ptr(),
        ))
        .and_then(|()| {
            let count = arguments.len().cast_signed();
            check(ffi::PyConfig_SetBytesArgv(
                config,
                count,
                arguments.as_mut_ptr(),
            ))
        })
        .and_then(|()| check(ffi::PyConfig_Read(config)))
        .and_then(|()| check(ffi::Py_InitializeFromConfig(config)));
        ffi::PyConfig_Clear(config);
        outcome
    }
}

fn c_string(word: OsString) -> Result<CString> {
    CString::new(word.into_vec())
        .map_err(|_| Error::usage("an argument of the program holds a NUL byte"))
}

fn check(status: ffi::PyStatus) -> Result<()> {
    // SAFETY: the status comes from CPython as it is; its message is a static C string or null.
    unsafe {
        if ffi::PyStatus_Exception(status) == 0 {
            return Ok(());
        }
        let message = if status.err_msg.is_null() {
            "no reason given".into()
        } else {
            CStr::from_ptr(status.err_msg).to_string_lossy()
        };
        Err(
            Error::new(format!("CPython does not start: {message}")).hint(format!(
                "is `{BUILT_FOR}` still installed? this program was built for it"
            )),
        )
    }
}
