//! The numbers in `co_linetable`.
//!
//! They are in groups of six bits, lowest first, and a signed one has its sign in its lowest bit:
//!
//! ```text
//! bit   7: never set
//!       6: set if the number continues in the next byte
//!     5-0: six bits of the number
//! ```
//!
//! Source: CPython's `InternalDocs/code_objects.md`.

use super::error::Error;
use super::reader::Reader;

const END: u8 = 0x80;
const MORE: u8 = 0x40;
const BITS: u32 = 6;

pub(super) fn read_byte(reader: &mut Reader) -> Result<u8, Error> {
    let byte = reader.byte()?;
    if byte & END != 0 {
        return Err(reader.error("entry is cut short"));
    }
    Ok(byte)
}

pub(super) fn read_number(reader: &mut Reader) -> Result<u32, Error> {
    let mut number: u64 = 0;
    for shift in (0..=30).step_by(6) {
        let byte = read_byte(reader)?;
        number |= u64::from(byte & (MORE - 1)) << shift;
        if byte & MORE == 0 {
            return u32::try_from(number).map_err(|_| reader.error("number is too large"));
        }
    }
    Err(reader.error("number is too large"))
}

pub(super) fn read_signed(reader: &mut Reader) -> Result<i64, Error> {
    let number = read_number(reader)?;
    let magnitude = i64::from(number >> 1);
    Ok(if number & 1 == 1 {
        -magnitude
    } else {
        magnitude
    })
}

pub(super) fn write_number(table: &mut Vec<u8>, mut number: u64) {
    loop {
        let [bits, ..] = number.to_le_bytes();
        number >>= BITS;
        let more = if number > 0 { MORE } else { 0 };
        table.push(more | bits & (MORE - 1));
        if number == 0 {
            return;
        }
    }
}

pub(super) fn write_signed(table: &mut Vec<u8>, number: i64) {
    write_number(table, number.unsigned_abs() << 1 | u64::from(number < 0));
}
