//! The socket to the shell, in a descriptor table of its own: whatever the program does with its descriptors, it
//! does not touch this one, and no child inherits it. When the process ends, or executes another program, the
//! shell sees the end of it at once.
//!
//! The threads that use it are started by the one that has made the table, and share it. They never touch Python.

#![expect(unsafe_code, reason = "a descriptor table is unshared in C")]

use std::io;
use std::net::Shutdown;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use rustix::io::{FdFlags, fcntl_setfd};

use crate::agent::Service;
use crate::counts::create_memory;
use crate::error::{Error, Result};
use crate::protocol::{Hello, Launch, decode, encode, frame};
use crate::system::spawn_quiet;

/// The socket, from the side of the threads that share the program's descriptors.
pub(super) struct Socket {
    /// What to tell the shell. The first message goes with the memory.
    pub(super) to_shell: Sender<Vec<u8>>,
    /// Where to hand over what serves the shell.
    pub(super) service: Sender<Service>,
    /// Disconnected when everything was told, and nobody is left who could tell more.
    pub(super) told: Receiver<()>,
    /// Whether the descriptor is among those of the program after all.
    pub(super) is_shared: bool,
}

/// What the thread reports that has made the table.
struct Opened {
    launch: Launch,
    is_shared: bool,
}

/// Takes the socket to the shell into a table of its own, creates the memory in which hooks count, and waits for the
/// first message. Must be called while the process has one thread.
///
/// # Errors
/// If the shell is gone, or no thread can be started.
pub(super) fn open(descriptor: RawFd) -> Result<(Socket, Launch)> {
    let (to_shell, outgoing) = unbounded();
    let (service, serving) = bounded::<Service>(1);
    let (opened, opening) = bounded(1);
    let (telling, told) = bounded(0);
    let body = move || {
        let is_shared = unshare(descriptor).is_err();
        // SAFETY: the shell has left the descriptor open for this process; nobody else uses it.
        let socket = UnixStream::from(unsafe { OwnedFd::from_raw_fd(descriptor) });
        if is_shared {
            // Another program that the process executes must not get it.
            let _ = fcntl_setfd(&socket, FdFlags::CLOEXEC);
        }
        let outcome = begin(&socket, outgoing, telling, is_shared);
        let is_open = outcome.is_ok();
        // Who waits for it does not end before.
        let _ = opened.send(outcome);
        if is_open && let Ok(serve) = serving.recv() {
            serve(&mut std::iter::from_fn(|| frame::receive(&socket).ok()));
        }
        leave(socket, is_shared);
    };
    spawn_quiet("instrsh-line", body)?;
    let gone = || Error::new("the agent's thread ended at once");
    let Opened { launch, is_shared } = opening.recv().unwrap_or_else(|_| Err(gone()))?;
    if !is_shared {
        // SAFETY: the descriptor is open in this table, too, and nothing here uses it.
        drop(unsafe { OwnedFd::from_raw_fd(descriptor) });
    }
    let socket = Socket {
        to_shell,
        service,
        told,
        is_shared,
    };
    Ok((socket, launch))
}

fn begin(
    socket: &UnixStream,
    outgoing: Receiver<Vec<u8>>,
    telling: Sender<()>,
    is_shared: bool,
) -> Result<Opened> {
    let trouble = |error: io::Error| Error::system("cannot hear the shell", &error);
    let launch = decode(&frame::receive(socket).map_err(trouble)?)?;
    let writer = socket.try_clone().map_err(trouble)?;
    let memory = create_memory().inspect_err(|error| {
        // A shell that is gone need not know.
        let hello = encode(&Hello::Failed(error.clone()));
        let _ = hello.map(|hello| frame::send(socket, &hello));
    })?;
    spawn_quiet("instrsh-tell", move || {
        write(&writer, &outgoing, memory);
        leave(writer, is_shared);
        drop(telling);
    })?;
    Ok(Opened { launch, is_shared })
}

/// Closes a socket, unless its number may be that of another file of the program by now.
fn leave(socket: UnixStream, is_shared: bool) {
    if is_shared {
        std::mem::forget(socket);
    }
}

/// Sends what there is to tell, until there is nobody who could tell anything, or the shell is gone.
fn write(socket: &UnixStream, outgoing: &Receiver<Vec<u8>>, memory: OwnedFd) {
    let mut is_there = outgoing
        .recv()
        .is_ok_and(|hello| frame::send_with(socket, &hello, &memory).is_ok());
    drop(memory);
    while is_there && let Ok(message) = outgoing.recv() {
        is_there = frame::send(socket, &message).is_ok();
    }
    // The reader learns of it as well, and so does the shell.
    let _ = socket.shutdown(Shutdown::Both);
}

/// Gives this thread a descriptor table of its own, in which nothing but this descriptor is open.
fn unshare(descriptor: RawFd) -> io::Result<()> {
    let number = descriptor.cast_unsigned();
    let close = |first: u32, last: u32, flags: u32| {
        // SAFETY: closes descriptors of this thread's own table, and nothing uses them there. The first
        // call makes that table.
        match unsafe { libc::syscall(libc::SYS_close_range, first, last, flags) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    };
    let below = number.checked_sub(1).ok_or(io::ErrorKind::InvalidInput)?;
    close(0, below, libc::CLOSE_RANGE_UNSHARE)?;
    close(number + 1, u32::MAX, 0)
}

/// The number of a descriptor, as the environment names it.
pub(super) fn number(text: &str) -> Option<RawFd> {
    let number: RawFd = text.parse().ok()?;
    (number > io::stderr().as_raw_fd()).then_some(number)
}
