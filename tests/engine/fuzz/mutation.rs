//! Inputs made from others by a few changes: some random, some aware of code units or table
//! entries.

use instrsh::bytecode::CodeParts;

use super::corpus::Input;
use super::random::Random;

/// No part grows longer, so that no input takes long.
const LONGEST: usize = 1 << 14;

/// Changes an input; `other` is what it may take something from.
pub(crate) fn mutate(random: &mut Random, input: &mut Input, other: &Input) {
    let rounds = 1 + random.below(4);
    for _ in 0..rounds {
        match random.below(16) {
            0 => input.version = other.version,
            1 => input.parts.first_line = random.signed(),
            2 => input.parts.stack_size = random.number(),
            3..=5 => blind(random, &mut input.parts, &other.parts),
            6..=10 => change_instructions(random, input),
            11..=13 => change_entries(random, &mut input.parts.exception_table),
            _ => change_entries(random, &mut input.parts.line_table),
        }
    }
    let parts = &mut input.parts;
    for part in [
        &mut parts.code,
        &mut parts.line_table,
        &mut parts.exception_table,
    ] {
        part.truncate(LONGEST);
    }
}

/// Anything at all.
pub(crate) fn noise(random: &mut Random) -> CodeParts {
    CodeParts {
        code: random.bytes(24),
        line_table: random.bytes(12),
        exception_table: random.bytes(12),
        first_line: random.signed(),
        stack_size: random.number(),
    }
}

/// Changes bytes without asking what they mean.
fn blind(random: &mut Random, parts: &mut CodeParts, other: &CodeParts) {
    let (part, other) = match random.below(3) {
        0 => (&mut parts.code, &other.code),
        1 => (&mut parts.line_table, &other.line_table),
        _ => (&mut parts.exception_table, &other.exception_table),
    };
    let at = random.below(part.len() + 1);
    let until = part.len().min(at + random.below(9));
    match random.below(6) {
        0 => drop(part.splice(at..until, random.bytes(8))),
        1 => drop(part.drain(at..until)),
        2 => part.truncate(at),
        3 => part.extend_from_within(at..until),
        4 => {
            let from = random.below(other.len() + 1);
            part.splice(at.., other[from..].iter().copied());
        }
        _ => {
            if let Some(byte) = part.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
    }
}

/// Changes an opcode or an argument, or puts in or takes out whole code units (2 bytes each).
fn change_instructions(random: &mut Random, Input { version, parts }: &mut Input) {
    let code = &mut parts.code;
    let opcodes: Vec<_> = version.opcodes().iter().collect();
    let at = random.below(code.len() / 2 + 1) * 2;
    let opcode = *random.pick(&opcodes);
    let argument = *random.pick(&[0, 1, 2, 127, 254, 255]);
    let rows = [
        [opcode.number, argument].to_vec(),
        [0, 0].repeat(opcode.caches.into()),
    ];
    match (random.below(6), code.get_mut(at..at + 2)) {
        (0, Some([number, _])) => {
            let caches = version.opcodes().get(*number).map(|it| it.caches);
            let alike = opcodes.iter().filter(|it| Some(it.caches) == caches);
            let alike: Vec<_> = alike.map(|it| it.number).collect();
            if !alike.is_empty() {
                *number = *random.pick(&alike);
            }
        }
        (1, Some([_, byte])) => *byte = argument,
        (2, Some([_, byte])) => *byte = byte.wrapping_add(1),
        (3, Some([_, byte])) => *byte = byte.wrapping_sub(1),
        (4, Some(_)) => drop(code.drain(at..at + 2)),
        _ => drop(code.splice(at..at, rows.concat())),
    }
}

/// Changes a table whose entries start with a byte of which bit 7 is set: an entry's head, one
/// of its numbers, or the order of the entries.
fn change_entries(random: &mut Random, table: &mut Vec<u8>) {
    let heads = (0..table.len()).filter(|at| table[*at] & 0x80 != 0);
    let heads: Vec<usize> = heads.chain([table.len()]).collect();
    let which = random.below(heads.len());
    let start = heads[which];
    let end = heads.get(which + 1).copied().unwrap_or(start);
    let entry = table[start..end].to_vec();
    let at = start + random.below(entry.len().max(1));
    match random.below(6) {
        0 => drop(table.drain(start..end)),
        1 => drop(table.splice(start..start, entry)),
        2 => table.extend(entry),
        3 => {
            // a number of many groups
            let groups = vec![0x40 | random.byte() & 0x3f; random.below(7)];
            let behind = (at + 1).min(table.len());
            table.splice(behind..behind, groups);
        }
        4 => {
            if let Some(byte) = table.get_mut(at) {
                *byte = *byte & 0xc0 | random.byte() & 0x3f;
            }
        }
        _ => {
            if let Some(head) = table.get_mut(start) {
                *head = 0x80 | random.byte();
            }
        }
    }
}
