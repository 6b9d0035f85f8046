//! Memory that a process shares with all processes that it forks.
//!
//! It has no descriptor: a program that closes all of them, as daemons do, would close it, and what
//! it opens next would be mistaken for it.

#![expect(
    unsafe_code,
    reason = "memory that forked children share comes from mmap alone"
)]

use std::io;

/// Maps `length` zero bytes, shared with every process that is forked later. Only pages that are
/// touched use memory.
///
/// # Errors
/// The error of the system.
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
