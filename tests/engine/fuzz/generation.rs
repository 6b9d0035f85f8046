//! Whole code objects that are valid by construction, and what they must be read as.
//!
//! A code object is a sequence of statements. The stack is empty before each, and only there
//! jumps land; a handler is any instruction before which the stack holds enough for it:
//!
//! ```text
//!     (some instructions) RESUME 0
//!     LOAD_FAST 3 | GET_ITER | POP_TOP
//!     LOAD_CONST 0 | POP_JUMP_IF_TRUE -> the next statement but five
//!     ...
//!     LOAD_CONST 0 | RETURN_VALUE
//! ```
//!
//! Each statement is reached: where the one before leaves, a jump lands.
//! How many prefixes a jump has is chosen before its target, and the target often where the
//! argument just fits in, so that any insertion on the way makes it grow.
//! The bytes are written here and not by the codec, which therefore cannot be wrong in the same way.

use instrsh::bytecode::opcodes::{ArgumentKind, Opcode};
use instrsh::bytecode::{CodeParts, Location, Version};

use super::corpus::Input;
use super::properties::location;
use super::random::Random;
use super::shape::{Operand, Range, Shape, Step};
use super::tables;

/// Values that a statement has on the stack at most.
const DEEPEST: i64 = 40;
/// Code units (2 bytes each) that a statement takes at most, with room to spare.
const STATEMENT: usize = 200;
const PREFIXES: usize = 3;

/// A valid code object of about `size` instructions.
pub(crate) fn generate(random: &mut Random, version: Version, size: usize) -> (Input, Shape) {
    let mut writer = Writer::new(random, version);
    writer.prologue();
    while writer.steps.len() < size {
        writer.statement();
        writer.land();
    }
    writer.close();
    let ranges = writer.ranges();
    let (code, starts) = (writer.code, writer.starts);
    let steps = writer.steps;
    let shape = Shape { steps, ranges };
    let parts = CodeParts {
        exception_table: tables::exception_table(random, &shape.ranges, &starts),
        line_table: tables::line_table(random, &shape.steps, &starts),
        code,
        first_line: tables::FIRST_LINE,
        stack_size: random.number(),
    };
    (Input { version, parts }, shape)
}

struct Writer<'a> {
    random: &'a mut Random,
    /// All but `EXTENDED_ARG`.
    opcodes: Vec<&'static Opcode>,
    /// Those with a label.
    labelled: Vec<&'static Opcode>,
    /// The number of the prefix.
    extended_arg: u8,
    code: Vec<u8>,
    steps: Vec<Step>,
    /// The start of each step in code units, and after the last one the end of the code.
    starts: Vec<usize>,
    /// How deep the stack is before each step.
    depths: Vec<i64>,
    depth: i64,
    /// Before which steps a statement starts.
    statements: Vec<usize>,
    /// The jumps forward that have no target yet, and how many prefixes each has.
    waiting: Vec<(usize, usize)>,
    /// A location is often that of the instruction before.
    location: Option<Location>,
}

impl<'a> Writer<'a> {
    fn new(random: &'a mut Random, version: Version) -> Self {
        let all = version.opcodes().iter();
        let (prefixes, opcodes): (Vec<_>, Vec<&'static Opcode>) =
            all.partition(|it| it.name == "EXTENDED_ARG");
        Self {
            random,
            labelled: opcodes
                .iter()
                .copied()
                .filter(|it| it.has_label())
                .collect(),
            opcodes,
            extended_arg: prefixes[0].number,
            code: Vec::new(),
            steps: Vec::new(),
            starts: vec![0],
            depths: Vec::new(),
            depth: 0,
            statements: vec![0],
            waiting: Vec::new(),
            location: None,
        }
    }

    fn prologue(&mut self) {
        if self.random.one_in(2) {
            self.push_named("RETURN_GENERATOR", 0);
            self.push_named("POP_TOP", 0);
        }
        self.push_named("RESUME", 0);
        self.statements.push(self.steps.len());
    }

    /// A few instructions that leave the stack empty, or leave.
    fn statement(&mut self) {
        for _ in 0..self.random.below(8) {
            let from = if self.random.one_in(3) {
                &self.labelled
            } else {
                &self.opcodes
            };
            let opcode = *self.random.pick(from);
            if opcode.ends_block && self.waiting.is_empty() {
                continue;
            }
            let pushed = if opcode.has_label() {
                self.push_labelled(opcode)
            } else {
                let number = self.random.number();
                let small = u32::from(self.random.byte() & 7);
                let value = *self.random.pick(&[small, small, small, number]);
                self.push_if_fits(opcode, value)
            };
            if pushed && opcode.ends_block {
                self.depth = 0;
                let (jump, _) = self.waiting.remove(0);
                self.land_here(jump);
                break;
            }
        }
        while self.depth > 0 {
            self.push_named("POP_TOP", 0);
        }
        self.statements.push(self.steps.len());
    }

    /// Whether the stack may change by this much.
    fn fits(&self, effect: i64) -> bool {
        (0..DEEPEST).contains(&(self.depth + effect))
    }

    fn push_if_fits(&mut self, opcode: &'static Opcode, value: u32) -> bool {
        let fits = self.fits(opcode.stack_effect(value, false));
        if fits {
            let least = prefixes(value as usize);
            let more = if self.random.one_in(16) { PREFIXES } else { 0 };
            self.push(opcode, Operand::Value(value), value, least.max(more));
        }
        fits
    }

    fn push_named(&mut self, name: &str, value: u32) {
        let fits = self.push_if_fits(self.opcode(name), value);
        assert!(fits, "`{name}` fits on a stack of {}", self.depth);
    }

    fn opcode(&self, name: &str) -> &'static Opcode {
        let opcode = self.opcodes.iter().find(|it| it.name == name);
        opcode.expect("each version has it")
    }

    /// With the label of a statement before, or of one that is not there yet. Where it jumps, the stack
    /// is empty.
    fn push_labelled(&mut self, opcode: &'static Opcode) -> bool {
        let lands = !opcode.is_jump() || self.depth + opcode.stack_effect(0, true) == 0;
        if !lands || !self.fits(opcode.stack_effect(0, false)) {
            return false;
        }
        if opcode.argument == ArgumentKind::Forward {
            let prefixes = usize::from(self.random.one_in(3));
            let many = self.waiting.len() >= 32;
            if !many {
                self.waiting.push((self.steps.len(), prefixes));
                self.push(opcode, Operand::Target(0), 0, prefixes);
            }
            return !many;
        }
        let back = self.random.below(self.statements.len().min(80)) + 1;
        let target = self.statements[self.statements.len() - back];
        let shortest = self.end() + 1 + usize::from(opcode.caches) - self.starts[target];
        let fitting = (0..=PREFIXES).find(|count| prefixes(shortest + count) <= *count);
        let count = fitting.expect("three prefixes are enough");
        let distance = u32::try_from(shortest + count).expect("three prefixes are enough");
        self.push(opcode, Operand::Target(target), distance, count);
        true
    }

    fn push(&mut self, opcode: &'static Opcode, operand: Operand, argument: u32, prefixes: usize) {
        if self.random.one_in(2) {
            self.location = location(self.random);
        }
        self.depths.push(self.depth);
        self.steps.push(Step {
            opcode,
            operand,
            location: self.location,
        });
        let [high @ .., low] = argument.to_be_bytes();
        for byte in &high[PREFIXES - prefixes..] {
            self.code.extend([self.extended_arg, *byte]);
        }
        self.code.extend([opcode.number, low]);
        self.code.extend([0, 0].repeat(opcode.caches.into()));
        self.starts.push(self.code.len() / 2);
        let effect = match operand {
            Operand::Value(value) => opcode.stack_effect(value, false),
            Operand::Target(_) => opcode.stack_effect(0, false),
        };
        self.depth += effect;
    }

    fn end(&self) -> usize {
        self.code.len() / 2
    }

    /// Makes some jumps end here, and those that otherwise could not reach any further, as far off
    /// as they can.
    fn land(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_unstable_by_key(|jump| self.furthest(*jump));
        for jump in waiting {
            let furthest = self.furthest(jump);
            if self.end() + STATEMENT > furthest {
                if self.random.one_in(12) {
                    let short = self.random.below(3);
                    self.fill(furthest - short);
                }
                self.land_here(jump.0);
            } else if self.random.one_in(16) {
                self.land_here(jump.0);
            } else {
                self.waiting.push(jump);
            }
        }
    }

    /// Fills up to this code unit with code units that do nothing.
    fn fill(&mut self, end: usize) {
        while self.end() < end {
            self.push(self.opcode("NOP"), Operand::Value(0), 0, 0);
        }
        self.statements.push(self.steps.len());
    }

    /// The code unit that a waiting jump can reach with its prefixes.
    fn furthest(&self, (step, prefixes): (usize, usize)) -> usize {
        self.starts[step + 1] + (1 << (8 * (prefixes + 1))) - 1
    }

    /// Makes the jump end at the next step.
    fn land_here(&mut self, step: usize) {
        let after = self.starts[step + 1];
        let distance = u32::try_from(self.end() - after).expect("it is in reach");
        self.steps[step].operand = Operand::Target(self.steps.len());
        let at = self.starts[step] * 2;
        let caches = usize::from(self.steps[step].opcode.caches);
        let arguments = self.code[at..(after - caches) * 2].iter_mut().skip(1);
        let bytes = distance.to_be_bytes().into_iter().rev();
        for (argument, byte) in arguments.step_by(2).rev().zip(bytes) {
            *argument = byte;
        }
    }

    /// The last statement, to which all jumps lead that have no target yet.
    fn close(&mut self) {
        for (step, _) in std::mem::take(&mut self.waiting) {
            self.land_here(step);
        }
        self.push_named("LOAD_CONST", 0);
        self.push_named("RETURN_VALUE", 0);
    }

    fn ranges(&mut self) -> Vec<Range> {
        let mut ranges = Vec::new();
        for _ in 0..self.random.below(6) {
            let handler = self.random.below(self.steps.len());
            let lasti = self.random.one_in(2);
            let kept = self.depths[handler] - 1 - i64::from(lasti);
            let [one, other] = [(); 2].map(|()| self.random.below(self.steps.len() + 1));
            if let Ok(depth) = u32::try_from(kept) {
                ranges.push(Range {
                    start: one.min(other),
                    end: one.max(other),
                    handler,
                    depth,
                    lasti,
                });
            }
        }
        ranges
    }
}

/// How many prefixes an argument needs.
fn prefixes(argument: usize) -> usize {
    (1..=PREFIXES)
        .filter(|count| argument >> (8 * count) > 0)
        .count()
}
