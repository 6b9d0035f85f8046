//! Exceptions that left callables, counted by type and line, in a table that forked children share.
//!
//! A slot belongs to one callable, type and line. Whoever needs one takes a free one of a few slots that
//! the three choose, without a lock. If none is free, the exception is not told apart; the number of all
//! errors is counted elsewhere.
//!
//! A process that is killed while it fills a slot leaves it taken and never read. One that is killed while
//! it writes a message leaves the site without one.

#![expect(unsafe_code, reason = "the table is in mapped memory")]

use std::cell::UnsafeCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

use serde::{Deserialize, Serialize};

use super::processes::columns_used;
use super::shared_memory::map_shared;
use super::sheets::{OF_CHILDREN, is_program};
use super::text::Text;

/// The number of slots; only those that are used take memory.
const SLOTS: usize = 4096;
/// How many slots are tried.
const TRIED: usize = 32;

/// The states of a slot.
const FREE: u32 = 0;
const FILLING: u32 = 1;
const TAKEN: u32 = 2;

/// The exceptions of one callable.
#[derive(Debug)]
pub struct ErrorSites {
    owner: u64,
}

/// Where exceptions of one type left a callable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorSite {
    /// The name of the type.
    pub kind: String,
    /// The line in the callable that raised, or called what raised; 0 if it is unknown.
    pub line: u32,
    /// How many exceptions.
    pub errors: u64,
    /// The message of the last one, as far as it could be read.
    pub message: String,
}

struct Slot {
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

/// The table, if the system has memory for it.
static TABLE: OnceLock<Option<&'static [Slot; SLOTS]>> = OnceLock::new();

fn table() -> Option<&'static [Slot; SLOTS]> {
    *TABLE.get_or_init(|| {
        let table = map_shared(SLOTS * size_of::<Slot>()).ok()?;
        // SAFETY: the mapping holds so many slots, whose bytes may all be zero, and is never unmapped.
        Some(unsafe { &*table.cast() })
    })
}

impl ErrorSites {
    /// No exceptions yet. Children that are forked from now on share them.
    #[must_use]
    pub fn new() -> Self {
        static OWNERS: AtomicU64 = AtomicU64::new(1);
        table();
        Self {
            owner: OWNERS.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// Counts an exception. Takes no lock, and cannot fail.
    pub fn record(&self, kind: &Text<64>, line: u32, message: &Text<160>) {
        if let Some(slot) = self.slot(kind, line) {
            slot.errors.fetch_add(1, Ordering::Relaxed);
            slot.write_message(message);
        }
    }

    /// The exceptions since the last reset, the most frequent first.
    #[must_use]
    pub fn read(&self) -> Vec<ErrorSite> {
        let mut sites: Vec<ErrorSite> = Vec::new();
        for slot in self.slots() {
            let before = slot.before_reset.load(Ordering::Acquire);
            let errors = slot.errors.load(Ordering::Acquire).saturating_sub(before);
            let (kind, line) = (slot.kind().to_string(), slot.line.load(Ordering::Relaxed));
            let is_same = |it: &&mut ErrorSite| it.kind == kind && it.line == line;
            match sites.iter_mut().find(is_same) {
                // Two processes took a slot at the same moment.
                Some(site) => site.errors += errors,
                None if errors > 0 => sites.push(ErrorSite {
                    kind,
                    line,
                    errors,
                    message: slot.message(),
                }),
                None => {}
            }
        }
        sites.sort_by_key(|site| (std::cmp::Reverse(site.errors), site.line));
        sites
    }

    /// Sets all numbers to zero.
    pub fn reset(&self) {
        for slot in self.slots() {
            let errors = slot.errors.load(Ordering::Acquire);
            slot.before_reset.store(errors, Ordering::Release);
        }
    }

    fn slots(&self) -> impl Iterator<Item = &'static Slot> {
        let slots = table().into_iter().flatten();
        slots.filter(|slot| slot.is_of(self.owner))
    }

    /// The slot of a type and a line, which may be a new one.
    fn slot(&self, kind: &Text<64>, line: u32) -> Option<&'static Slot> {
        let table = table()?;
        let mut hasher = DefaultHasher::new();
        (self.owner, kind.as_bytes(), line).hash(&mut hasher);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "any number of slots will do"
        )]
        let first = hasher.finish() as usize;
        let tried = || (0..TRIED).map(|step| &table[first.wrapping_add(step) % SLOTS]);
        let is_it = |slot: &&Slot| {
            slot.is_of(self.owner)
                && slot.line.load(Ordering::Relaxed) == line
                && slot.kind().as_bytes() == kind.as_bytes()
        };
        let found = tried().find(is_it);
        found.or_else(|| tried().find(|slot| slot.take(self.owner, kind, line)))
    }
}

impl Default for ErrorSites {
    fn default() -> Self {
        Self::new()
    }
}

/// The slots are used again, unless a forked child may still write to them.
impl Drop for ErrorSites {
    fn drop(&mut self) {
        if is_program() && columns_used() == OF_CHILDREN {
            self.slots().for_each(Slot::give_back);
        }
    }
}

impl Slot {
    fn is_of(&self, owner: u64) -> bool {
        self.state.load(Ordering::Acquire) == TAKEN && self.owner.load(Ordering::Relaxed) == owner
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

    fn give_back(&self) {
        self.errors.store(0, Ordering::Relaxed);
        self.before_reset.store(0, Ordering::Relaxed);
        self.state.store(FREE, Ordering::Release);
    }

    /// The name of the type, of a slot that is taken.
    fn kind(&self) -> &Text<64> {
        // SAFETY: it is not written any more.
        unsafe { &*self.kind.get() }
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
    fn message(&self) -> String {
        const TRIES: usize = 100;
        for _ in 0..TRIES {
            let version = self.version.load(Ordering::Acquire);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn record(sites: &ErrorSites, kind: &str, line: u32, message: &str) {
        sites.record(&Text::new(kind), line, &Text::new(message));
    }

    fn numbers(sites: &ErrorSites) -> Vec<(String, u32, u64, String)> {
        let sites = sites.read().into_iter();
        let numbers = sites.map(|it| (it.kind, it.line, it.errors, it.message));
        numbers.collect()
    }

    #[test]
    fn exceptions_are_told_apart_by_type_and_line_and_keep_the_last_message() {
        let (sites, others) = (ErrorSites::new(), ErrorSites::new());
        record(&sites, "ValueError", 3, "first");
        record(&sites, "KeyError", 3, "'key'");
        record(&sites, "ValueError", 5, "");
        record(&sites, "ValueError", 3, "second");
        record(&others, "ValueError", 3, "other");
        let expected = [
            ("ValueError".to_owned(), 3, 2, "second".to_owned()),
            ("KeyError".to_owned(), 3, 1, "'key'".to_owned()),
            ("ValueError".to_owned(), 5, 1, String::new()),
        ];
        assert_eq!(numbers(&sites), expected);
        sites.reset();
        assert_eq!(numbers(&sites), []);
        record(&sites, "KeyError", 3, "again");
        assert_eq!(
            numbers(&sites),
            [("KeyError".to_owned(), 3, 1, "again".to_owned())]
        );
        assert_eq!(numbers(&others).len(), 1);
    }

    #[test]
    fn a_message_that_is_written_again_and_again_is_never_read_in_parts() {
        let sites = ErrorSites::new();
        let messages = ["a".repeat(150), "b".repeat(150)];
        record(&sites, "E", 1, &messages[0]);
        std::thread::scope(|threads| {
            let writer = threads.spawn(|| {
                for number in 0..20_000 {
                    record(&sites, "E", 1, &messages[number % 2]);
                }
            });
            while !writer.is_finished() {
                let message = &sites.read()[0].message;
                assert!(
                    message.is_empty() || messages.contains(message),
                    "{message}"
                );
            }
        });
        assert_eq!(sites.read()[0].errors, 20_001);
    }
}
