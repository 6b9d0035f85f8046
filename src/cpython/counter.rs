//! Hit counters: one atomic number each, 8 bytes, packed, in memory that forked children share.
//!
//! Compact on purpose: what counts ten thousand functions must stay inside the processor's caches
//! (measured: records of 4 KB make a hit ten times dearer). The memory is never given back, since
//! a frame of a patched code object may run its hook until the process ends.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};

/// How many counters are mapped at once: 8,192 counters, 64 KiB.
const COUNTERS_PER_MAPPING: usize = 8192;

/// The counters of the newest mapping that are not given out yet.
static FREE: Mutex<&'static [AtomicU64]> = Mutex::new(&[]);

/// The number of times that one hook ran, in this process and those it forked.
#[derive(Debug, Clone, Copy)]
pub struct Counter(&'static AtomicU64);

/// The identity of a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CounterId(usize);

impl Counter {
    /// A new counter at zero.
    ///
    /// # Errors
    /// If the system gives no memory.
    pub fn new() -> Result<Self> {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        if free.is_empty() {
            *free = map_counters()?;
        }
        match *free {
            [first, rest @ ..] => {
                *free = rest;
                Ok(Self(first))
            }
            [] => Err(Error::new("no memory for hit counters")),
        }
    }

    /// Counts one hit. Takes no lock, allocates nothing, cannot fail.
    #[inline]
    pub fn hit(self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Its identity.
    #[must_use]
    pub fn id(self) -> CounterId {
        CounterId(std::ptr::from_ref(self.0).addr())
    }

    /// The hits so far; needs no GIL.
    #[must_use]
    pub fn hits(self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Maps one more piece of zeroed memory that stays shared across `fork`.
#[expect(
    unsafe_code,
    reason = "memory that forked children share comes from mmap alone"
)]
fn map_counters() -> Result<&'static [AtomicU64]> {
    let length = COUNTERS_PER_MAPPING * size_of::<AtomicU64>();
    // SAFETY: an anonymous mapping at an address of the kernel's choice touches no existing memory.
    let address = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            length,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if address == libc::MAP_FAILED {
        return Err(Error::new(format!(
            "no memory for hit counters: {}",
            std::io::Error::last_os_error()
        )));
    }
    // SAFETY: the mapping is zeroed, page-aligned, `length` bytes long, and is never unmapped.
    Ok(unsafe { std::slice::from_raw_parts(address.cast::<AtomicU64>(), COUNTERS_PER_MAPPING) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_separate_across_mappings() {
        let counters: Vec<Counter> = (0..COUNTERS_PER_MAPPING + 2)
            .map(|_| Counter::new().expect("memory"))
            .collect();
        for (number, counter) in counters.iter().enumerate() {
            (0..number % 3).for_each(|_| counter.hit());
        }
        for (number, counter) in counters.iter().enumerate() {
            assert_eq!(counter.hits(), (number % 3) as u64);
        }
    }
}
