//! Exception and line tables in all encodings that the formats allow, not only those that compilers
//! use. The formats are described in `src/bytecode/exception_table.rs` and `line_table.rs`.

use instrsh::bytecode::Location;

use super::random::Random;
use super::shape::{Range, Step};

/// What a line table counts from.
pub(crate) const FIRST_LINE: i32 = 3;

const MORE: u8 = 0x40;
const UNITS: usize = 8;

/// The groups of six bits of a number, lowest first, now and then with empty ones at the end.
fn groups(random: &mut Random, mut number: u64) -> Vec<u8> {
    let mut groups = Vec::new();
    loop {
        groups.push(number.to_le_bytes()[0] & (MORE - 1));
        number >>= 6;
        if number == 0 {
            break;
        }
    }
    if random.one_in(16) && groups.len() < 6 {
        groups.push(0);
    }
    groups
}

fn is_followed(groups: &mut [u8]) {
    if let [followed @ .., _] = groups {
        for group in followed {
            *group |= MORE;
        }
    }
}

pub(crate) fn exception_table(random: &mut Random, ranges: &[Range], starts: &[usize]) -> Vec<u8> {
    let mut table = Vec::new();
    for range in ranges {
        let length = starts[range.end] - starts[range.start];
        let depth_and_lasti = (range.depth as usize) << 1 | usize::from(range.lasti);
        let at = table.len();
        for number in [
            starts[range.start],
            length,
            starts[range.handler],
            depth_and_lasti,
        ] {
            let mut groups = groups(random, number as u64);
            groups.reverse();
            is_followed(&mut groups);
            table.extend(groups);
        }
        table[at] |= 0x80;
    }
    table
}

pub(crate) fn line_table(random: &mut Random, steps: &[Step], starts: &[usize]) -> Vec<u8> {
    let mut table = Vec::new();
    let mut line = i64::from(FIRST_LINE);
    let mut written = 0;
    for (index, step) in steps.iter().enumerate() {
        let next = steps.get(index + 1).map(|next| next.location);
        let is_last = next.is_none();
        if next == Some(step.location) && random.one_in(2) {
            continue; // one entry for both
        }
        if is_last && step.location.is_none() && random.one_in(2) {
            break; // none is also what is not there
        }
        let end = starts[index + 1];
        while written < end {
            let units = if random.one_in(8) {
                random.below(UNITS) + 1
            } else {
                UNITS
            };
            let units = units.min(end - written);
            let [length, ..] = (units - 1).to_le_bytes();
            table.extend(entry(random, length, step.location, &mut line));
            written += units;
        }
    }
    table
}

fn entry(
    random: &mut Random,
    length: u8,
    location: Option<Location>,
    last_line: &mut i64,
) -> Vec<u8> {
    let head = |kind: u8| 0x80 | kind << 3 | length;
    let Some(location) = location else {
        return vec![head(15)];
    };
    let lines = i64::from(location.line) - *last_line;
    *last_line += lines;
    let is_one_line = location.line == location.end_line;
    let small = |column: Option<u32>| u8::try_from(column?).ok().filter(|it| *it < 0x80);
    let columns = small(location.column).zip(small(location.end_column));
    let is_long = random.one_in(4);
    match (columns, u8::try_from(lines)) {
        (Some((column, end)), Ok(0))
            if is_one_line && !is_long && column < 80 && (column..column + 16).contains(&end) =>
        {
            return vec![head(column >> 3), (column & 7) << 4 | (end - column)];
        }
        (Some((column, end)), Ok(lines @ 0..3)) if is_one_line && !is_long => {
            return vec![head(10 + lines), column, end];
        }
        _ => {}
    }
    let signed = lines.unsigned_abs() << 1 | u64::from(lines < 0);
    let has_no_columns = location.column.is_none() && location.end_column.is_none();
    let mut numbers = vec![signed];
    let kind = if is_one_line && has_no_columns && !is_long {
        13
    } else {
        let from_one = |column: Option<u32>| column.map_or(0, |column| u64::from(column) + 1);
        numbers.push((location.end_line - location.line).into());
        numbers.extend([location.column, location.end_column].map(from_one));
        14
    };
    let mut entry = vec![head(kind)];
    for number in numbers {
        let mut groups = groups(random, number);
        is_followed(&mut groups);
        entry.extend(groups);
    }
    entry
}
