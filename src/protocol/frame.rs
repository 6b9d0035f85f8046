//! Frames: the form in which messages cross a socket.
//!
//! ```text
//! length (4 bytes, little-endian) | message (length bytes)
//! ```
//!
//! A descriptor can travel with the length of a frame.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

/// The length of the length.
const HEAD: usize = size_of::<u32>();

/// Sends a message.
///
/// # Errors
/// If the other end is gone, or the message is longer than 4 GiB.
pub fn send(mut socket: &UnixStream, message: &[u8]) -> io::Result<()> {
    socket.write_all(&[&head(message)?[..], message].concat())
}

/// Receives a message, which may take any time.
///
/// # Errors
/// If the other end is gone.
pub fn receive(mut socket: &UnixStream) -> io::Result<Vec<u8>> {
    let mut head = [0; HEAD];
    socket.read_exact(&mut head)?;
    rest(socket, head)
}

/// Sends a message with a descriptor.
///
/// # Errors
/// As [`send`].
pub fn send_with(
    mut socket: &UnixStream,
    message: &[u8],
    descriptor: &impl AsFd,
) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let descriptors = [descriptor.as_fd()];
    // There is space for one.
    control.push(SendAncillaryMessage::ScmRights(&descriptors));
    let head = head(message)?;
    loop {
        match sendmsg(
            socket,
            &[IoSlice::new(&head)],
            &mut control,
            SendFlags::NOSIGNAL,
        ) {
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(HEAD) => return socket.write_all(message),
            Ok(_) => return Err(io::ErrorKind::WriteZero.into()),
        }
    }
}

/// Receives a message, and the descriptor that came with it, if there is one.
///
/// # Errors
/// As [`receive`].
pub fn receive_with(socket: &UnixStream) -> io::Result<(Vec<u8>, Option<OwnedFd>)> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut head = [0; HEAD];
    let flags = RecvFlags::CMSG_CLOEXEC | RecvFlags::WAITALL;
    let length = loop {
        match recvmsg(
            socket,
            &mut [IoSliceMut::new(&mut head)],
            &mut control,
            flags,
        ) {
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(received) => break received.bytes,
        }
    };
    if length < HEAD {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut descriptors = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    let descriptor = descriptors.next();
    Ok((rest(socket, head)?, descriptor))
}

fn head(message: &[u8]) -> io::Result<[u8; HEAD]> {
    let length = u32::try_from(message.len()).map_err(io::Error::other)?;
    Ok(length.to_le_bytes())
}

/// The message behind its length.
fn rest(mut socket: &UnixStream, head: [u8; HEAD]) -> io::Result<Vec<u8>> {
    let length = usize::try_from(u32::from_le_bytes(head)).map_err(io::Error::other)?;
    let mut message = vec![0; length];
    socket.read_exact(&mut message)?;
    Ok(message)
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn messages_arrive_one_by_one_until_the_other_end_is_gone() {
        let (here, there) = UnixStream::pair().expect("sockets");
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"in the file").expect("it is written");
        send_with(&here, b"with it", &file).expect("it is sent");
        send(&here, b"").expect("it is sent");
        send(&here, b"last").expect("it is sent");
        drop(here);
        let (message, descriptor) = receive_with(&there).expect("it arrives");
        assert_eq!(message, b"with it");
        let mut text = String::new();
        let mut file = File::from(descriptor.expect("a descriptor"));
        io::Seek::rewind(&mut file).expect("a file");
        file.read_to_string(&mut text).expect("it is read");
        assert_eq!(text, "in the file");
        assert_eq!(receive(&there).expect("it arrives"), b"");
        let (message, descriptor) = receive_with(&there).expect("it arrives");
        assert_eq!((&message[..], descriptor.is_none()), (&b"last"[..], true));
        assert!(receive(&there).is_err());
    }
}
