//! Threads of the agent: they take none of the program's signals.

#![expect(unsafe_code, reason = "signal masks are set in C")]

use std::mem::MaybeUninit;
use std::thread::{self, JoinHandle};

use crossbeam_channel::bounded;

use crate::error::{Error, Result};

/// Starts a thread, and waits until it runs: it needs memory to start, and without it ends the process.
///
/// # Errors
/// If the system has no thread.
pub fn spawn_quiet(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    let cannot = |error| Error::system("cannot start a thread of the agent", &error);
    let (alive, started) = bounded(0);
    let thread = thread::Builder::new().name(name.into());
    let body = move || {
        // This fails if nobody waits for the start.
        let _ = alive.send(());
        body();
    };
    let handle = without_signals(|| thread.spawn(body)).map_err(cannot)?;
    started
        .recv()
        .map_err(|_| Error::new("a thread of the agent ended at once"))?;
    Ok(handle)
}

/// Blocks all signals in this thread while `work` runs: a thread that it starts inherits that.
fn without_signals<T>(work: impl FnOnce() -> T) -> T {
    // SAFETY: the sets are filled before they are read; the calls have no other preconditions.
    unsafe {
        let (mut all, mut before) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
        let result = work();
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), std::ptr::null_mut());
        result
    }
}
