//! Small code objects, written with opcode names, for the tests of this room.

use super::CodeParts;
use super::opcodes::{Opcode, Version};

pub(super) fn opcode(version: Version, name: &str) -> &'static Opcode {
    let mut opcodes = version.opcodes().iter();
    opcodes.find(|opcode| opcode.name == name).unwrap()
}

/// Code units for opcodes and argument bytes, with their caches.
pub(super) fn assemble(version: Version, rows: &[(&str, u8)]) -> Vec<u8> {
    let mut code = Vec::new();
    for (name, argument) in rows {
        let opcode = opcode(version, name);
        code.extend([opcode.number, *argument]);
        code.extend([0, 0].repeat(opcode.caches.into()));
    }
    code
}

/// A code object of these instructions, on line 1, without locations or exceptions.
pub(super) fn parts(version: Version, rows: &[(&str, u8)]) -> CodeParts {
    CodeParts {
        code: assemble(version, rows),
        first_line: 1,
        ..CodeParts::default()
    }
}
