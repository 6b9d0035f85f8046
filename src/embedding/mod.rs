//! Floor 3, the program's process: CPython's own `python`, with the agent let in before the first line.
//!
//! ```text
//! live ── socket: a thread with a descriptor table of its own
//!   │     Py_BytesMain: Python starts, and is about to run the program
//!   ├──── begin: looks around, starts the worker, says hello, holds the program
//!   │     the program runs, on this thread, which knows nothing of it
//!   ├──── main_ended: how `__main__` ends
//!   ├──── end: after the last exit handler; keeps the interpreter until the shell lets it go
//!   └──── Py_BytesMain returns the exit status
//! ```

#![expect(unsafe_code, reason = "Python is started in C")]

mod demo;
mod ending;
mod forking;
mod main_module;
mod socket;
mod timers;

use std::env;
use std::ffi::{CStr, c_char, c_int};
use std::os::fd::RawFd;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PySystemExit;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::agent::{self, LIFE, Line};
use crate::bytecode::Version;
use crate::counts::start_clock;
use crate::cpython::{
    self, Audience, Run, SCRIPT_WATCH, SignalledThread, get_ready, interrupt_action, measure_costs,
    meet_main, run_last, running_version, slower_calls,
};
use crate::error::{Error, Result};
use crate::protocol::{Event, Hello, Launch, Main, SOCKET_VARIABLE, Started, encode};
use ending::{ending, main_ended};
use socket::Socket;

/// How long the shell may take to hear why the program is not run.
const LAST_WORD: Duration = Duration::from_secs(1);

/// What waits for Python.
static READY: Mutex<Option<(Socket, Launch)>> = Mutex::new(None);
/// What tells the shell of the end.
static LINE: Mutex<Option<Line>> = Mutex::new(None);

/// The socket to the shell, if this is the program's process. Must be called while it has one thread.
#[must_use]
pub fn socket_to_shell() -> Option<RawFd> {
    let text = env::var(SOCKET_VARIABLE).ok()?;
    // SAFETY: the process has one thread.
    unsafe {
        wipe(SOCKET_VARIABLE);
        env::remove_var(SOCKET_VARIABLE);
    }
    socket::number(&text)
}

unsafe extern "C" {
    static mut environ: *mut *mut c_char;
}

/// Wipes a variable out of the memory that `/proc/self/environ` shows.
///
/// # Safety
/// Nobody else may use the environment.
unsafe fn wipe(name: &str) {
    // SAFETY: each variable is a text that ends with a zero, and is written to where it stands.
    unsafe {
        let mut next = environ;
        while !next.is_null() && !(*next).is_null() {
            let length = libc::strlen(*next);
            let text = std::slice::from_raw_parts((*next).cast::<u8>(), length);
            if text.starts_with(name.as_bytes()) && text.get(name.len()) == Some(&b'=') {
                (*next).write_bytes(0, length);
            }
            next = next.add(1);
        }
    }
}

/// Lives as the program's process: as `python` does with these arguments. Returns its exit status.
///
/// # Safety
/// The arguments must be those of `main`, and the process have one thread.
pub unsafe fn live(socket: RawFd, count: c_int, arguments: *mut *mut c_char) -> c_int {
    // SAFETY: the shell starts this process with the path of the interpreter as its name.
    let path = unsafe { CStr::from_ptr(*arguments) };
    name_process(path);
    // Otherwise there is no shell that could be told why.
    let Ok(ready) = socket::open(socket) else {
        return 1;
    };
    let asked: Option<fn()> = ready.1.watches_input.then_some(asked as fn());
    *lock(&READY) = Some(ready);
    start_clock();
    let audience = Audience {
        starting: begin,
        asked,
    };
    if cpython::listen(audience).is_err() {
        return 1;
    }
    // SAFETY: these are the arguments of `main`.
    unsafe { ffi::Py_BytesMain(count, arguments) }
}

/// Gives the process the name that the kernel would give `python`.
fn name_process(path: &CStr) {
    let start = path.to_bytes().iter().rposition(|byte| *byte == b'/');
    let name = &path.to_bytes_with_nul()[start.map_or(0, |slash| slash + 1)..];
    if let Ok(name) = CStr::from_bytes_with_nul(name) {
        // It is a name only.
        let _ = rustix::thread::set_name(name);
    }
}

/// Python is about to run the program.
fn begin(py: Python<'_>, run: Run) -> PyResult<()> {
    let ready = lock(&READY).take();
    let Some((socket, launch)) = ready else {
        return Ok(());
    };
    let (to_shell, told) = (socket.to_shell.clone(), socket.told.clone());
    let outcome = look_around(py, run, launch.main, socket);
    let is_ready = outcome.is_ok();
    let hello = match outcome {
        Ok(started) => Hello::Started(Box::new(started)),
        Err(error) => Hello::Failed(error),
    };
    if let Ok(hello) = encode(&hello) {
        // A shell that is gone lets the program start.
        let _ = to_shell.send(hello);
    }
    drop(to_shell);
    if !is_ready {
        // Before the process ends.
        let _ = told.recv_timeout(LAST_WORD);
    }
    let may_start = is_ready && py.detach(|| LIFE.hold());
    if !may_start {
        return Err(PySystemExit::new_err(i32::from(!is_ready)));
    }
    // Without it the program runs, and its end is known by the end of its process.
    let _ = meet_main(py, main_ended);
    Ok(())
}

/// Everything before the program's first line.
fn look_around(py: Python<'_>, run: Run, main: Main, socket: Socket) -> Result<Started> {
    main_module::is_as_expected(run, main)?;
    let prepare = || {
        run_last(py, end)?;
        if running_version().is_ok_and(Version::makes_importer_main_thread) {
            py.import("threading")?;
        }
        forking::prepare(py)?;
        main_module::prepare(py, run, main)
    };
    prepare().map_err(|error| {
        error.display(py);
        Error::new("CPython cannot prepare to run a program")
            .hint("check that this Python works on its own; `instrsh --version` names it")
    })?;
    get_ready(py)?;
    let costs = measure_costs(py)?;
    SCRIPT_WATCH.prepared();
    let started = Started {
        process: std::process::id(),
        costs,
        python: python_version().to_owned(),
        ignores_interrupts: interrupt_action()
            .is_ok_and(|action| action.sa_sigaction == libc::SIG_IGN),
        slower_calls: slower_calls().map(str::to_owned),
        shares_descriptors: socket.is_shared,
    };
    let thread = SignalledThread::current();
    let line = agent::start(costs, thread, socket.to_shell, &socket.service)?;
    *lock(&LINE) = Some(line);
    Ok(started)
}

/// The program has ended, with its threads and its exit handlers.
fn end(py: Python<'_>) {
    let ending = ending(py);
    let line = lock(&LINE).take();
    if let Some(line) = line {
        // `python` would be gone before they come.
        timers::stop();
        LIFE.end();
        line.tell(Event::Ended(ending));
        py.detach(|| LIFE.keep());
    }
    // A Ctrl-C that arrived too late must not hit the finalisers.
    let _ = py.check_signals();
}

fn asked() {
    if let Some(line) = lock(&LINE).as_ref() {
        line.input_is_wanted();
    }
}

/// The version of the CPython that is embedded, like `3.11.7`.
fn python_version() -> &'static str {
    Python::version_str().split(' ').next().unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
