//! A reserve of memory, so that the shell never takes down a program that is near its memory limit.
//!
//! Rust ends the process when an allocation fails. Here an allocation that fails uses a reserve first: an
//! untouched mapping. Before each piece of work, the worker checks that the reserve is there. If it is
//! gone and cannot be mapped again, the work is refused.

#![expect(
    unsafe_code,
    reason = "an allocator, and a mapping that it can give back"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::io;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::error::{Error, Result};

/// In bytes. It must exceed what is allocated between two checks, even if each small allocation takes a
/// page of its own.
const SIZE: usize = 16 << 20;
/// How much must be free beside the reserve before a piece of work, in bytes: CPython allocates there.
pub const ROOM: usize = 4 << 20;

/// More than a thread state takes, in bytes.
const THREAD_STATE: usize = 64 << 10;
/// Up to this many bytes are left to the reserve, without checking what is free beside it.
const SMALL: usize = SIZE / 8;

/// Null when there is none.
static RESERVE: AtomicPtr<libc::c_void> = AtomicPtr::new(null_mut());

#[global_allocator]
static ALLOCATOR: ReservingAllocator = ReservingAllocator;

/// The system's allocator, which falls back on the reserve.
struct ReservingAllocator;

// SAFETY: all memory comes from the allocator of the system, by the same rules.
unsafe impl GlobalAlloc for ReservingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller promises what `System` asks for.
        or_from_reserve(|| unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        or_from_reserve(|| unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above; memory that could not grow is as it was.
        or_from_reserve(|| unsafe { System.realloc(memory, layout, size) })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

fn or_from_reserve(allocate: impl Fn() -> *mut u8) -> *mut u8 {
    let memory = allocate();
    if !memory.is_null() {
        return memory;
    }
    let reserve = RESERVE.swap(null_mut(), Ordering::AcqRel);
    if !reserve.is_null() {
        unmap(reserve, SIZE);
    }
    // Even if another thread has just released the reserve, memory is free now.
    allocate()
}

/// Makes sure that there is a reserve, and that this many bytes can be allocated beside it.
///
/// # Errors
/// If the system has no memory for it.
pub fn ensure_memory(bytes: usize) -> Result<()> {
    ensure(bytes).map_err(|error| Error::system("not enough memory to go on", &error))
}

/// Makes room for a thread state, if need be at the cost of the reserve: CPython ends the process if it
/// cannot allocate one.
pub(super) fn make_room_for_thread_state() {
    let mut room = Vec::<u8>::new();
    // Without memory even for this, nothing helps.
    let _ = room.try_reserve(THREAD_STATE);
    black_box(room);
}

fn ensure(bytes: usize) -> io::Result<()> {
    if RESERVE.load(Ordering::Acquire).is_null() {
        let reserve = map(SIZE)?;
        let none = null_mut();
        let kept = RESERVE.compare_exchange(none, reserve, Ordering::AcqRel, Ordering::Acquire);
        if kept.is_err() {
            unmap(reserve, SIZE);
        }
    }
    if bytes > SMALL {
        unmap(map(bytes)?, bytes);
    }
    Ok(())
}

/// Maps memory whose pages take no space until they are touched.
fn map(length: usize) -> io::Result<*mut libc::c_void> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a mapping at an address of the kernel's choice touches no existing memory.
    let address = unsafe { libc::mmap(null_mut(), length, access, flags, -1, 0) };
    if address == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    Ok(address)
}

fn unmap(address: *mut libc::c_void, length: usize) {
    // SAFETY: the mapping was made by `map` with this length, and is not in use.
    unsafe { libc::munmap(address, length) };
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Limits this process to the memory that it has mapped so far.
    fn map_no_more() {
        let status = std::fs::read_to_string("/proc/self/status").expect("its memory");
        let mut words = status.split_whitespace();
        let size = words.find(|word| *word == "VmSize:").and(words.next());
        let kibibytes: u64 = size.and_then(|size| size.parse().ok()).expect("a size");
        let bytes = kibibytes << 10;
        let limit = libc::rlimit {
            rlim_cur: bytes,
            rlim_max: bytes,
        };
        // SAFETY: the limit is a valid one.
        let limited = unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
        assert_eq!(limited, 0);
    }

    #[test]
    fn an_allocation_that_fails_takes_the_reserve() {
        // SAFETY: what the child does is safe between a fork and the end of the process.
        let child = unsafe { libc::fork() };
        assert!(child >= 0, "{}", io::Error::last_os_error());
        if child == 0 {
            let had_memory = ensure_memory(0).is_ok();
            map_no_more();
            let mut kept = Vec::with_capacity(1000);
            while !RESERVE.load(Ordering::Acquire).is_null() {
                kept.push(vec![1_u8; 1 << 20]);
            }
            let status = i32::from(!had_memory || ensure_memory(0).is_ok());
            // SAFETY: ends the process.
            unsafe { libc::_exit(status) };
        }
        let mut status = -1;
        // SAFETY: a child of this process that was not waited for yet.
        let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!(ended, child);
        assert_eq!(status, 0);
    }
}
