//! The memory of this process: it grows by segments, without a descriptor.
//!
//! A program that closes all descriptors, as daemons do, would close that of the memory, and what it opens
//! next would be mistaken for it. So the descriptor is handed over at the start, and what follows in the
//! file is mapped from what is mapped already: see [`Mapped::next`].

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Mutex, OnceLock, PoisonError};

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};

use super::mapping::{Mapped, Shared, UNIT, units_of};
use super::memory::{Head, Kind, Memory, Segment};
use super::processes::begin_counting;
use super::sheets::is_program;
use crate::error::{Error, Result};

/// The length of the file: room for eight million counters, or the records of half a million callables.
const LENGTH: u64 = 1 << 37;
/// A shorter file is of little use.
const LEAST: u64 = 1 << 26;

/// The memory, if the system has any.
static OWN: OnceLock<Option<Own>> = OnceLock::new();

struct Own {
    memory: Memory,
    growth: Mutex<Growth>,
    /// The units of its file; none if only forked children share it.
    in_file: Option<usize>,
}

/// What there is so far.
struct Growth {
    segments: usize,
    units: usize,
    /// The last segment of each kind.
    last: [Option<usize>; 2],
}

/// Creates the memory that this process counts in, as a file for whoever is to read it. This must come
/// before anything that is counted.
///
/// # Errors
/// If there is such a memory already, or the system has no such files: then this process counts in memory
/// that only its forked children share.
pub fn create_memory() -> Result<OwnedFd> {
    let mut file = Err(Errno::EXIST.into());
    OWN.get_or_init(|| {
        let (own, created) = Own::create();
        file = created;
        own
    });
    file.map_err(|error| Error::system("cannot share the counters", &error))
}

/// The memory of this process, if the system has any. It is created now if it was not before.
#[must_use]
pub fn own_memory() -> Option<&'static Memory> {
    let own = OWN.get_or_init(|| Own::create().0);
    own.as_ref().map(|own| &own.memory)
}

/// The same, unless there is none yet; takes no lock.
pub(super) fn known_memory() -> Option<&'static Memory> {
    OWN.get()?.as_ref().map(|own| &own.memory)
}

/// A new place in a segment of this kind: the number of the segment, and that of the place in it.
///
/// # Errors
/// If the system has no memory.
pub(super) fn next_place(kind: Kind) -> Result<(&'static Memory, usize, usize)> {
    let _ = own_memory();
    let own = OWN.get().and_then(Option::as_ref);
    let own = own.ok_or_else(|| Error::new("no memory for counters"))?;
    let mut growth = own.growth.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let last = growth.last[kind as usize];
        let place = last.and_then(|number| own.memory.head().directory[number].take_place(kind));
        if let Some((number, place)) = last.zip(place) {
            return Ok((&own.memory, number, place));
        }
        own.grow(&mut growth, kind)
            .map_err(|error| Error::system("no memory for counters", &error))?;
    }
}

impl Own {
    /// With its file, or why there is none.
    fn create() -> (Option<Self>, io::Result<OwnedFd>) {
        let created = create_file().and_then(|(file, units)| {
            let head: Mapped<Head> = Mapped::first_of(file.as_fd())?;
            Ok((head, Some(units), Ok(file)))
        });
        let created = created.or_else(|error| Ok((Mapped::anonymous()?, None, Err(error))));
        let (head, in_file, file) = match created {
            Ok(created) => created,
            Err(error) => return (None, Err(error)),
        };
        begin_counting(&head.processes);
        let own = Self {
            memory: Memory::to_be_written(head),
            growth: Mutex::new(Growth {
                segments: 0,
                units: units_of::<Head>(),
                last: [None; 2],
            }),
            in_file,
        };
        (Some(own), file)
    }

    fn grow(&self, growth: &mut Growth, kind: Kind) -> io::Result<()> {
        // Where a forked child would map one, the program will map another.
        let entry = self.memory.head().directory.get(growth.segments);
        let place = self.memory.place(growth.segments);
        let (Some((entry, place)), true) = (entry.zip(place), is_program()) else {
            return Err(io::ErrorKind::OutOfMemory.into());
        };
        let end = growth.units + kind.units();
        if self.in_file.is_some_and(|units| end > units) {
            return Err(Errno::FBIG.into());
        }
        let segment = match kind {
            Kind::Counters => Segment::Counters(self.map_next(growth.segments)?),
            Kind::Recordings => Segment::Recordings(self.map_next(growth.segments)?),
        };
        let unit = u32::try_from(growth.units).map_err(io::Error::other)?;
        if place.set(segment).is_err() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        entry.enter(kind, unit);
        growth.last[kind as usize] = Some(growth.segments);
        growth.segments += 1;
        growth.units = end;
        Ok(())
    }

    /// Maps what comes behind so many segments.
    fn map_next<T: Shared>(&self, segments: usize) -> io::Result<Mapped<T>> {
        if self.in_file.is_none() {
            return Mapped::anonymous();
        }
        let last = segments.checked_sub(1);
        match last.and_then(|last| self.memory.place(last)?.get()) {
            None => self.memory.head().next(),
            Some(Segment::Counters(last)) => last.next(),
            Some(Segment::Recordings(last)) => last.next(),
        }
    }
}

/// The file, of its final length, and its units. The length is not beyond the limit of the process, where the
/// system would end it.
fn create_file() -> io::Result<(OwnedFd, usize)> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = match memfd_create("instrsh", flags | MemfdFlags::NOEXEC_SEAL) {
        // Before Linux 6.3.
        Err(Errno::INVAL) => memfd_create("instrsh", flags),
        other => other,
    }?;
    let limit = getrlimit(Resource::Fsize).current;
    let length = limit.map_or(LENGTH, |limit| limit.min(LENGTH));
    if length < LEAST {
        return Err(Errno::FBIG.into());
    }
    ftruncate(&file, length)?;
    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
    let units = usize::try_from(length).map_err(io::Error::other)? / UNIT;
    Ok((file, units))
}
