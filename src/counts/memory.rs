//! The memory that everything is counted in: a file without a name, which the program writes, and which any
//! process that is given its descriptor can read.
//!
//! ```text
//! head       what this is, the directory of segments, the tables of processes, of errors, and of who
//!            records where
//! segment 0  a sheet of counters
//! segment 1  what is recorded of 64 callables
//! ...        what is needed next, in the order in which it is
//! ```
//!
//! A segment says in the directory what it is and where. So an id is a number: that of the segment, and a
//! place in it. The file is as long as it can ever become from the beginning, and cannot become shorter, so
//! that what is mapped stays: only pages that are touched use memory. Who writes it is in [`super::own_memory`].

use std::os::fd::{AsFd, OwnedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use rustix::fs::{SealFlags, fcntl_get_seals, fstat};

use super::error_table::ErrorTable;
use super::mapping::{Mapped, Shared, UNIT, acquire, acquire_u32, units_of};
use super::process_table::Table;
use super::processes::Processes;
use super::readable_rows::ReadableRows;
use super::recording_sheet::{CALLABLES, RecordingSheet};
use super::sheets::{ROWS, Sheet};
use crate::error::{Error, Result};

/// The length of the directory.
pub(super) const SEGMENTS: usize = 8192;
/// Segments that are remembered together.
const GROUP: usize = 128;
/// What the file begins with: its name, and the size of the head, which differs between systems.
const FORMAT: u64 = u64::from_be_bytes(*b"instrsh\0") ^ (size_of::<Head>() as u64) << 8;

#[repr(C)]
pub(super) struct Head {
    format: AtomicU64,
    pub(super) directory: [Entry; SEGMENTS],
    pub(super) processes: Table,
    pub(super) errors: ErrorTable,
    /// Who records in each place for records, by its number; 0 while nobody does.
    pub(super) owners: [AtomicU64; SEGMENTS * CALLABLES],
}

/// What a segment is.
#[repr(C)]
pub(super) struct Entry {
    /// Its first unit in the file; 0 while there is no such segment.
    unit: AtomicU32,
    kind: AtomicU32,
    /// The number of places in use.
    used: AtomicU32,
}

/// A kind of segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Counters,
    Recordings,
}

/// A segment that this process has mapped.
#[derive(Debug)]
pub(super) enum Segment {
    Counters(Mapped<Sheet>),
    Recordings(Mapped<RecordingSheet>),
}

/// The memory of one program.
#[derive(Debug)]
pub struct Memory {
    head: Mapped<Head>,
    segments: [OnceLock<Group>; SEGMENTS / GROUP],
    /// Where to map more from, and its length in units; none in the program itself.
    file: Option<(OwnedFd, usize)>,
}

type Group = Box<[OnceLock<Segment>; GROUP]>;

#[expect(unsafe_code, reason = "it is in shared memory")]
// SAFETY: any bytes are numbers, all of which are atomic, and the tables are such values.
unsafe impl Shared for Head {}

impl Kind {
    /// The places of a segment: callables.
    pub(super) const fn places(self) -> usize {
        match self {
            Self::Counters => ROWS,
            Self::Recordings => CALLABLES,
        }
    }

    /// The rows of each.
    const fn rows(self) -> usize {
        ROWS / self.places()
    }

    /// The units of a segment.
    pub(super) const fn units(self) -> usize {
        match self {
            Self::Counters => units_of::<Sheet>(),
            Self::Recordings => units_of::<RecordingSheet>(),
        }
    }

    fn numbered(number: u32) -> Option<Self> {
        let kinds = [Self::Counters, Self::Recordings].into_iter();
        kinds.into_iter().find(|kind| kind.number() == number)
    }

    const fn number(self) -> u32 {
        self as u32 + 1
    }
}

impl Entry {
    /// Enters a segment.
    pub(super) fn enter(&self, kind: Kind, unit: u32) {
        self.kind.store(kind.number(), Ordering::Relaxed);
        self.unit.store(unit, Ordering::Release);
    }

    /// Takes the next place, if one is left.
    pub(super) fn take_place(&self, kind: Kind) -> Option<usize> {
        let next = |used: u32| ((used as usize) < kind.places()).then_some(used + 1);
        let (before, after) = (Ordering::AcqRel, Ordering::Acquire);
        let taken = self.used.fetch_update(before, after, next);
        taken.ok().map(|place| place as usize)
    }
}

impl Segment {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Counters(_) => Kind::Counters,
            Self::Recordings(_) => Kind::Recordings,
        }
    }

    fn sheet(&self) -> &Sheet {
        match self {
            Self::Counters(sheet) => sheet,
            Self::Recordings(sheet) => &sheet.rows,
        }
    }
}

impl Memory {
    /// The memory of another process, to be read.
    ///
    /// # Errors
    /// If the file is not such a memory, or cannot be mapped.
    pub fn open(file: OwnedFd) -> Result<Self> {
        let cannot = |error: std::io::Error| Error::system("cannot read the counters", &error);
        let length = fstat(&file).map_err(|error| cannot(error.into()))?.st_size;
        let units = usize::try_from(length).map_err(|_| foreign())? / UNIT;
        let seals = fcntl_get_seals(&file).map_err(|error| cannot(error.into()))?;
        if units < units_of::<Head>() || !seals.contains(SealFlags::SHRINK) {
            return Err(foreign());
        }
        let head: Mapped<Head> = Mapped::in_file(file.as_fd(), 0).map_err(cannot)?;
        if acquire(&head.format) != FORMAT {
            return Err(foreign());
        }
        Ok(Self::new(head, Some((file, units))))
    }

    /// That of this process itself.
    pub(super) fn to_be_written(head: Mapped<Head>) -> Self {
        head.format.store(FORMAT, Ordering::Release);
        Self::new(head, None)
    }

    fn new(head: Mapped<Head>, file: Option<(OwnedFd, usize)>) -> Self {
        Self {
            head,
            segments: [const { OnceLock::new() }; SEGMENTS / GROUP],
            file,
        }
    }

    /// The processes that count in it at this moment.
    #[must_use]
    pub fn processes(&self) -> Processes {
        self.head.processes.now()
    }

    pub(super) fn head(&self) -> &Mapped<Head> {
        &self.head
    }

    /// The sheet of counters with this number.
    pub(super) fn counters(&self, number: usize) -> Result<&Sheet> {
        match self.segment(number)? {
            Segment::Counters(sheet) => Ok(sheet),
            Segment::Recordings(_) => Err(foreign()),
        }
    }

    /// The sheet of records with this number.
    pub(super) fn recordings(&self, number: usize) -> Result<&RecordingSheet> {
        match self.segment(number)? {
            Segment::Recordings(sheet) => Ok(sheet),
            Segment::Counters(_) => Err(foreign()),
        }
    }

    /// The rows of a sheet from this one on, to be read.
    pub(super) fn rows_of<'m>(&'m self, sheet: &'m Sheet, first: usize) -> ReadableRows<'m> {
        let cells = sheet.get(first..).unwrap_or_default();
        ReadableRows::new(cells, self.head.processes.columns())
    }

    /// A segment, which is mapped if this process only reads.
    fn segment(&self, number: usize) -> Result<&Segment> {
        let place = self.place(number).ok_or_else(foreign)?;
        if let Some(segment) = place.get() {
            return Ok(segment);
        }
        let segment = self.map(number)?;
        Ok(place.get_or_init(|| segment))
    }

    fn map(&self, number: usize) -> Result<Segment> {
        let (file, units) = self.file.as_ref().ok_or_else(foreign)?;
        let file = file.as_fd();
        let entry = self.head.directory.get(number).ok_or_else(foreign)?;
        let unit = acquire_u32(&entry.unit) as usize;
        let kind = Kind::numbered(entry.kind.load(Ordering::Relaxed)).ok_or_else(foreign)?;
        if unit == 0 || unit + kind.units() > *units {
            return Err(foreign());
        }
        let segment = match kind {
            Kind::Counters => Mapped::in_file(file, unit).map(Segment::Counters),
            Kind::Recordings => Mapped::in_file(file, unit).map(Segment::Recordings),
        };
        segment.map_err(|error| Error::system("cannot read the counters", &error))
    }

    /// Where a segment is remembered; none if there can be none of this number.
    pub(super) fn place(&self, number: usize) -> Option<&OnceLock<Segment>> {
        let group = self.segments.get(number / GROUP)?;
        let empty = || Box::new([const { OnceLock::new() }; GROUP]);
        group.get_or_init(empty).get(number % GROUP)
    }

    /// The segments that this process has mapped, in order; takes no lock.
    pub(super) fn known(&self) -> impl Iterator<Item = &Segment> {
        let groups = self.segments.iter().map_while(OnceLock::get);
        groups.flat_map(|group| group.iter().map_while(OnceLock::get))
    }

    /// Their sheets, each with the number of rows in use.
    pub(super) fn sheets(&self) -> impl Iterator<Item = (&Sheet, usize)> {
        let segments = self.known().zip(&self.head.directory);
        segments.map(|(segment, entry)| {
            let used = entry.used.load(Ordering::Acquire) as usize;
            (segment.sheet(), used * segment.kind().rows())
        })
    }
}

fn foreign() -> Error {
    Error::new("the counters are those of another version of instrsh")
        .hint("use the same version for the shell and the program")
}
