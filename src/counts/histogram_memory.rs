//! The memory of histograms, which forked children share.

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};

use super::histogram::BUCKETS;
use super::shared_memory::map_shared;
use crate::error::{Error, Result};

/// The histogram of the program, that of all forked children, and what both had before the last reset.
const HISTOGRAMS: usize = 3;
/// Numbers from one histogram to the next: two pages.
pub(super) const BLOCK: usize = 1024;
/// The callables of one mapping.
const MAPPED: usize = 64;

const _: () = assert!(BUCKETS <= BLOCK);

/// The histograms of a callable.
pub(super) type Block = [AtomicU64; HISTOGRAMS * BLOCK];

/// Blocks of the last mapping that were never used.
static UNUSED: Mutex<&'static [Block]> = Mutex::new(&[]);

/// The histograms of a callable that has none yet.
///
/// # Errors
/// If the system has no memory.
#[expect(unsafe_code, reason = "mapped memory becomes a slice")]
pub(super) fn next_block() -> Result<&'static Block> {
    let mut unused = UNUSED.lock().unwrap_or_else(PoisonError::into_inner);
    if unused.is_empty() {
        let address = map_shared(MAPPED * size_of::<Block>())
            .map_err(|error| Error::system("no memory for histograms", &error))?;
        // SAFETY: the mapping is zeroed, page-aligned, holds so many blocks, and is never unmapped.
        *unused = unsafe { std::slice::from_raw_parts(address.cast(), MAPPED) };
    }
    let blocks: &'static [Block] = &unused;
    let (block, rest) = blocks
        .split_first()
        .ok_or_else(|| Error::new("no memory for histograms"))?;
    *unused = rest;
    Ok(block)
}
