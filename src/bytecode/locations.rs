//! `co_linetable` ⇄ the location of each instruction.
//!
//! An instruction of many code units, or one far from the next, has several entries, and since 3.12
//! one entry covers all adjacent instructions of the same location.

use std::ops::Range;

use super::error::{Error, Part};
use super::line_table::{self, Location, UNITS};
use super::reader::Reader;

/// The locations of a code, read along with its instructions.
pub(super) struct Locations<'a> {
    reader: Reader<'a>,
    line: i64,
    /// The location of the last entry, and the number of its code units (2 bytes each) not read
    /// yet.
    entry: Option<Location>,
    left: usize,
    /// The number of code units after these.
    behind: usize,
}

impl<'a> Locations<'a> {
    /// The locations of a code of this many code units (2 bytes each).
    pub(super) fn new(table: &'a [u8], first_line: i32, units: usize) -> Self {
        Self {
            reader: Reader::new(Part::LineTable, table),
            line: first_line.into(),
            entry: None,
            left: 0,
            behind: units,
        }
    }

    /// The location of the next instruction, of this many code units (2 bytes each).
    ///
    /// # Errors
    ///
    /// If it has several, an entry is cut short or lies past the end of the code, or a number is
    /// out of range.
    #[inline]
    pub(super) fn next(&mut self, units: Range<usize>) -> Result<Option<Location>, Error> {
        if self.left == 0 {
            self.read_entry()?;
        }
        let location = self.entry;
        let mut missing = units.len();
        while missing > self.left {
            missing -= self.left;
            self.read_entry()?;
            if self.entry != location || self.left == 0 {
                return Err(Error::at_unit(units.start, "instruction has two locations"));
            }
        }
        self.left -= missing;
        Ok(location)
    }

    /// Reads the rest of the table.
    ///
    /// # Errors
    ///
    /// If an entry lies past the end of the code.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        while !self.reader.is_at_end() {
            self.read_entry()?;
        }
        Ok(())
    }

    /// Code after the end of a short table has no location.
    fn read_entry(&mut self) -> Result<(), Error> {
        if self.reader.is_at_end() {
            (self.entry, self.left) = (None, std::mem::take(&mut self.behind));
            return Ok(());
        }
        (self.left, self.entry) = line_table::read(&mut self.reader, &mut self.line)?;
        let behind = self.behind.checked_sub(self.left);
        self.behind =
            behind.ok_or_else(|| self.reader.error("entry lies past the end of the code"))?;
        Ok(())
    }
}

/// A table that is written along with the instructions.
pub(super) struct LineTable {
    bytes: Vec<u8>,
    line: i64,
    merges: bool,
    /// What was added last, in code units (2 bytes each), and not written yet.
    pending: (usize, Option<Location>),
}

impl LineTable {
    /// An empty table with room for so many instructions. Whether it has one entry for all neighbouring
    /// instructions of the same location, and not one for each.
    pub(super) fn new(first_line: i32, instructions: usize, merges: bool) -> Self {
        Self {
            // Two or three bytes are what most need.
            bytes: Vec::with_capacity(instructions * 3),
            line: first_line.into(),
            merges,
            pending: (0, None),
        }
    }

    /// Adds the location of the next instruction, of this many code units (2 bytes each).
    ///
    /// # Errors
    ///
    /// If a location cannot be encoded, or its line is too far from the previous one.
    pub(super) fn add(&mut self, units: usize, location: Option<Location>) -> Result<(), Error> {
        if !self.merges {
            return self.write(units, location);
        }
        if location == self.pending.1 {
            self.pending.0 += units;
            return Ok(());
        }
        let (units, location) = std::mem::replace(&mut self.pending, (units, location));
        self.write(units, location)
    }

    /// The bytes of everything that was added.
    ///
    /// # Errors
    ///
    /// As for [`add`](Self::add).
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Error> {
        let (units, location) = self.pending;
        self.write(units, location)?;
        Ok(self.bytes)
    }

    fn write(&mut self, units: usize, location: Option<Location>) -> Result<(), Error> {
        let mut left = units;
        while left > 0 {
            let length = left.min(UNITS);
            line_table::write(&mut self.bytes, length, location, &mut self.line)?;
            left -= length;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_line(line: u32) -> Location {
        Location {
            line,
            end_line: line,
            column: Some(4),
            end_column: Some(9),
        }
    }

    fn write(ranges: &[(usize, Option<Location>)], first_line: i32) -> Result<Vec<u8>, Error> {
        let mut table = LineTable::new(first_line, ranges.len(), false);
        for (units, location) in ranges {
            table.add(*units, *location)?;
        }
        table.finish()
    }

    fn read(table: &[u8], first_line: i32, units: usize) -> Result<Vec<Option<Location>>, Error> {
        let mut locations = Locations::new(table, first_line, units);
        let read: Result<_, _> = (0..units)
            .map(|unit| locations.next(unit..unit + 1))
            .collect();
        locations.finish().and(read)
    }

    #[test]
    fn a_range_is_cut_after_each_eighth_unit() {
        let here = Some(on_line(11));
        let table = write(&[(17, here)], 10).unwrap();
        assert_eq!(table, [0xdf, 4, 9, 0x87, 0x45, 0x80, 0x45]);
        assert_eq!(read(&table, 10, 17).unwrap(), [here; 17]);
    }

    #[test]
    fn units_of_several_entries_have_one_location_if_all_tell_the_same() {
        let [here, there] = [10, 11].map(|line| Some(on_line(line)));
        let table = write(&[(3, here), (2, here), (1, there)], 10).unwrap();
        let last = |ranges: &[Range<usize>]| {
            let mut locations = Locations::new(&table, 10, 7);
            let mut last = Ok(None);
            for units in ranges {
                last = locations.next(units.clone());
            }
            last
        };
        assert_eq!(last(&[0..1, 1..5]), Ok(here));
        assert_eq!(last(&[0..5, 5..6]), Ok(there));
        assert_eq!(last(&[0..5, 5..6, 6..7]), Ok(None));
        for two in [0..6, 5..7, 6..8] {
            let error = last(&[0..two.start, two.clone()]).unwrap_err();
            assert_eq!(
                error,
                Error::at_unit(two.start, "instruction has two locations")
            );
        }
    }

    #[test]
    fn neighbours_of_the_same_location_share_an_entry_where_they_are_merged() {
        let here = Some(on_line(10));
        let bytes = |merges| {
            let mut table = LineTable::new(10, 2, merges);
            for location in [here, here, None, None] {
                table.add(1, location).unwrap();
            }
            table.finish().unwrap()
        };
        assert_eq!(bytes(true), [0x81, 0x45, 0xf9]);
        assert_eq!(bytes(false), [0x80, 0x45, 0x80, 0x45, 0xf8, 0xf8]);
    }

    #[test]
    fn units_behind_a_short_table_have_no_location() {
        assert_eq!(read(&[], 1, 2).unwrap(), [None, None]);
        let here = Some(on_line(1));
        let table = write(&[(1, here)], 1).unwrap();
        assert_eq!(read(&table, 1, 2).unwrap(), [here, None]);
    }

    #[test]
    fn tables_that_do_not_fit_the_code_are_refused() {
        let refused = |table: &[u8]| read(table, 1, 1).unwrap_err().to_string();
        assert!(refused(&[0xf8, 0]).starts_with("entry continues past its end"));
        assert!(refused(&[0xf9]).starts_with("entry lies past the end of the code"));
        assert!(refused(&[0xf8, 0xf8]).starts_with("entry lies past the end of the code"));
    }
}
