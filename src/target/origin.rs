//! What the process was given when it was started, and how it starts once more from there.
//!
//! CPython cannot be initialised twice in one process, and a program that hangs never lets go of it.
//! So the process executes itself anew: the same process by its number, its parent and its children,
//! but a new memory image, without any thread of before. What the system keeps over `execve` and the
//! target may have changed is put back as it was found: the streams, the environment, the working
//! directory, the file mode mask, ignored signals and timers. Its niceness, its resource limits and
//! its session are kept, and so are descriptors that were inherited.
//!
//! The image before leaves a message in memory that has a descriptor. A variable of the environment
//! names that one and the three streams; it is taken away before anybody can see it.

#![expect(unsafe_code, reason = "execve and descriptors by their numbers are C")]

use std::env;
use std::ffi::{CString, OsString};
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::fs::{MemfdFlags, Mode, memfd_create};
use rustix::process::{Signal, WaitOptions, set_parent_process_death_signal, umask, wait};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

use super::descriptors::{open_descriptors, set_survives, survives};
use super::signals::{action_of, stop_timers};

/// `MESSAGE,STDIN,STDOUT,STDERR,OTHERS... NAME`: descriptors, and the name of the process.
const VARIABLE: &str = "INSTRSH_ANEW";
/// The very file that runs now, also if another one has its path by now.
const PROGRAM: &std::ffi::CStr = c"/proc/self/exe";
const NAME: &str = "/proc/self/comm";

/// What the process was given when it was started.
pub struct Origin {
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: PathBuf,
    /// The name that the system shows for the process.
    name: String,
    file_mode_mask: Mode,
    ignored_signals: Vec<libc::c_int>,
    /// Descriptors beyond the streams.
    inherited: Vec<RawFd>,
    streams: [OwnedFd; 3],
}

impl Origin {
    /// Records what the process was given, and takes the message of the image before, if there was
    /// one. Must be called once, while the process has one thread.
    ///
    /// # Errors
    /// If one of the three streams is closed.
    pub fn record() -> io::Result<(Self, Option<Vec<u8>>)> {
        let message = receive();
        // Where the system tells nothing, the process cannot be started anew either.
        let told = |path| fs::read_to_string(path).unwrap_or_default();
        let status = told("/proc/self/status");
        let field = |name: &str, radix| {
            let mut lines = status.lines();
            let value = lines.find_map(|line| line.strip_prefix(name));
            value.and_then(|value| u64::from_str_radix(value.trim(), radix).ok())
        };
        let ignored = field("SigIgn:", 16).unwrap_or_default();
        let mask = u32::try_from(field("Umask:", 8).unwrap_or(0o022)).unwrap_or_default();
        let origin = Self {
            arguments: env::args_os().collect(),
            environment: env::vars_os().collect(),
            folder: env::current_dir().unwrap_or_default(),
            name: told(NAME).trim_end_matches('\n').to_owned(),
            file_mode_mask: Mode::from_raw_mode(mask),
            ignored_signals: (1..=64)
                .filter(|signal| ignored >> (signal - 1) & 1 == 1)
                .collect(),
            inherited: open_descriptors()
                .unwrap_or_default()
                .into_iter()
                .filter(|it| survives(*it) == Some(true))
                .collect(),
            streams: [
                io::stdin().as_fd().try_clone_to_owned()?,
                io::stdout().as_fd().try_clone_to_owned()?,
                io::stderr().as_fd().try_clone_to_owned()?,
            ],
        };
        Ok((origin, message))
    }

    /// Where the process was started.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The variables of the environment at that time.
    #[must_use]
    pub fn environment(&self) -> &[(OsString, OsString)] {
        &self.environment
    }

    /// Starts the process anew, with a message for the new image and descriptors for it, which it
    /// [`adopt`]s by their numbers. What runs besides the calling thread ends in this moment.
    ///
    /// # Errors
    /// If it does not work. Does not return otherwise.
    pub fn start_anew(
        &self,
        message: &[u8],
        descriptors_for_it: &[RawFd],
    ) -> io::Result<std::convert::Infallible> {
        let mut memory = File::from(memfd_create("instrsh", MemfdFlags::CLOEXEC)?);
        memory.write_all(message)?;
        memory.rewind()?;
        let streams = self.streams.each_ref().map(AsRawFd::as_raw_fd);
        let handed = [&[memory.as_raw_fd()], &streams[..], descriptors_for_it].concat();
        let numbers: Vec<String> = handed.iter().map(RawFd::to_string).collect();
        let note = format!("{} {}", numbers.join(","), self.name);
        let variable = (VARIABLE.into(), note.into());
        let environment = self.environment.iter().chain(std::iter::once(&variable));
        let environment: Vec<CString> = environment
            .filter_map(|(name, value)| c_string([name.clone(), "=".into(), value.clone()]))
            .collect();
        let arguments = self
            .arguments
            .iter()
            .filter_map(|word| c_string([word.clone()]));
        let arguments: Vec<CString> = arguments.collect();
        env::set_current_dir(&self.folder)?;
        umask(self.file_mode_mask);
        self.restore_signals();
        stop_timers();
        for descriptor in open_descriptors()? {
            let is_handed = handed.contains(&descriptor);
            if is_handed || !self.inherited.contains(&descriptor) {
                set_survives(descriptor, is_handed);
            }
        }
        // It belongs to a thread, and this one will be the only one.
        set_parent_process_death_signal(Some(Signal::KILL))?;
        execute(&arguments, &environment)
    }

    /// Ignores what was ignored, and nothing else; what has a handler loses that by itself.
    fn restore_signals(&self) {
        for signal in 1..=64 {
            let is_to_be = self.ignored_signals.contains(&signal);
            // Some numbers are of the C library, which gives no action.
            let is_ignored = action_of(signal).map(|action| action.sa_sigaction == libc::SIG_IGN);
            if is_ignored.is_ok_and(|is_ignored| is_ignored != is_to_be) {
                let action = if is_to_be {
                    libc::SIG_IGN
                } else {
                    libc::SIG_DFL
                };
                // SAFETY: neither of them runs any code.
                unsafe { libc::signal(signal, action) };
            }
        }
    }
}

/// Takes a descriptor that the image before has left open for this one.
///
/// # Errors
/// If it is not open.
pub fn adopt(descriptor: RawFd) -> io::Result<OwnedFd> {
    if descriptor <= 2 || survives(descriptor).is_none() {
        return Err(io::ErrorKind::NotFound.into());
    }
    set_survives(descriptor, false);
    // SAFETY: the descriptor is open, and the image before has left it to whoever adopts it, once.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

/// Takes the message of the image before, its streams and its name, and reaps its dead; none if there
/// was no such image.
fn receive() -> Option<Vec<u8>> {
    let note = env::var(VARIABLE).ok()?;
    if fs::read_dir("/proc/self/task").ok()?.count() != 1 {
        return None;
    }
    // SAFETY: the process has one thread.
    unsafe { env::remove_var(VARIABLE) };
    let (numbers, name) = note.split_once(' ')?;
    let numbers = numbers.split(',').map(|number| number.parse().ok());
    let descriptors: Vec<RawFd> = numbers.collect::<Option<_>>()?;
    for descriptor in &descriptors {
        set_survives(*descriptor, false);
    }
    let [memory, stdin, stdout, stderr, ..] = descriptors[..] else {
        return None;
    };
    let mut message = Vec::new();
    let mut memory = File::from(adopt(memory).ok()?);
    memory.read_to_end(&mut message).ok()?;
    dup2_stdin(adopt(stdin).ok()?).ok()?;
    dup2_stdout(adopt(stdout).ok()?).ok()?;
    dup2_stderr(adopt(stderr).ok()?).ok()?;
    // What has ended and was not waited for is none of the program's that starts now.
    while matches!(wait(WaitOptions::NOHANG), Ok(Some(_))) {}
    // It would be that of the link that was executed. Nothing depends on it.
    let _ = fs::write(NAME, name);
    Some(message)
}

fn c_string<const N: usize>(parts: [OsString; N]) -> Option<CString> {
    let bytes = parts.map(OsStringExt::into_vec).concat();
    // What the system gave holds no NUL.
    CString::new(bytes).ok()
}

fn execute(arguments: &[CString], environment: &[CString]) -> io::Result<std::convert::Infallible> {
    let pointers = |strings: &[CString]| {
        let pointers = strings.iter().map(|string| string.as_ptr());
        pointers.chain([std::ptr::null()]).collect::<Vec<_>>()
    };
    let (arguments, environment) = (pointers(arguments), pointers(environment));
    // SAFETY: both lists end with a null pointer, and their strings with a NUL; all outlive the call.
    unsafe { libc::execve(PROGRAM.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    Err(io::Error::last_os_error())
}
