//! The rows of a sheet, to be read: in this process or in another one.

use std::sync::atomic::{AtomicU32, AtomicU64};

use super::mapping::{acquire, acquire_u32};
use super::processes::{Process, Processes};
use super::sheets::{BEFORE_RESET, COLUMNS, FORMER, SHARED, STRIDE};

/// Some rows of a sheet.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadableRows<'m> {
    /// From the first of them in the first column.
    cells: &'m [AtomicU64],
    /// The number of columns ever used.
    columns: &'m AtomicU32,
}

/// What was counted in one row and column.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Column {
    before_reset: u64,
    pub(super) counted: u64,
}

impl Column {
    pub(super) fn since_reset(self) -> u64 {
        self.counted.saturating_sub(self.before_reset)
    }
}

impl<'m> ReadableRows<'m> {
    pub(super) fn new(cells: &'m [AtomicU64], columns: &'m AtomicU32) -> Self {
        Self { cells, columns }
    }

    /// What was counted in a row since its last reset, by all processes.
    pub(super) fn since_reset(self, row: usize) -> u64 {
        self.columns(row).map(Column::since_reset).sum()
    }

    /// What was ever counted in a row.
    pub(super) fn ever(self, row: usize) -> u64 {
        self.columns(row).map(|column| column.counted).sum()
    }

    /// What the program itself ever counted in a row.
    pub(super) fn of_program(self, row: usize) -> u64 {
        self.cell(row)
    }

    /// What was counted in a row before its last reset.
    pub(super) fn before_reset(self, row: usize) -> u64 {
        self.columns(row).map(|column| column.before_reset).sum()
    }

    /// The largest number in a row.
    pub(super) fn largest(self, row: usize) -> u64 {
        let counted = self.columns(row).map(|column| column.counted);
        counted.max().unwrap_or_default()
    }

    /// What was counted in a row since its last reset in each running process, and in all that have ended.
    pub(super) fn by(self, row: usize, processes: &Processes) -> (Vec<u64>, u64) {
        let former = |process: &Process| self.cell(FORMER + process.column * STRIDE + row);
        let former: Vec<u64> = processes.living.iter().map(former).collect();
        let columns: Vec<Column> = self.columns(row).collect();
        let column = |column: usize| columns.get(column).copied().unwrap_or_default();
        let living = processes.living.iter().zip(former);
        let living = living.map(|(process, former)| match process.column {
            // A process without its own column counts in that of the program.
            0 => column(0).since_reset() + column(SHARED).since_reset(),
            own => {
                let Column {
                    counted,
                    before_reset,
                } = column(own);
                counted.saturating_sub(former.max(before_reset))
            }
        });
        let living: Vec<u64> = living.collect();
        let all: u64 = columns.into_iter().map(Column::since_reset).sum();
        let ended = all.saturating_sub(living.iter().sum::<u64>());
        (living, ended)
    }

    /// The numbers of a row in each column.
    pub(super) fn columns(self, row: usize) -> impl Iterator<Item = Column> + use<'m> {
        let columns = acquire_u32(self.columns) as usize;
        (0..columns.min(COLUMNS)).map(move |column| Column {
            // Read before `counted`, so that it is not larger.
            before_reset: self.cell(BEFORE_RESET + column * STRIDE + row),
            counted: self.cell(column * STRIDE + row),
        })
    }

    fn cell(self, place: usize) -> u64 {
        self.cells.get(place).map_or(0, acquire)
    }
}
