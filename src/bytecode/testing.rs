//! Small code objects, written with opcode names, for the tests of this room.

use super::opcodes::{Opcode, Version};
use super::{CodeParts, Injected, Probe, inject};

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

/// What begins a token, from the constant 7.
pub(super) const BEGIN: [(&str, u8); 2] = [("LOAD_CONST", 7), ("UNARY_INVERT", 0)];

/// What ends a token below the value that is returned.
pub(super) const END: [(&str, u8); 2] = [("SWAP", 2), ("POP_TOP", 0)];

/// `operator` for the token, on which so many values lie.
pub(super) fn on_the_token(operator: &'static str, values: u8) -> [(&'static str, u8); 3] {
    [("COPY", values + 1), (operator, 0), ("POP_TOP", 0)]
}

/// A generator's start and a yield, with this argument of `RESUME`.
pub(super) fn generator(resume: u8) -> Vec<(&'static str, u8)> {
    let start = [("RETURN_GENERATOR", 0), ("POP_TOP", 0), ("RESUME", 0)];
    let body = [
        ("LOAD_FAST", 0),
        ("YIELD_VALUE", 0),
        ("RESUME", resume),
        ("RETURN_VALUE", 0),
    ];
    [&start[..], &body].concat()
}

/// The code with a token from the constant 7.
pub(super) fn timed(version: Version, parts: &CodeParts) -> Injected {
    inject(version, parts, Probe::Time, 7).unwrap()
}

/// Why the code takes no token.
pub(super) fn refused(version: Version, parts: &CodeParts) -> String {
    let refused = inject(version, parts, Probe::Time, 7);
    refused.unwrap_err().to_string()
}
