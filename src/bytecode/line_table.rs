//! Entries of `co_linetable` ⇄ locations; [`locations`](super::locations) has whole tables.
//!
//! An entry gives the location of 1 to 8 code units (2 bytes each):
//!
//! ```text
//! 1 kind(4 bits) units-1(3 bits) | what the kind needs; bit 7 is never set
//! ```
//!
//! | kind  | name      | what follows                                                        |
//! |-------|-----------|---------------------------------------------------------------------|
//! | 0-9   | short     | a byte: column = kind << 3 \| byte >> 4, end = column + byte & 15   |
//! | 10-12 | one line  | line += kind - 10; column and end column as bytes                   |
//! | 13    | no column | line += signed                                                      |
//! | 14    | long      | line += signed; end line - line, column + 1, end column + 1 (0: no) |
//! | 15    | none      | nothing: these units have no location                               |
//!
//! Lines count on from the entry before, starting at `co_firstlineno`. For numbers see
//! [`varint`](super::varint).
//!
//! Source: CPython's `InternalDocs/code_objects.md`; which kind is written, and that
//! a range is cut after each eighth unit, is the rule of `Python/assemble.c`.

use super::error::Error;
use super::reader::Reader;
use super::varint::{read_byte, read_number, read_signed, write_number, write_signed};

const FIRST: u8 = 0x80;
/// The most code units (2 bytes each) that an entry covers.
pub(super) const UNITS: usize = 8;

const ONE_LINE: u8 = 10;
const NO_COLUMN: u8 = 13;
const LONG: u8 = 14;
const NONE: u8 = 15;

/// The source location of an instruction. Lines count from 1, and a module starts on line 0;
/// columns count from 0, in bytes of UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    pub line: u32,
    pub end_line: u32,
    pub column: Option<u32>,
    pub end_column: Option<u32>,
}

impl Location {
    /// Whether it does not end before it starts, and its numbers are in range.
    fn is_representable(&self) -> bool {
        let columns = [self.column, self.end_column];
        self.line <= self.end_line
            && i32::try_from(self.end_line).is_ok()
            && !columns.contains(&Some(u32::MAX))
    }
}

/// Reads an entry: the number of code units (2 bytes each) that it covers, and their location.
/// `line` is the line of the previous entry.
///
/// # Errors
///
/// If it is cut short, or a number is out of range.
#[inline]
pub(super) fn read(
    reader: &mut Reader,
    line: &mut i64,
) -> Result<(usize, Option<Location>), Error> {
    let head = reader.byte()?;
    if head & FIRST == 0 {
        return Err(reader.error("entry continues past its end"));
    }
    let location = read_location(reader, head >> 3 & 15, line)?;
    Ok((usize::from(head & 7) + 1, location))
}

fn read_location(reader: &mut Reader, kind: u8, line: &mut i64) -> Result<Option<Location>, Error> {
    if kind == NONE {
        return Ok(None);
    }
    *line += match kind {
        0..ONE_LINE => 0,
        ONE_LINE..NO_COLUMN => i64::from(kind - ONE_LINE),
        _ => read_signed(reader)?,
    };
    let (more_lines, column, end_column) = match kind {
        0..ONE_LINE => {
            let byte = read_byte(reader)?;
            let column = u32::from(kind << 3 | byte >> 4);
            (0, Some(column), Some(column + u32::from(byte & 15)))
        }
        ONE_LINE..NO_COLUMN => {
            let column = read_byte(reader)?;
            (0, Some(column.into()), Some(read_byte(reader)?.into()))
        }
        NO_COLUMN => (0, None, None),
        _ => {
            let more_lines = read_number(reader)?;
            let column = read_number(reader)?.checked_sub(1);
            (more_lines, column, read_number(reader)?.checked_sub(1))
        }
    };
    Ok(Some(Location {
        line: checked_line(reader, *line)?,
        end_line: checked_line(reader, *line + i64::from(more_lines))?,
        column,
        end_column,
    }))
}

/// A line that fits in CPython's `int` and is not negative.
fn checked_line(reader: &Reader, line: i64) -> Result<u32, Error> {
    i32::try_from(line)
        .and_then(u32::try_from)
        .map_err(|_| reader.error(format!("line {line} is out of range")))
}

/// Writes an entry for this many code units (2 bytes each), at most [`UNITS`]. `line` is the line
/// of the previous entry.
///
/// # Errors
///
/// If the location cannot be encoded, or its line is too far from the previous one.
pub(super) fn write(
    table: &mut Vec<u8>,
    units: usize,
    location: Option<Location>,
    line: &mut i64,
) -> Result<(), Error> {
    let [length, ..] = units.saturating_sub(1).to_le_bytes();
    let head = |kind: u8| FIRST | kind << 3 | length & 7;
    let Some(location) = location else {
        table.push(head(NONE));
        return Ok(());
    };
    let lines = i64::from(location.line) - *line;
    if !location.is_representable() || i32::try_from(lines).is_err() {
        let sentence = format!("no entry can lead to line {} from {line}", location.line);
        return Err(Error::whole(sentence));
    }
    let more_lines = location.end_line.saturating_sub(location.line);
    *line += lines;

    let small = |number: i64| u8::try_from(number).ok().filter(|byte| *byte < FIRST);
    let column = location.column.map(i64::from);
    let end_column = location.end_column.map(i64::from);
    match (
        more_lines,
        small(lines),
        column.and_then(small),
        end_column.and_then(small),
    ) {
        (0, Some(0), Some(column @ 0..80), Some(end)) if (column..column + 16).contains(&end) => {
            table.extend([head(column >> 3), (column & 7) << 4 | (end - column)]);
        }
        (0, Some(lines @ 0..3), Some(column), Some(end)) => {
            table.extend([head(ONE_LINE + lines), column, end]);
        }
        (0, ..) if column.is_none() && end_column.is_none() => {
            table.push(head(NO_COLUMN));
            write_signed(table, lines);
        }
        _ => {
            table.push(head(LONG));
            write_signed(table, lines);
            write_number(table, more_lines.into());
            write_number(table, column.map_or(0, |column| column.unsigned_abs() + 1));
            write_number(table, end_column.map_or(0, |end| end.unsigned_abs() + 1));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::error::Part;
    use super::*;

    fn location(line: u32, end_line: u32, columns: Option<(u32, u32)>) -> Location {
        Location {
            line,
            end_line,
            column: columns.map(|(column, _)| column),
            end_column: columns.map(|(_, end)| end),
        }
    }

    fn entry(table: &[u8], line: i64) -> Result<(usize, Option<Location>), Error> {
        read(&mut Reader::new(Part::LineTable, table), &mut { line })
    }

    /// What is written for one unit on line 10 after line 10, and that it reads back.
    fn written(location: Location) -> Vec<u8> {
        let mut table = Vec::new();
        write(&mut table, 1, Some(location), &mut 10).unwrap();
        assert_eq!(entry(&table, 10).unwrap(), (1, Some(location)));
        table
    }

    #[test]
    fn each_kind_is_chosen_as_the_compiler_chooses_it() {
        let kind = |location| written(location)[0] >> 3 & 15;
        assert_eq!(kind(location(10, 10, Some((0, 15)))), 0);
        assert_eq!(kind(location(10, 10, Some((79, 94)))), 9);
        assert_eq!(kind(location(10, 10, Some((79, 95)))), ONE_LINE);
        assert_eq!(kind(location(10, 10, Some((80, 80)))), ONE_LINE);
        assert_eq!(kind(location(10, 10, Some((9, 8)))), ONE_LINE);
        assert_eq!(kind(location(12, 12, Some((127, 127)))), ONE_LINE + 2);
        assert_eq!(kind(location(12, 12, Some((127, 128)))), LONG);
        assert_eq!(kind(location(13, 13, Some((0, 0)))), LONG);
        assert_eq!(kind(location(9, 9, Some((0, 0)))), LONG);
        assert_eq!(kind(location(10, 11, Some((0, 0)))), LONG);
        assert_eq!(kind(location(9, 9, None)), NO_COLUMN);
        assert_eq!(kind(location(10, 11, None)), LONG);
        assert_eq!(entry(&[FIRST | NONE << 3 | 7], 10), Ok((8, None)));
    }

    #[test]
    fn numbers_at_their_limits_survive() {
        let last = i32::MAX.unsigned_abs();
        for line in [0, 9, 10, 41, 42, 43, 4096, last] {
            written(location(line, line, None));
            written(location(line, last, Some((u32::MAX - 1, 63))));
            written(location(line, last, Some((62, 64))));
        }
        let half = Location {
            line: 1,
            end_line: 1,
            column: None,
            end_column: Some(4),
        };
        written(half);
    }

    #[test]
    fn a_location_that_would_read_as_another_one_is_not_written() {
        let last = i32::MAX.unsigned_abs();
        let refuses = |location, mut line: i64| {
            let written = write(&mut Vec::new(), 1, Some(location), &mut line);
            written.is_err()
        };
        assert!(!refuses(location(last, last, None), 0));
        assert!(refuses(location(last, last, None), -1), "too far");
        assert!(refuses(location(last + 1, last + 1, None), 1), "too large");
        assert!(refuses(location(2, 1, None), 1), "ends before it starts");
        assert!(refuses(location(1, 1, Some((0, u32::MAX))), 1), "column");
    }

    #[test]
    fn broken_entries_are_refused() {
        let refused = |table: &[u8]| entry(table, 1).unwrap_err().to_string();
        assert_eq!(
            refused(&[0x80]),
            "entry is cut short at byte 1 of the line table"
        );
        assert!(refused(&[0xd0, 1, 0x80]).starts_with("entry is cut short"));
        assert!(refused(&[0]).starts_with("entry continues past its end"));
        assert!(refused(&[0xe8, 5]).starts_with("line -1 is out of range"));
        assert!(refused(&[0xe8, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x3f]).starts_with("number is too"));
        assert!(refused(&[0xe8, 0x7e, 0x7f, 0x7f, 0x7f, 0x7f, 3]).starts_with("line 2147483648"));
    }
}
