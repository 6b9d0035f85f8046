//! A lock that a process holds as long as it lives, however it ends.
//!
//! It is a robust mutex in shared memory that is locked and never unlocked: the kernel releases it
//! when the thread that holds it ends or calls `exec`. In a forked child that is the thread that
//! forked. Nothing that a program does to its descriptors, groups or namespaces affects it, and
//! another process with the same process id is not mistaken for its holder.
//!
//! Whether it is held can be read, also by a process that cannot write the memory: the word of the mutex that
//! the kernel watches is the thread id of the holder, and some flags, see futex(2). Which word it is
//! depends on the system's libc, and is found out.

#![expect(
    unsafe_code,
    reason = "a lock that outlives its holder is a pthread mutex"
)]

use std::cell::UnsafeCell;
use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::sync::atomic::AtomicU32;

use super::mapping::{Shared, acquire_u32};

// POSIX.1-2008, in every libc of Linux, but not yet in the crate `libc`.
const PTHREAD_MUTEX_ROBUST: c_int = 1;
unsafe extern "C" {
    fn pthread_mutexattr_setrobust(
        attributes: *mut libc::pthread_mutexattr_t,
        robustness: c_int,
    ) -> c_int;
    fn pthread_mutex_consistent(mutex: *mut libc::pthread_mutex_t) -> c_int;
}

/// A lock held by at most one living process.
#[repr(transparent)]
pub(super) struct ProcessLock(UnsafeCell<libc::pthread_mutex_t>);

// SAFETY: a mutex is made to be used by several threads, and this one by several processes.
unsafe impl Sync for ProcessLock {}

// SAFETY: a mutex is numbers, and in a cell.
unsafe impl Shared for ProcessLock {}

/// The 32-bit words of a mutex.
const WORDS: usize = size_of::<libc::pthread_mutex_t>() / size_of::<AtomicU32>();

impl ProcessLock {
    /// Initialises an unlocked lock; false if the system has no robust mutexes.
    ///
    /// # Safety
    /// The lock must be in memory that stays where it is, and must not be in use yet.
    pub(super) unsafe fn prepare(&self) -> bool {
        let mut attributes = MaybeUninit::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: the attributes are made before they are used; the caller vouches for the mutex.
        unsafe {
            libc::pthread_mutexattr_init(attributes) == 0
                && libc::pthread_mutexattr_setpshared(attributes, libc::PTHREAD_PROCESS_SHARED) == 0
                && pthread_mutexattr_setrobust(attributes, PTHREAD_MUTEX_ROBUST) == 0
                && libc::pthread_mutex_init(self.0.get(), attributes) == 0
        }
    }

    /// Takes the lock for the lifetime of the calling thread; false if another living process holds
    /// it. Does not wait.
    pub(super) fn take(&self) -> bool {
        // SAFETY: `prepare` made the mutex.
        match unsafe { libc::pthread_mutex_trylock(self.0.get()) } {
            0 => true,
            // SAFETY: we have it now, from a process that has ended.
            libc::EOWNERDEAD => unsafe { pthread_mutex_consistent(self.0.get()) == 0 },
            _ => false,
        }
    }

    /// Releases the lock.
    pub(super) fn give_back(&self) {
        // SAFETY: `prepare` made the mutex; a caller that does not hold it gets an error.
        unsafe { libc::pthread_mutex_unlock(self.0.get()) };
    }

    /// The number of the word that says who holds a lock, found by taking this one; none if it cannot be
    /// taken.
    pub(super) fn word_of_holder(&self) -> Option<usize> {
        // SAFETY: it only returns a number.
        let own = unsafe { libc::gettid() }.cast_unsigned();
        if !self.take() {
            return None;
        }
        let found = self.words().iter().position(|it| acquire_u32(it) == own);
        self.give_back();
        found
    }

    /// Whether a living thread holds it, by the word that says so.
    pub(super) fn is_taken(&self, word: usize) -> bool {
        let word = self.words().get(word);
        word.is_some_and(|it| acquire_u32(it) & libc::FUTEX_TID_MASK != 0)
    }

    fn words(&self) -> &[AtomicU32; WORDS] {
        // SAFETY: it has so many words, is aligned to more than that, and others write words as a whole.
        unsafe { &*self.0.get().cast() }
    }
}
