//! Exceptions that left callables, counted by type and line, in a table that forked children share.
//!
//! A slot belongs to one callable, type and line. Whoever needs one takes a free one of a few slots that
//! the three choose, without a lock. If none is free, the exception is not told apart; the number of all
//! errors is counted elsewhere.
//!
//! A process that is killed while it fills a slot leaves it taken and never read. One that is killed while
//! it writes a message leaves the site without one.

#![expect(unsafe_code, reason = "the table is in shared memory")]

use std::cell::UnsafeCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

use super::mapping::{Shared, acquire, acquire_u32};
use super::text::Text;

/// The number of slots; only those that are used take memory.
const SLOTS: usize = 4096;
/// How many slots are tried.
const TRIED: usize = 32;

/// The states of a slot.
const FREE: u32 = 0;
const FILLING: u32 = 1;
const TAKEN: u32 = 2;

/// The table.
#[derive(Debug)]
pub(super) struct ErrorTable([Slot; SLOTS]);

/// The exceptions of one callable, type and line.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Slot {
    state: AtomicU32,
    line: AtomicU32,
    owner: AtomicU64,
    errors: AtomicU64,
    before_reset: AtomicU64,
    /// Written while `FILLING`, then never again.
    kind: UnsafeCell<Text<64>>,
    /// Odd while the message is written.
    version: AtomicU32,
    message: UnsafeCell<Text<160>>,
}

// SAFETY: both texts are written by whoever has made the state or the version say so, alone.
unsafe impl Sync for Slot {}

// SAFETY: any bytes are texts, and numbers, all of which are atomic.
unsafe impl Shared for ErrorTable {}

impl ErrorTable {
    /// The slots of a callable.
    pub(super) fn slots(&self, owner: u64) -> impl Iterator<Item = &Slot> {
        self.0.iter().filter(move |slot| slot.is_of(owner))
    }

    /// The slot of a type and a line, which may be a new one.
    pub(super) fn slot(&self, owner: u64, kind: &Text<64>, line: u32) -> Option<&Slot> {
        let mut hasher = DefaultHasher::new();
        (owner, kind.as_bytes(), line).hash(&mut hasher);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "any number of slots will do"
        )]
        let first = hasher.finish() as usize;
        let tried = || (0..TRIED).map(|step| &self.0[first.wrapping_add(step) % SLOTS]);
        let is_it = |slot: &&Slot| {
            slot.is_of(owner) && slot.line() == line && slot.kind().as_bytes() == kind.as_bytes()
        };
        let found = tried().find(is_it);
        found.or_else(|| tried().find(|slot| slot.take(owner, kind, line)))
    }
}

impl Slot {
    fn is_of(&self, owner: u64) -> bool {
        acquire_u32(&self.state) == TAKEN && self.owner.load(Ordering::Relaxed) == owner
    }

    /// Takes the slot if it is free.
    fn take(&self, owner: u64, kind: &Text<64>, line: u32) -> bool {
        let (before, after) = (Ordering::Acquire, Ordering::Relaxed);
        let taken = self.state.compare_exchange(FREE, FILLING, before, after);
        if taken.is_err() {
            return false;
        }
        self.owner.store(owner, Ordering::Relaxed);
        self.line.store(line, Ordering::Relaxed);
        // SAFETY: only the one that has set `FILLING` writes it, and nobody reads it before `TAKEN`.
        unsafe { *self.kind.get() = *kind };
        self.state.store(TAKEN, Ordering::Release);
        true
    }

    pub(super) fn give_back(&self) {
        self.errors.store(0, Ordering::Relaxed);
        self.before_reset.store(0, Ordering::Relaxed);
        self.state.store(FREE, Ordering::Release);
    }

    /// The name of the type, of a slot that is taken.
    pub(super) fn kind(&self) -> Text<64> {
        // SAFETY: plain bytes, any of which are a text. They are not written any more.
        unsafe { self.kind.get().read_volatile() }
    }

    pub(super) fn line(&self) -> u32 {
        self.line.load(Ordering::Relaxed)
    }

    /// The exceptions since the last reset.
    pub(super) fn errors(&self) -> u64 {
        let before = acquire(&self.before_reset);
        acquire(&self.errors).saturating_sub(before)
    }

    /// Counts an exception.
    pub(super) fn record(&self, message: &Text<160>) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        self.write_message(message);
    }

    pub(super) fn reset(&self) {
        let errors = self.errors.load(Ordering::Acquire);
        self.before_reset.store(errors, Ordering::Release);
    }

    /// Writes the message, unless another process does so at this moment.
    fn write_message(&self, message: &Text<160>) {
        let version = self.version.load(Ordering::Relaxed);
        let begin = |version| {
            let (before, after) = (Ordering::Acquire, Ordering::Relaxed);
            self.version
                .compare_exchange(version, version.wrapping_add(1), before, after)
        };
        if version.is_multiple_of(2) && begin(version).is_ok() {
            // SAFETY: only the one that has made the version odd writes it.
            unsafe { *self.message.get() = *message };
            self.version
                .store(version.wrapping_add(2), Ordering::Release);
        }
    }

    /// The last message; empty if one is being written again and again.
    pub(super) fn message(&self) -> String {
        const TRIES: usize = 100;
        for _ in 0..TRIES {
            let version = acquire_u32(&self.version);
            if !version.is_multiple_of(2) {
                std::hint::spin_loop();
                continue;
            }
            // SAFETY: plain bytes, any of which are a text; if they were written meanwhile, the version
            // says so, and they are not used.
            let text = unsafe { self.message.get().read_volatile() };
            fence(Ordering::Acquire);
            if self.version.load(Ordering::Relaxed) == version {
                return text.to_string();
            }
        }
        String::new()
    }
}
