//! What the supervisor finds when the shell's process is gone: whether it left by itself, and what
//! the target wrote that nobody has seen yet.
//!
//! ```text
//! | has left | from: 8 bytes | to: 8 bytes | bytes, from..to of them not shown yet | arriving |
//! ```
//!
//! What arrives from the target is read into this memory, and stays in its last part until it has been
//! added to the others: so it is never in the hands of the dying process alone.
//!
//! The memory is shared by both processes. The shell alone writes, under a lock of its own; the
//! supervisor reads when the shell is dead.

#![expect(
    unsafe_code,
    reason = "memory that two processes share comes from mmap alone"
)]

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};

/// So many bytes are kept; of more, the last ones.
const KEPT: usize = 256 << 10;
/// So many bytes arrive at once at most; a pseudo-terminal gives 4 KiB.
const ARRIVING: usize = 8 << 10;

#[repr(C)]
struct Memory {
    has_left: AtomicBool,
    from: AtomicUsize,
    to: AtomicUsize,
    bytes: [AtomicU8; KEPT],
    /// Zeroes behind what has arrived.
    arriving: [AtomicU8; ARRIVING],
}

/// Memory that this process shares with those that it forks, and its descriptor, by which the next
/// image of the process finds it.
#[derive(Clone, Copy)]
pub struct LastWords(&'static Memory, RawFd);

impl LastWords {
    /// New memory, empty.
    ///
    /// # Errors
    /// If the system gives none.
    pub fn new() -> io::Result<Self> {
        let file = memfd_create("instrsh", MemfdFlags::CLOEXEC)?;
        // That it is too large for `ulimit -f` shall be an error, as it is under Python.
        // SAFETY: a signal that is ignored runs no code.
        unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
        ftruncate(&file, size_of::<Memory>() as u64)?;
        Self::of(file)
    }

    /// The memory that has this descriptor, which [`LastWords::descriptor`] told.
    ///
    /// # Errors
    /// If the system does not give it.
    pub fn of(file: OwnedFd) -> io::Result<Self> {
        // SAFETY: a mapping at an address of the kernel's choice touches no existing memory.
        let address = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                size_of::<Memory>(),
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                file.as_raw_fd(),
                0,
            )
        };
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the mapping is page-aligned and as large as the file; any bytes are a valid value of
        // each field but the first, which holds zero or one; it is never unmapped, and all of it is
        // atomic.
        let memory = unsafe { &*address.cast::<Memory>() };
        Ok(Self(memory, file.into_raw_fd()))
    }

    /// Its descriptor, which is never closed.
    #[must_use]
    pub fn descriptor(self) -> RawFd {
        self.1
    }

    /// The shell ends the process by itself.
    pub fn leave(self) {
        self.0.has_left.store(true, Ordering::Release);
    }

    /// Whether the shell has ended its process by itself.
    #[must_use]
    pub fn has_left(self) -> bool {
        self.0.has_left.load(Ordering::Acquire)
    }

    /// Reads what has arrived at the shell's end of a terminal; [`LastWords::add`] comes next.
    ///
    /// # Errors
    /// What the system says.
    pub fn receive(self, terminal: &File) -> io::Result<Vec<u8>> {
        let arriving = &self.0.arriving;
        // SAFETY: the kernel writes no further than the memory reaches, in which any byte is valid;
        // nobody reads it meanwhile.
        let length = unsafe {
            let place = arriving.as_ptr().cast_mut().cast();
            libc::read(terminal.as_raw_fd(), place, ARRIVING)
        };
        let length = usize::try_from(length).map_err(|_| io::Error::last_os_error())?;
        Ok(load(&arriving[..length]))
    }

    /// Notes what the target wrote and nobody has seen yet.
    pub fn add(self, text: &[u8]) {
        let text = &text[text.len().saturating_sub(KEPT)..];
        let (mut from, mut to) = self.range();
        if to + text.len() > KEPT {
            from = from.max((to + text.len() - KEPT).min(to));
            for at in from..to {
                let byte = self.0.bytes[at].load(Ordering::Relaxed);
                self.0.bytes[at - from].store(byte, Ordering::Relaxed);
            }
            (from, to) = (0, to - from);
        }
        for (place, byte) in self.0.bytes[to..].iter().zip(text) {
            place.store(*byte, Ordering::Relaxed);
        }
        self.set_range(from, to + text.len());
        for byte in self.0.arriving.iter().take(text.len()) {
            byte.store(0, Ordering::Release);
        }
    }

    /// Notes that the first of them have been seen.
    pub fn seen(self, length: usize) {
        let (from, to) = self.range();
        let from = to.min(from + length);
        if from == to {
            self.set_range(0, 0);
        } else {
            self.set_range(from, to);
        }
    }

    /// What nobody has seen.
    #[must_use]
    pub fn unseen(self) -> Vec<u8> {
        let (from, to) = self.range();
        let mut unseen = load(&self.0.bytes[from..to]);
        let arriving = load(&self.0.arriving);
        let length = arriving.iter().rposition(|byte| *byte != 0);
        unseen.extend(&arriving[..length.map_or(0, |last| last + 1)]);
        unseen
    }

    fn range(self) -> (usize, usize) {
        let to = self.0.to.load(Ordering::Acquire).min(KEPT);
        (self.0.from.load(Ordering::Acquire).min(to), to)
    }

    fn set_range(self, from: usize, to: usize) {
        self.0.from.store(from, Ordering::Release);
        self.0.to.store(to, Ordering::Release);
    }
}

fn load(bytes: &[AtomicU8]) -> Vec<u8> {
    let load = |byte: &AtomicU8| byte.load(Ordering::Relaxed);
    bytes.iter().map(load).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_was_seen_is_forgotten_and_the_last_is_kept() {
        let words = LastWords::new().expect("memory");
        words.add(b"first second");
        words.seen(6);
        assert_eq!(words.unseen(), b"second");
        words.add(b" third");
        words.seen(100);
        assert_eq!(words.unseen(), b"");
        let most = vec![b'a'; KEPT - 4];
        words.add(&most);
        words.add(b"end here");
        let unseen = words.unseen();
        assert_eq!(unseen.len(), KEPT);
        assert!(unseen.starts_with(b"aa") && unseen.ends_with(b"aend here"));
    }

    #[test]
    fn what_has_just_arrived_is_unseen_once() {
        let words = LastWords::new().expect("memory");
        words.add(b"before, ");
        let (end, other_end) = std::io::pipe().expect("a pipe");
        let (end, mut other_end) = (
            OwnedFd::from(end).into(),
            File::from(OwnedFd::from(other_end)),
        );
        other_end.write_all(b"arrived").expect("room");
        let arrived = words.receive(&end).expect("something");
        assert_eq!(arrived, b"arrived");
        assert_eq!(words.unseen(), b"before, arrived");
        words.add(&arrived);
        assert_eq!(words.unseen(), b"before, arrived");
    }
}
