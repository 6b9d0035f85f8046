//! Values in memory that several processes map.

#![expect(
    unsafe_code,
    reason = "memory that several processes share comes from the kernel alone"
)]

use std::ffi::c_void;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::ops::Deref;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

/// What is mapped begins at a multiple of this in the file, and is as long: the largest page of any
/// machine in bytes.
pub(super) const UNIT: usize = 1 << 16;

/// A value that other processes may change at any time.
///
/// # Safety
/// Any bytes are a value, zeroes among them, and the type is `Sync`. What changes is atomic or in an
/// `UnsafeCell`.
pub(super) unsafe trait Shared: Sync {}

// SAFETY: any bytes are numbers.
unsafe impl Shared for AtomicU64 {}
// SAFETY: several values are as one.
unsafe impl<T: Shared, const COUNT: usize> Shared for [T; COUNT] {}

/// A value in shared memory. It is unmapped with this.
pub(super) struct Mapped<T> {
    start: NonNull<c_void>,
    length: usize,
    /// From the start to the value.
    offset: usize,
    value: PhantomData<T>,
}

// SAFETY: what is shared between processes may be shared between threads.
unsafe impl<T: Shared> Send for Mapped<T> {}
// SAFETY: the same.
unsafe impl<T: Shared> Sync for Mapped<T> {}

/// The units that a value takes.
pub(super) const fn units_of<T>() -> usize {
    size_of::<T>().div_ceil(UNIT)
}

impl<T: Shared> Mapped<T> {
    /// A value of zeroes that only processes share which are forked later. Only pages that are touched use
    /// memory.
    ///
    /// # Errors
    /// The error of the system.
    pub(super) fn anonymous() -> io::Result<Self> {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        Self::map(access, libc::MAP_ANONYMOUS, -1, 0)
    }

    /// The value at the beginning of a file, to be written.
    ///
    /// # Errors
    /// The error of the system.
    pub(super) fn first_of(file: BorrowedFd<'_>) -> io::Result<Self> {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        Self::map(access, 0, file.as_raw_fd(), 0)
    }

    /// The value at a unit of a file, to be read. The file must stay as long as it is.
    ///
    /// # Errors
    /// The error of the system.
    pub(super) fn in_file(file: BorrowedFd<'_>, unit: usize) -> io::Result<Self> {
        Self::map(libc::PROT_READ, 0, file.as_raw_fd(), unit * UNIT)
    }

    /// The value behind this one in the same file, which needs no descriptor of it.
    ///
    /// # Errors
    /// The error of the system.
    pub(super) fn next<Next: Shared>(&self) -> io::Result<Mapped<Next>> {
        let length = UNIT + units_of::<Next>() * UNIT;
        // SAFETY: nothing is moved. An old length of zero maps the pages from that address on, and what
        // follows them in the file, a second time: see mremap(2).
        let start = unsafe {
            let last_unit = self.start.byte_add(self.length - UNIT);
            libc::mremap(last_unit.as_ptr(), 0, length, libc::MREMAP_MAYMOVE)
        };
        Mapped::new(start, length, UNIT)
    }

    fn map(access: i32, flags: i32, file: i32, offset: usize) -> io::Result<Self> {
        let length = units_of::<T>() * UNIT;
        let flags = flags | libc::MAP_SHARED | libc::MAP_NORESERVE;
        let offset = libc::off_t::try_from(offset).map_err(io::Error::other)?;
        // SAFETY: a mapping at an address of the kernel's choice touches no existing memory.
        let start = unsafe { libc::mmap(null_mut(), length, access, flags, file, offset) };
        Self::new(start, length, 0)
    }

    fn new(start: *mut c_void, length: usize, offset: usize) -> io::Result<Self> {
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = NonNull::new(start).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self {
            start,
            length,
            offset,
            value: PhantomData,
        })
    }
}

impl<T: Shared> Deref for Mapped<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: so much is mapped as long as this lives, and aligned to a page; any bytes are a value.
        unsafe { self.start.byte_add(self.offset).cast().as_ref() }
    }
}

impl<T> fmt::Debug for Mapped<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes at {:p}", self.length, self.start)
    }
}

impl<T> Drop for Mapped<T> {
    fn drop(&mut self) {
        // SAFETY: it was mapped for this, and all references to it are gone.
        unsafe { libc::munmap(self.start.as_ptr(), self.length) };
    }
}

/// A number, and all that was written before it. Memory that can only be read allows relaxed loads alone.
pub(super) fn acquire(number: &AtomicU64) -> u64 {
    let number = number.load(Ordering::Relaxed);
    fence(Ordering::Acquire);
    number
}

/// The same.
pub(super) fn acquire_u32(number: &AtomicU32) -> u32 {
    let number = number.load(Ordering::Relaxed);
    fence(Ordering::Acquire);
    number
}
