//! Tells a thread that waits for a descriptor to stop.

use std::io;
use std::os::fd::OwnedFd;

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
