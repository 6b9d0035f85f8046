//! A command line for `sh`, beside a program that must not learn of it.
//!
//! A child of this process would be one of the program: `os.wait` would find it, SIGCHLD would tell of
//! its end, and its times would be added to those of the program's children; and to fork a process with
//! much memory takes long and slows it down afterwards. So the process that watches over this one starts
//! it: that one is small, has one thread, and the environment, the folder and the limits that this one
//! was started with, whatever the program has made of its own.
//!
//! ```text
//! shell ── `!` or `&`, command line; stdout and stderr for it ───────> supervisor ── fork, exec ──> sh
//!       <─ 0, or the number of an error; its stdin, where it ends ───
//! ```
//!
//! Both are one message each, with descriptors. Where it ends arrive four bytes, the status that `wait`
//! told.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};

use super::descriptors::{KeptFromChildren, keep_from_children};

/// The system accepts arguments of at most 128 KiB, including the NUL at the end.
pub const LONGEST_SH_COMMAND: usize = (128 << 10) - 1;
/// Whether `sh` gets the terminal.
pub(super) const IN_FRONT: u8 = b'!';
const BESIDE: u8 = b'&';
/// The number of descriptors in a message.
const DESCRIPTORS: usize = 2;

/// Who has the terminal while `sh` runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalOf {
    /// `sh`, which gets its own process group: a Ctrl-C reaches only it.
    Sh,
    /// Both, as in a script: `sh` stays in the process group of the shell.
    All,
}

/// The socket to the process that starts `sh`.
#[derive(Debug)]
pub struct ShStarter(OwnedFd);

/// Its other end.
#[derive(Debug)]
pub struct ShRequests(pub(super) OwnedFd);

/// A running `sh`.
#[derive(Debug)]
pub struct Sh {
    /// Its standard input.
    pub input: ShInput,
    /// Reports its end.
    pub end: ShEnd,
}

/// The standard input of a `sh`, which ends when this is dropped, even if the program has forked
/// meanwhile.
#[derive(Debug)]
pub struct ShInput {
    /// Closed before its place is released.
    file: Arc<File>,
    _kept: KeptFromChildren,
}

/// Waits for the end of a `sh`.
#[derive(Debug)]
pub struct ShEnd(File);

impl ShStarter {
    /// Both ends, before there are two processes.
    ///
    /// # Errors
    /// If the system has no socket.
    pub fn new() -> io::Result<(Self, ShRequests)> {
        let (family, kind) = (AddressFamily::UNIX, SocketType::SEQPACKET);
        let (starter, requests) = socketpair(family, kind, SocketFlags::CLOEXEC, None)?;
        Ok((Self(starter), ShRequests(requests)))
    }

    /// That of the image before.
    #[must_use]
    pub fn of(descriptor: OwnedFd) -> Self {
        Self(descriptor)
    }

    /// Its descriptor.
    #[must_use]
    pub fn descriptor(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    /// Makes `sh` run a command line of at most [`LONGEST_SH_COMMAND`] bytes without a NUL, with
    /// this stdout and stderr.
    ///
    /// # Errors
    /// The error of the system; or that the process that starts it is gone.
    pub fn start(
        &self,
        command: &str,
        output: BorrowedFd<'_>,
        errors: BorrowedFd<'_>,
        terminal: TerminalOf,
    ) -> io::Result<Sh> {
        let mut message = vec![match terminal {
            TerminalOf::Sh => IN_FRONT,
            TerminalOf::All => BESIDE,
        }];
        message.extend_from_slice(command.as_bytes());
        send(&self.0, &message, &[output, errors])?;
        let mut answer = [0; size_of::<i32>()];
        let (length, descriptors) = receive(&self.0, &mut answer)?;
        if length < answer.len() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        match i32::from_ne_bytes(answer) {
            0 => {}
            number => return Err(io::Error::from_raw_os_error(number)),
        }
        let [input, end] = <[OwnedFd; 2]>::try_from(descriptors)
            .map_err(|_| io::Error::from_raw_os_error(libc::EMFILE))?;
        Ok(Sh {
            input: ShInput {
                _kept: keep_from_children(&input),
                file: Arc::new(input.into()),
            },
            end: ShEnd(end.into()),
        })
    }
}

impl ShInput {
    /// The pipe itself, which must not be kept for longer.
    #[must_use]
    pub fn pipe(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }
}

impl ShEnd {
    /// Waits for it, and returns how it ended.
    ///
    /// # Errors
    /// If that is unknown, for example because the system could not create the process.
    pub fn wait(mut self) -> io::Result<ExitStatus> {
        let mut status = [0; size_of::<i32>()];
        self.0.read_exact(&mut status)?;
        Ok(ExitStatus::from_raw(i32::from_ne_bytes(status)))
    }
}

/// Sends a message with descriptors.
pub(super) fn send(
    socket: &OwnedFd,
    message: &[u8],
    descriptors: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    // There is space for this many.
    control.push(SendAncillaryMessage::ScmRights(descriptors));
    let parts = [IoSlice::new(message)];
    loop {
        match sendmsg(socket, &parts, &mut control, SendFlags::NOSIGNAL) {
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(()),
        }
    }
}

/// Receives a message; returns its length, 0 if the other end is closed, and its descriptors.
pub(super) fn receive(socket: &OwnedFd, message: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut parts = [IoSliceMut::new(message)];
    let length = loop {
        match recvmsg(socket, &mut parts, &mut control, RecvFlags::CMSG_CLOEXEC) {
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(received) => break received.bytes,
        }
    };
    let descriptors = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors),
        _ => None,
    });
    Ok((length, descriptors.flatten().collect()))
}
