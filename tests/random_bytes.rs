//! Whatever bytes it is given, the room `bytecode` answers or refuses; it never panics,
//! and what it has read it writes and reads again the same.
//!
//! Deterministic: the numbers come from one xorshift.

use instrsh::bytecode::{Code, CodeParts, Version, disassemble, inject_entry_hook};

const ROUNDS: usize = 20_000;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        let number = usize::from_le_bytes(self.next().to_le_bytes());
        number % limit
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    fn line(&mut self) -> i32 {
        let [a, b, c, d, ..] = self.next().to_le_bytes();
        i32::from_le_bytes([a, b, c, d])
    }

    /// Known opcodes with small arguments and clean caches, so that many get further
    /// than the first instruction.
    fn instructions(&mut self, version: Version) -> Vec<u8> {
        let opcodes: Vec<_> = version.opcodes().iter().collect();
        let mut code = Vec::new();
        for _ in 0..self.below(12) {
            let opcode = opcodes[self.below(opcodes.len())];
            let argument = self.next().to_le_bytes()[0] & 7;
            code.extend([opcode.number, argument]);
            code.extend([0, 0].repeat(opcode.caches.into()));
        }
        code
    }

    /// Entries of four small numbers.
    fn exception_table(&mut self) -> Vec<u8> {
        let mut table = self.bytes(8);
        for (index, byte) in table.iter_mut().enumerate() {
            *byte = *byte & 7 | if index % 4 == 0 { 0x80 } else { 0 };
        }
        table
    }
}

/// Whether the parts could be read.
fn check(version: Version, parts: &CodeParts) -> bool {
    let _ = inject_entry_hook(version, parts, 300);
    let listed = disassemble(version, parts).is_ok();
    let Ok(mut code) = Code::read(version, parts) else {
        assert!(!listed);
        return false;
    };
    let _ = code.stack_depth();
    let written = code.write().expect("what was read can be written");
    assert_eq!(
        written.code, parts.code,
        "only tables may be written otherwise"
    );
    let mut again = Code::read(version, &written).expect("what was written can be read");
    assert_eq!(again, code);
    assert_eq!(again.write(), Ok(written));
    true
}

#[test]
fn random_bytes_never_panic() {
    for version in Version::ALL {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for _ in 0..ROUNDS {
            let parts = CodeParts {
                code: random.bytes(24),
                line_table: random.bytes(12),
                exception_table: random.bytes(12),
                first_line: random.line(),
                stack_size: 0,
            };
            check(version, &parts);
        }
    }
}

#[test]
fn random_instructions_are_written_as_they_were_read() {
    for version in Version::ALL {
        let mut random = Random(0xdead_beef_cafe_f00d);
        let mut read = 0;
        for _ in 0..ROUNDS {
            let plain = CodeParts {
                code: random.instructions(version),
                first_line: 1,
                ..CodeParts::default()
            };
            let with_tables = CodeParts {
                line_table: random.bytes(8),
                exception_table: random.exception_table(),
                ..plain.clone()
            };
            read += usize::from(check(version, &plain));
            read += usize::from(check(version, &with_tables));
        }
        assert!(read > ROUNDS / 10, "{version}: only {read} could be read");
    }
}
