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

use super::mapping::{Mapped, Shared, units_of};
use super::memory::{Head, Kind, LENGTH, Memory, Segment};
use super::processes::begin_counting;
use super::recording_sheet::RecordingSheet;
use super::sheets::{Sheet, is_program};
use crate::error::{Error, Result};

/// The memory, if the system has any.
static OWN: OnceLock<Option<Own>> = OnceLock::new();

struct Own {
    memory: Memory,
    growth: Mutex<Growth>,
    /// Whether it is in a file: otherwise only forked children share it.
    is_in_file: bool,
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
        let in_file = create_file().and_then(|file| Ok((Mapped::first_of(file.as_fd())?, file)));
        let (head, file): (Mapped<Head>, _) = match in_file {
            Ok((head, file)) => (head, Ok(file)),
            Err(error) => match Mapped::anonymous() {
                Ok(head) => (head, Err(error)),
                Err(error) => return (None, Err(error)),
            },
        };
        begin_counting(&head.processes);
        let own = Self {
            memory: Memory::to_be_written(head),
            growth: Mutex::new(Growth {
                segments: 0,
                units: units_of::<Head>(),
                last: [None; 2],
            }),
            is_in_file: file.is_ok(),
        };
        (Some(own), file)
    }

    fn grow(&self, growth: &mut Growth, kind: Kind) -> io::Result<()> {
        // The next one is where the program will map its own.
        let entry = self.memory.head().directory.get(growth.segments);
        let place = self.memory.place(growth.segments);
        let (Some((entry, place)), true) = (entry.zip(place), is_program()) else {
            return Err(io::ErrorKind::OutOfMemory.into());
        };
        let (segment, units) = match kind {
            Kind::Counters => (
                Segment::Counters(self.map_next(growth.segments)?),
                units_of::<Sheet>(),
            ),
            Kind::Recordings => (
                Segment::Recordings(self.map_next(growth.segments)?),
                units_of::<RecordingSheet>(),
            ),
        };
        let unit = u32::try_from(growth.units).map_err(io::Error::other)?;
        if place.set(segment).is_err() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        entry.enter(kind, unit);
        growth.last[kind as usize] = Some(growth.segments);
        growth.segments += 1;
        growth.units += units;
        Ok(())
    }

    /// Maps what comes behind so many segments.
    fn map_next<T: Shared>(&self, segments: usize) -> io::Result<Mapped<T>> {
        if !self.is_in_file {
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

/// The file, of its final length, which cannot be changed any more.
fn create_file() -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = match memfd_create("instrsh", flags | MemfdFlags::NOEXEC_SEAL) {
        // Before Linux 6.3.
        Err(Errno::INVAL) => memfd_create("instrsh", flags),
        other => other,
    }?;
    // Beyond this limit the system would end the process.
    if getrlimit(Resource::Fsize)
        .current
        .is_some_and(|it| it < LENGTH)
    {
        return Err(Errno::FBIG.into());
    }
    ftruncate(&file, LENGTH)?;
    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
    Ok(file)
}
