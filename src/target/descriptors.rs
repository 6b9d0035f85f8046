//! What the process has open beyond its streams; and what of it is the shell's, which a forked child
//! lets go of.
//!
//! A child that outlives the shell would keep a pseudo-terminal open that nobody reads any more, and
//! wait for ever once it is full; and whoever reads what the shell writes would wait for the child.

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

/// Those that the shell had opened before there was a program.
static OF_SHELL: OnceLock<Vec<(RawFd, File)>> = OnceLock::new();

/// Those that it opens for a while: few, since each is of a script that another one runs.
static FOR_A_WHILE: [Place; 32] = [const { Place::new() }; 32];

/// A descriptor and the number of its file; 0 if there is none.
#[derive(Debug)]
struct Place {
    descriptor: AtomicI32,
    number: AtomicU64,
}

/// What tells an open file from others: its device and its number there.
type File = (libc::dev_t, libc::ino_t);

/// Takes down what the shell has open. Must come before anything of Python is started.
pub(super) fn remember() {
    OF_SHELL.get_or_init(|| {
        // What this process was given by who started it is the program's as well.
        let is_own = |it: &RawFd| survives(*it) == Some(false);
        let own = open_descriptors().unwrap_or_default().into_iter();
        own.filter(is_own)
            .filter_map(|descriptor| Some((descriptor, file(descriptor)?)))
            .collect()
    });
}

/// Closes in a forked child what is still open of it: another file may have its place by now.
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

/// Lets forked children let go of a descriptor as well, as long as the answer lives; it must be closed
/// before.
pub(super) fn keep_from_children(descriptor: &OwnedFd) -> KeptFromChildren {
    let descriptor = descriptor.as_raw_fd();
    // The shell's thread alone takes a place.
    let is_free = |place: &&Place| place.descriptor.load(Ordering::Relaxed) == 0;
    let place = FOR_A_WHILE.iter().find(is_free);
    if let (Some(place), Some((_, number))) = (place, file(descriptor)) {
        place.number.store(number, Ordering::Relaxed);
        place.descriptor.store(descriptor, Ordering::Release);
    }
    KeptFromChildren(place)
}

/// A place of a descriptor that is open for a while.
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

/// The open descriptors beyond the streams.
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

/// Decides that for a descriptor that is open.
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
