//! The table of the processes that count, in shared memory.

#![expect(unsafe_code, reason = "locks in shared memory")]

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::mapping::{Shared, acquire_u32};
use super::process_lock::ProcessLock;
use super::processes::{Process, Processes};
use super::sheets::{COLUMNS, OF_CHILDREN};

/// The columns of the program, and the shared one.
pub(super) const FIRST_USED: u32 = 2;
const _: () = assert!(FIRST_USED as usize == OF_CHILDREN);

#[repr(C)]
pub(super) struct Table {
    /// The number of columns ever used; the first are the program's and the shared one.
    columns_used: AtomicU32,
    /// The word of each lock that says who holds it, counted from 1; 0 if the system has no such locks, and
    /// children no columns.
    word_of_holder: AtomicU32,
    /// The process id of the program.
    program: AtomicU32,
    /// The number of children that ever took a column.
    children: AtomicU64,
    owners: [Owner; COLUMNS],
}

/// The current or last owner of a column.
#[repr(C, align(64))]
struct Owner {
    lock: ProcessLock,
    /// The process id; 0 while the column changes hands.
    id: AtomicU32,
    parent: AtomicU32,
    /// The number of counter sheets known to the owners so far.
    sheets: AtomicU32,
}

// SAFETY: any bytes are numbers, all of which are atomic, and locks.
unsafe impl Shared for Table {}

impl Owner {
    /// Takes the column for this process, if no other one has it and this process knows all sheets
    /// that its former owners counted on. Otherwise their counts could be mistaken for its own.
    fn take(&self, sheets: u32) -> bool {
        if !self.lock.take() {
            return false;
        }
        if self.sheets.load(Ordering::Relaxed) > sheets {
            self.lock.give_back();
            return false;
        }
        self.id.store(0, Ordering::Relaxed);
        self.sheets.store(sheets, Ordering::Relaxed);
        true
    }

    /// The process that owns the column, if it is running.
    fn process(&self, column: usize, word_of_holder: usize) -> Option<Process> {
        let id = acquire_u32(&self.id);
        (id != 0 && self.lock.is_taken(word_of_holder)).then(|| Process {
            id,
            parent: Some(self.parent.load(Ordering::Relaxed)),
            column,
        })
    }
}

impl Table {
    /// The number of columns ever used.
    pub(super) fn columns(&self) -> &AtomicU32 {
        &self.columns_used
    }

    /// Begins it for a program.
    pub(super) fn begin(&self, program: u32) {
        self.program.store(program, Ordering::Relaxed);
        // SAFETY: the table stays where it is, and is not shared yet.
        let prepare = |owner: &Owner| unsafe { owner.lock.prepare() };
        if self.owners.iter().all(prepare) {
            let word = self.owners[0].lock.word_of_holder();
            let word = word.and_then(|word| u32::try_from(word + 1).ok());
            let word = word.unwrap_or(0);
            self.word_of_holder.store(word, Ordering::Relaxed);
        }
        self.columns_used.store(FIRST_USED, Ordering::Release);
    }

    /// Takes a column for this process, which knows so many sheets. Says whether others had it before.
    pub(super) fn take_column(&self, sheets: u32) -> Option<(usize, bool)> {
        if self.word_of_holder.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut owners = (0..).zip(&self.owners).skip(OF_CHILDREN);
        let (column, _) = owners.find(|(_, owner)| owner.take(sheets))?;
        let used = self.columns_used.fetch_max(column + 1, Ordering::AcqRel);
        Some((column as usize, used > column))
    }

    /// Enters a process that has taken a column.
    pub(super) fn enter(&self, column: usize, process: u32, parent: u32) {
        let Some(owner) = self.owners.get(column) else {
            return;
        };
        owner.parent.store(parent, Ordering::Relaxed);
        self.children.fetch_add(1, Ordering::Relaxed);
        owner.id.store(process, Ordering::Release);
    }

    /// The current processes.
    pub(super) fn now(&self) -> Processes {
        let columns = OF_CHILDREN..COLUMNS.min(acquire_u32(&self.columns_used) as usize);
        let word = self.word_of_holder.load(Ordering::Relaxed) as usize;
        let child = |column: usize| {
            let owner = self.owners.get(column)?;
            owner.process(column, word.checked_sub(1)?)
        };
        let mut living: Vec<_> = columns.filter_map(child).collect();
        living.sort_by_key(|process| process.id);
        let children = self.children.load(Ordering::Relaxed);
        let ended = children.saturating_sub(living.len() as u64);
        let program = self.program.load(Ordering::Relaxed);
        living.insert(0, Process::program(program));
        Processes { living, ended }
    }
}
