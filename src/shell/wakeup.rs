//! Wakes a thread that waits for a descriptor, so that it stops.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};

/// Stops the thread when it is dropped.
pub(super) struct Wakeup(OwnedFd);

impl Wakeup {
    /// The descriptor that becomes readable when the thread must stop, and the handle.
    ///
    /// # Errors
    /// If the system has no pipe.
    pub(super) fn new() -> io::Result<(OwnedFd, Self)> {
        let (stopped, stop) = pipe_with(PipeFlags::CLOEXEC)?;
        Ok((stopped, Self(stop)))
    }
}

impl Drop for Wakeup {
    fn drop(&mut self) {
        // Closing it would not work: a child that the program has forked may have it open, too. This
        // fails only if the thread is gone.
        let _ = rustix::io::write(&self.0, b"!");
    }
}

/// Waits until there is something to read; false when it is time to stop.
pub(super) fn is_readable(source: &impl AsFd, stopped: &OwnedFd) -> bool {
    wait(source, stopped, None) == Wait::Readable
}

/// The result of waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// There is something to read.
    Readable,
    /// It is time to stop.
    Stopped,
    /// Nothing has arrived in time.
    Nothing,
}

/// Waits until there is something to read, up to a limit in milliseconds if there is one.
pub(super) fn wait(source: &impl AsFd, stopped: &OwnedFd, limit: Option<Duration>) -> Wait {
    let mut descriptors = [
        PollFd::new(source, PollFlags::IN),
        PollFd::new(stopped, PollFlags::IN),
    ];
    // A limit beyond the range of the clock is none.
    let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
    loop {
        match poll(&mut descriptors, limit.as_ref()) {
            Err(rustix::io::Errno::INTR) => {}
            Ok(0) => return Wait::Nothing,
            Ok(_) if descriptors[1].revents().is_empty() => return Wait::Readable,
            Ok(_) | Err(_) => return Wait::Stopped,
        }
    }
}
