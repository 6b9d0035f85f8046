//! The descriptors that are open besides the standard streams, and which of them belong to the
//! shell, so that a forked child closes them.
//!
//! Otherwise a child that outlives the shell would keep a pseudo-terminal open that is no longer
//! read, and block once it is full; and a reader of the shell's output would wait for the child.

#![expect(
    unsafe_code,
    reason = "descriptors that belong to others are closed in C"
)]

use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

/// Descriptors that the shell opened before the program started.
static OF_SHELL: OnceLock<Vec<(RawFd, File)>> = OnceLock::new();

/// Descriptors that it opens temporarily: few, one for each script that another one runs.
static FOR_A_WHILE: [Place; 32] = [const { Place::new() }; 32];

/// A descriptor and the number of its file; 0 if there is none.
#[derive(Debug)]
struct Place {
    descriptor: AtomicI32,
    number: AtomicU64,
}

/// The identity of an open file: its device and its inode.
type File = (libc::dev_t, libc::ino_t);

/// Records what the shell has open. Must be called before Python is started.
pub(super) fn remember() {
    OF_SHELL.get_or_init(|| {
        // What this process inherited belongs to the program as well.
        let is_own = |it: &RawFd| survives(*it) == Some(false);
        let own = open_descriptors().unwrap_or_default().into_iter();
        own.filter(is_own)
            .filter_map(|descriptor| Some((descriptor, file(descriptor)?)))
            .collect()
    });
}

/// Closes in a forked child what is still open of it; another file may have its place.
pub(super) fn let_go() {
    for (descriptor, remembered) in OF_SHELL.get().into_iter().flatten() {
        if file(*descriptor) == Some(*remembered) {
            // SAFETY: nothing of the shell runs in a child.
            unsafe { libc::close(*descriptor) };
        }
    }
    for place in &FOR_A_WHILE {
        let descriptor = place.descriptor.load(Ordering::Acquire);
        let number = place.number.load(Ordering::Relaxed);
        if descriptor != 0 && file(descriptor).is_some_and(|(_, it)| it == number) {
            // SAFETY: as above.
            unsafe { libc::close(descriptor) };
        }
    }
}

/// Makes forked children close this descriptor, too, while the result lives; drop that first.
pub(super) fn keep_from_children(descriptor: &OwnedFd) -> KeptFromChildren {
    let descriptor = descriptor.as_raw_fd();
    // Only the shell's thread takes a place.
    let is_free = |place: &&Place| place.descriptor.load(Ordering::Relaxed) == 0;
    let place = FOR_A_WHILE.iter().find(is_free);
    if let (Some(place), Some((_, number))) = (place, file(descriptor)) {
        place.number.store(number, Ordering::Relaxed);
        place.descriptor.store(descriptor, Ordering::Release);
    }
    KeptFromChildren(place)
}

/// A place for a temporary descriptor.
#[derive(Debug)]
pub(super) struct KeptFromChildren(Option<&'static Place>);

impl Drop for KeptFromChildren {
    fn drop(&mut self) {
        if let Some(place) = self.0 {
            place.descriptor.store(0, Ordering::Release);
        }
    }
}

impl Place {
    const fn new() -> Self {
        Self {
            descriptor: AtomicI32::new(0),
            number: AtomicU64::new(0),
        }
    }
}

/// The open descriptors besides the standard streams.
pub(super) fn open_descriptors() -> io::Result<Vec<RawFd>> {
    let listed = fs::read_dir("/proc/self/fd")?;
    let number = |entry: io::Result<fs::DirEntry>| entry.ok()?.file_name().to_str()?.parse().ok();
    let beyond_streams = |it: &RawFd| *it > libc::STDERR_FILENO;
    Ok(listed.filter_map(number).filter(beyond_streams).collect())
}

/// Whether a descriptor stays open over `execve`; none if it is closed.
pub(super) fn survives(descriptor: RawFd) -> Option<bool> {
    // SAFETY: asks about a number, which need not be that of an open descriptor.
    let flags = unsafe { libc::fcntl(descriptor, libc::F_GETFD) };
    (flags >= 0).then_some(flags & libc::FD_CLOEXEC == 0)
}

/// Sets whether an open descriptor survives `execve`.
pub(super) fn set_survives(descriptor: RawFd, survives: bool) {
    let flags = if survives { 0 } else { libc::FD_CLOEXEC };
    // SAFETY: as above.
    unsafe { libc::fcntl(descriptor, libc::F_SETFD, flags) };
}

fn file(descriptor: RawFd) -> Option<File> {
    let mut status = MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: zeroed memory is a valid status, and large enough for the answer.
    let status = unsafe {
        (libc::fstat(descriptor, status.as_mut_ptr()) == 0).then(|| status.assume_init())
    }?;
    Some((status.st_dev, status.st_ino))
}
