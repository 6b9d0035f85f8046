//! Starts a process with the surroundings that the shell was given.

#![expect(
    unsafe_code,
    reason = "what is done between fork and exec, which std does not do by itself"
)]

use std::ffi::{CString, OsStr, OsString, c_char};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::PseudoTerminal;
use super::origin::restore_signals;
use super::session_leader::lead_session;

/// The standard streams of a process, and its session.
pub enum Streams<'a> {
    /// Those of the shell, but with these instead.
    Own {
        /// Its stdin.
        input: Input,
        /// Its stdout.
        output: File,
        /// Its stderr.
        errors: File,
    },
    /// A session of its own at this terminal; its stdin is empty. Its stdout and stderr are the terminal, or these
    /// files.
    Terminal(&'a PseudoTerminal, Option<File>, Option<File>),
}

/// What a process reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Nothing.
    Empty,
    /// What the shell was given.
    Inherited,
}

/// How to start a process.
pub struct Start<'a> {
    /// The file to execute.
    pub file: &'a Path,
    /// Its name and its arguments.
    pub words: &'a [OsString],
    /// One more variable of its environment.
    pub variable: (&'a str, &'a OsStr),
    /// A descriptor that it is given, by its number.
    pub descriptor: &'a OwnedFd,
    /// Its streams.
    pub streams: Streams<'a>,
}

impl Start<'_> {
    /// Starts it. At a terminal, the child is the leader of its session, and ends as the process does.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn spawn(self) -> io::Result<Child> {
        let (name, arguments) = self
            .words
            .split_first()
            .ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(self.file);
        command.arg0(name).args(arguments);
        let terminal = match self.streams {
            Streams::Own {
                input,
                output,
                errors,
            } => {
                if input == Input::Empty {
                    command.stdin(Stdio::null());
                }
                command.stdout(output).stderr(errors);
                None
            }
            Streams::Terminal(terminal, output, errors) => {
                let end = || terminal.program_end();
                command.stdin(Stdio::null());
                command.stdout(output.map_or_else(end, Ok)?);
                command.stderr(errors.map_or_else(end, Ok)?);
                Some(end()?)
            }
        };
        let environment = Environment::with(self.variable)?;
        let given = self.descriptor.as_raw_fd();
        // SAFETY: makes system calls and nothing else; what it reads was there before the fork.
        unsafe {
            command.pre_exec(move || {
                if let Some(terminal) = &terminal {
                    lead_session(terminal)?;
                }
                give(given)?;
                restore_signals();
                environment.set();
                Ok(())
            });
        }
        command.spawn()
    }
}

/// Lets a descriptor survive the execution.
fn give(descriptor: RawFd) -> io::Result<()> {
    // SAFETY: sets a flag of a descriptor that is open.
    match unsafe { libc::fcntl(descriptor, libc::F_SETFD, 0) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The environment of the shell with one more variable, in the same order.
struct Environment {
    /// Ends with a null pointer.
    pointers: Vec<*const c_char>,
    _own: CString,
}

// SAFETY: the pointers lead to what is not changed: the environment of the shell, and the text that belongs to
// them.
unsafe impl Send for Environment {}
// SAFETY: as above.
unsafe impl Sync for Environment {}

unsafe extern "C" {
    static mut environ: *const *const c_char;
}

impl Environment {
    fn with((name, value): (&str, &OsStr)) -> io::Result<Self> {
        let text = [name.as_bytes(), b"=", value.as_bytes()].concat();
        let own = CString::new(text)?;
        let mut pointers = Vec::new();
        // SAFETY: the environment is a list of pointers that ends with a null pointer; the shell does not change it.
        unsafe {
            let mut next = environ;
            while !next.is_null() && !(*next).is_null() {
                pointers.push(*next);
                next = next.add(1);
            }
        }
        pointers.extend([own.as_ptr(), std::ptr::null()]);
        Ok(Self {
            pointers,
            _own: own,
        })
    }

    /// Makes it that of this process: called between fork and exec.
    fn set(&self) {
        // SAFETY: the process has one thread, and executes another program before this is dropped.
        unsafe { environ = self.pointers.as_ptr() };
    }
}
