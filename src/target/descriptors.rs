//! The descriptors of the shell, which a forked child lets go of.
//!
//! A child that outlives the shell would keep a pseudo-terminal open that nobody reads any more, and
//! wait for ever once it is full; and whoever reads what the shell writes would wait for the child.

#![expect(
    unsafe_code,
    reason = "descriptors that belong to others are closed in C"
)]

use std::fs;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::sync::OnceLock;

/// Those that the shell had opened before there was a program.
static OF_SHELL: OnceLock<Vec<(RawFd, File)>> = OnceLock::new();

/// What tells an open file from others: its device and its number there.
type File = (libc::dev_t, libc::ino_t);

/// Takes down what the shell has open. Must come before anything of Python is started.
pub(super) fn remember() {
    OF_SHELL.get_or_init(|| {
        let Ok(entries) = fs::read_dir("/proc/self/fd") else {
            return Vec::new();
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let descriptors = names.filter_map(|name| name.parse().ok());
        let descriptors = descriptors.filter(|it| *it > libc::STDERR_FILENO && is_own(*it));
        descriptors
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
}

/// Whether this process opened it. What it was given by who started it is the program's as well.
fn is_own(descriptor: RawFd) -> bool {
    // SAFETY: asks for flags only.
    let flags = unsafe { libc::fcntl(descriptor, libc::F_GETFD) };
    flags >= 0 && flags & libc::FD_CLOEXEC != 0
}

fn file(descriptor: RawFd) -> Option<File> {
    let mut status = MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: zeroed memory is a valid status, and large enough for the answer.
    let status = unsafe {
        (libc::fstat(descriptor, status.as_mut_ptr()) == 0).then(|| status.assume_init())
    }?;
    Some((status.st_dev, status.st_ino))
}
