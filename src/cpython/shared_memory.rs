//! Memory that a process shares with all that it forks.
//!
//! It has no descriptor: a program that closes every one, as daemons do, could close it, and what it
//! opens next would be taken for it.

#![expect(
    unsafe_code,
    reason = "memory that forked children share comes from mmap alone"
)]

use std::io;

/// Maps `length` bytes of zeroes, for as long as a process has them that was forked since. Memory is
/// used only for the pages that are touched.
///
/// # Errors
/// What the system says, if it gives none.
pub(super) fn map_shared(length: usize) -> io::Result<*mut libc::c_void> {
    let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a mapping at an address of the kernel's choice touches no existing memory.
    let address = unsafe { libc::mmap(std::ptr::null_mut(), length, access, flags, -1, 0) };
    if address == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    Ok(address)
}
