//! `co_code` ⇄ whole instructions, with unchanged offsets.
//!
//! The code is a sequence of code units, 2 bytes each: an opcode and an argument byte.
//! An instruction is up to three prefixes that carry the higher bytes of the argument,
//! the opcode with the lowest byte, and the inline caches of the opcode, which are zero
//! until the interpreter specialises the instruction:
//!
//! ```text
//! EXTENDED_ARG 0x01 | LOAD_GLOBAL 0x02 | 0 0 | 0 0 | 0 0 | 0 0     LOAD_GLOBAL 258
//! ```
//!
//! A jump counts code units from the end of its caches, in all versions since 3.11.
//!
//! Source: CPython's `Lib/dis.py`, `_unpack_opargs` and `findlabels`.

use super::error::Error;
use super::instruction::Instruction;
use super::opcodes::{ArgumentKind, Opcode, Opcodes};

const PREFIXES: u8 = 3;

/// An encoded instruction. Offsets are in code units (2 bytes each).
pub(super) struct Encoded {
    /// The offset of its first prefix.
    pub(super) start: usize,
    /// The offset after its last cache.
    pub(super) end: usize,
    pub(super) prefixes: u8,
    pub(super) opcode: &'static Opcode,
    pub(super) argument: u32,
}

impl Encoded {
    /// The offset to which its argument refers. None if the argument is not a distance, or if the
    /// offset would be before the code.
    pub(super) fn target(&self) -> Option<usize> {
        let distance = self.argument as usize;
        match self.opcode.argument {
            ArgumentKind::Forward => self.end.checked_add(distance),
            ArgumentKind::Backward | ArgumentKind::Origin => self.end.checked_sub(distance),
            _ => None,
        }
    }
}

/// # Errors
///
/// If the code ends within an instruction, an opcode is unknown, there are more than
/// three prefixes, or a cache is not zero.
pub(super) fn read(opcodes: &'static Opcodes, code: &[u8]) -> Result<Vec<Encoded>, Error> {
    let (units, rest) = code.as_chunks();
    if !rest.is_empty() {
        return Err(Error::at_unit(units.len(), "half a code unit"));
    }
    let mut instructions = Vec::with_capacity(units.len());
    let mut start = 0;
    while start < units.len() {
        let instruction = read_instruction(opcodes, units, start)?;
        start = instruction.end;
        instructions.push(instruction);
    }
    Ok(instructions)
}

fn read_instruction(
    opcodes: &'static Opcodes,
    units: &[[u8; 2]],
    start: usize,
) -> Result<Encoded, Error> {
    let cut_short = || Error::at_unit(start, "instruction is cut short");
    let mut argument = 0;
    for prefixes in 0..=PREFIXES {
        let at = start + usize::from(prefixes);
        let &[number, byte] = units.get(at).ok_or_else(cut_short)?;
        let opcode = opcodes
            .get(number)
            .ok_or_else(|| Error::at_unit(at, format!("unknown opcode {number}")))?;
        argument = argument << 8 | u32::from(byte);
        if opcode.number == opcodes.extended_arg.number {
            continue;
        }
        let end = at + 1 + usize::from(opcode.caches);
        let caches = units.get(at + 1..end).ok_or_else(cut_short)?;
        if caches.iter().any(|cache| *cache != [0, 0]) {
            let sentence = format!("`{}` has a cache in use", opcode.name);
            return Err(Error::at_unit(at, sentence));
        }
        return Ok(Encoded {
            start,
            end,
            prefixes,
            opcode,
            argument,
        });
    }
    Err(Error::at_unit(start, "more than three `EXTENDED_ARG`"))
}

/// Writes an instruction with its prefixes.
pub(super) fn write(
    code: &mut Vec<u8>,
    opcodes: &Opcodes,
    instruction: &Instruction,
    argument: u32,
) {
    let [high @ .., low] = argument.to_be_bytes();
    let skipped = PREFIXES.saturating_sub(instruction.prefixes);
    for byte in high.into_iter().skip(skipped.into()) {
        code.extend([opcodes.extended_arg.number, byte]);
    }
    code.extend([instruction.opcode.number, low]);
    for _ in 0..instruction.opcode.caches {
        code.extend([0, 0]);
    }
}

/// The number of prefixes that an argument needs.
pub(super) fn prefixes(argument: u32) -> u8 {
    match argument {
        0..=0xff => 0,
        0x100..=0xffff => 1,
        0x1_0000..=0xff_ffff => 2,
        _ => PREFIXES,
    }
}
