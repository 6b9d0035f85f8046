//! Tells a thread that waits for a descriptor to stop.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};

/// Tells the thread when it is dropped.
pub(super) struct Stop(OwnedFd);

impl Stop {
    /// What the thread waits for, ready to be read when it is to stop.
    ///
    /// # Errors
    /// If the system gives no pipe.
    pub(super) fn new() -> io::Result<(OwnedFd, Self)> {
        let (stopped, stop) = pipe_with(PipeFlags::CLOEXEC)?;
        Ok((stopped, Self(stop)))
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        // To close it would not do: a child that the program forked meanwhile has it, too. Fails only
        // if the thread is gone.
        let _ = rustix::io::write(&self.0, b"!");
    }
}

/// Waits until there is something to read; false when it is time to stop.
pub(super) fn is_readable(source: &impl AsFd, stopped: &OwnedFd) -> bool {
    wait(source, stopped, None) == Wait::Readable
}

/// What a thread has waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// There is something to read.
    Readable,
    /// It is time to stop.
    Stopped,
    /// Nothing has come in time.
    Nothing,
}

/// Waits until there is something to read, for some milliseconds at most if there is a limit.
pub(super) fn wait(source: &impl AsFd, stopped: &OwnedFd, limit: Option<Duration>) -> Wait {
    let mut descriptors = [
        PollFd::new(source, PollFlags::IN),
        PollFd::new(stopped, PollFlags::IN),
    ];
    // Longer limits than a clock can count are none.
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
