//! Tells a thread that waits for a descriptor to stop.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, poll};
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
    let mut descriptors = [
        PollFd::new(source, PollFlags::IN),
        PollFd::new(stopped, PollFlags::IN),
    ];
    loop {
        match poll(&mut descriptors, None) {
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
            Ok(_) => return descriptors[1].revents().is_empty(),
        }
    }
}
