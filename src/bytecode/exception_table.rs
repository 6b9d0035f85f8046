//! `co_exceptiontable` ⇄ entries.
//!
//! Each entry is four numbers, in code units (2 bytes each) but for the last:
//!
//! ```text
//! start | length | handler | depth << 1 | lasti
//! ```
//!
//! and each number is written in groups of six bits, highest first:
//!
//! ```text
//! bit   7: set on the first byte of an entry, and only there
//!       6: set if the number continues in the next byte
//!     5-0: six bits of the number
//! ```
//!
//! Source: CPython's `InternalDocs/exception_handling.md`.

use super::error::{Error, Part};
use super::reader::Reader;

const FIRST: u8 = 0x80;
const MORE: u8 = 0x40;
const BITS: u32 = 6;

/// One entry. `start`, `end` and `handler` are in code units (2 bytes each).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) start: usize,
    /// After the last code unit covered.
    pub(super) end: usize,
    pub(super) handler: usize,
    /// Values that stay on the stack when the handler is entered.
    pub(super) depth: u32,
    /// Whether the offset of the raising instruction is pushed, too.
    pub(super) lasti: bool,
}

/// # Errors
///
/// If an entry is cut short, has a fifth number, or one that is too large.
pub(super) fn read(table: &[u8]) -> Result<Vec<Entry>, Error> {
    let mut reader = Reader::new(Part::ExceptionTable, table);
    let mut entries = Vec::new();
    while !reader.is_at_end() {
        let start = read_number(&mut reader, FIRST)?;
        let length = read_number(&mut reader, 0)?;
        let handler = read_number(&mut reader, 0)?;
        let depth_and_lasti = read_number(&mut reader, 0)?;
        entries.push(Entry {
            start,
            end: start.saturating_add(length),
            handler,
            depth: u32::try_from(depth_and_lasti >> 1)
                .map_err(|_| reader.error("stack depth is too large"))?,
            lasti: depth_and_lasti & 1 == 1,
        });
    }
    Ok(entries)
}

/// Reads a number whose first byte has `mark` in bit 7.
fn read_number(reader: &mut Reader, mark: u8) -> Result<usize, Error> {
    let mut number: usize = 0;
    let mut mark = mark;
    loop {
        let byte = reader.byte()?;
        if byte & FIRST != mark {
            return Err(reader.error("entry does not have four numbers"));
        }
        number = number
            .checked_mul(1 << BITS)
            .ok_or_else(|| reader.error("number is too large"))?
            | usize::from(byte & (MORE - 1));
        if byte & MORE == 0 {
            return Ok(number);
        }
        mark = 0;
    }
}

/// A range that ends before it starts is written as an empty one.
pub(super) fn write(entries: &[Entry]) -> Vec<u8> {
    let mut table = Vec::new();
    for entry in entries {
        write_number(&mut table, entry.start, FIRST);
        write_number(&mut table, entry.end.saturating_sub(entry.start), 0);
        write_number(&mut table, entry.handler, 0);
        let depth_and_lasti = (entry.depth as usize) << 1 | usize::from(entry.lasti);
        write_number(&mut table, depth_and_lasti, 0);
    }
    table
}

/// Writes a number, with `mark` in bit 7 of its first byte.
fn write_number(table: &mut Vec<u8>, number: usize, mark: u8) {
    let groups = (usize::BITS - number.leading_zeros()).div_ceil(BITS).max(1);
    for group in (0..groups).rev() {
        let [bits, ..] = (number >> (group * BITS)).to_le_bytes();
        let more = if group > 0 { MORE } else { 0 };
        let mark = if group + 1 == groups { mark } else { 0 };
        table.push(mark | more | bits & (MORE - 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(start: usize, end: usize, handler: usize, depth: u32, lasti: bool) -> Entry {
        Entry {
            start,
            end,
            handler,
            depth,
            lasti,
        }
    }

    #[test]
    fn the_example_of_the_format_is_read_and_written() {
        // InternalDocs/exception_handling.md: start 20, end 28, handler 100, depth 3, no lasti.
        let table = [148, 8, 65, 36, 6];
        let entries = read(&table).unwrap();
        assert_eq!(entries, [entry(20, 28, 100, 3, false)]);
        assert_eq!(write(&entries), table);
    }

    #[test]
    fn numbers_at_their_limits_survive() {
        for number in [0, 1, 63, 64, 4095, 4096, 1 << 18, u32::MAX as usize] {
            let entries = [
                entry(number, number, number, 0, true),
                entry(0, number, 0, u32::MAX, false),
            ];
            assert_eq!(read(&write(&entries)).unwrap(), entries);
        }
    }

    #[test]
    fn broken_tables_are_refused() {
        let refused = |table: &[u8]| read(table).unwrap_err().to_string();
        assert_eq!(
            refused(&[148, 8, 65]),
            "entry is cut short at byte 3 of the exception table"
        );
        assert!(refused(&[20, 8, 65, 36, 6]).starts_with("entry does not have four numbers"));
        assert!(refused(&[148, 8, 65, 164, 6]).starts_with("entry does not have four numbers"));
        let mut long = vec![0xff];
        long.extend([0x7f; 12]);
        assert!(refused(&long).starts_with("number is too large"));
    }
}
