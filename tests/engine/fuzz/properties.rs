//! Properties that hold for any input bytes.
//!
//! Other parameters, such as the index of the hook's constant or the edit to make, are derived from
//! the input itself, so that failures can be reproduced.

use instrsh::bytecode::opcodes::{ArgumentKind, Opcode};
use instrsh::bytecode::{
    Argument, Code, CodeParts, Element, Error, Injected, Instruction, Label, Location, Part, Probe,
    Version, disassemble, inject,
};

use super::corpus::Input;
use super::random::Random;
use super::shape::{Operand, Shape, Step};
use super::timed::has_token;

/// How far an input came.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each tells of another attempt"
)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// It could be read, and then was written and read again.
    pub(crate) decoded: bool,
    /// It took the entry hook.
    pub(crate) hooked: bool,
    /// It took a token.
    pub(crate) timed: bool,
    /// It could be written after random edits.
    pub(crate) edited: bool,
}

/// # Panics
///
/// If a property does not hold.
pub(crate) fn check(Input { version, parts }: &Input) -> Outcome {
    let version = *version;
    let mut random = Random::of(&[&parts.code[..], &parts.line_table].concat());
    let constant = random.number();
    let injected = inject(version, parts, Probe::Count, constant);
    let timed = inject(version, parts, Probe::Time, constant);
    let listed = disassemble(version, parts);
    let code = match Code::read(version, parts) {
        Ok(code) => code,
        Err(error) => {
            lies_within(&error, parts);
            assert_eq!(listed.err().as_ref(), Some(&error));
            assert_eq!(timed.err().as_ref(), Some(&error));
            assert_eq!(injected.err(), Some(error));
            return Outcome::default();
        }
    };
    let lines = listed.expect("what can be read can be listed").lines;
    assert_eq!(lines.len(), code.instructions().count());
    is_stable(version, parts, &code);
    if let Err(error) = &injected {
        is_refused_rightly(&code, error, parts);
    }
    match &timed {
        Ok(timed) => has_token(version, &code, timed),
        Err(error) => lies_within(error, parts),
    }
    Outcome {
        decoded: true,
        hooked: injected
            .inspect(|injected| has_hook(version, parts, &code, injected, constant))
            .is_ok(),
        timed: timed.is_ok(),
        edited: takes_edits(version, parts.first_line, code, &mut random),
    }
}

/// An error names a byte that the part has, or its end.
fn lies_within(error: &Error, parts: &CodeParts) {
    let Some((part, offset)) = error.place() else {
        return;
    };
    let bytes = match part {
        Part::Code => &parts.code,
        Part::LineTable => &parts.line_table,
        Part::ExceptionTable => &parts.exception_table,
    };
    assert!(offset <= bytes.len(), "{error}, which has {}", bytes.len());
}

/// What was read is written to the same code, and reads and writes again the same.
fn is_stable(version: Version, parts: &CodeParts, code: &Code) {
    let written = code.clone().write();
    let written = written.expect("what was read can be written");
    assert!(written.code == parts.code, "the code is written otherwise");
    assert_eq!(written.first_line, parts.first_line);
    assert_eq!(written.stack_size, parts.stack_size);
    let mut again = Code::read(version, &written).expect("what was written can be read");
    assert!(again == *code, "it reads otherwise than it was written");
    assert!(again.write() == Ok(written), "it is written otherwise");
}

/// A code object is refused the hook only if it has no body, or its stack is in doubt.
fn is_refused_rightly(code: &Code, error: &Error, parts: &CodeParts) {
    lies_within(error, parts);
    if code.body().is_some() {
        match code.stack_depth() {
            Err(doubt) => assert_eq!(*error, doubt),
            Ok(depth) => assert_eq!(depth, u32::MAX, "{error}"),
        }
    }
}

/// The three instructions come after the first `RESUME 0`, and everything else is as before.
fn has_hook(version: Version, parts: &CodeParts, code: &Code, injected: &Injected, constant: u32) {
    let after = Code::read(version, &injected.parts).expect("what was written can be read");
    let before = Shape::of(code);
    let is_start = |it: &Step| it.opcode.name == "RESUME" && it.operand == Operand::Value(0);
    let resume = before.steps.iter().position(is_start);
    let body = resume.expect("it has a body") + 1;
    let hook = [
        ("LOAD_CONST", constant),
        ("UNARY_INVERT", 0),
        ("POP_TOP", 0),
    ];
    let hook = hook.map(|(name, value)| Step {
        opcode: opcode(version, name),
        operand: Operand::Value(value),
        location: None,
    });
    before.with(body, hook.to_vec()).is_that_of(&after);

    let listed = disassemble(version, &injected.parts).expect("what can be read can be listed");
    let end = injected.parts.code.len();
    let unit = |index: usize| listed.lines.get(index).map_or(end, |line| line.offset) / 2;
    let bounds = [unit(body), unit(body + hook.len())];
    assert_eq!(injected.ranges.len(), 1);
    assert_eq!([injected.ranges[0].start, injected.ranges[0].end], bounds);
    assert_eq!(injected.parts.first_line, parts.first_line);
    let depth = after.stack_depth().expect("the stack is in no doubt");
    assert_eq!(injected.parts.stack_size, parts.stack_size.max(depth));
}

/// Instructions put in anywhere stay what they are. False if they are refused, which they may be:
///
/// - if a jump's target then lies the other way: that of a jump put in, or of one back to the
///   very next instruction;
/// - if they are too many lines after a first line that is negative.
fn takes_edits(version: Version, first_line: i32, mut code: Code, random: &mut Random) -> bool {
    let labels: Vec<Label> = code
        .elements()
        .iter()
        .filter_map(|element| match element {
            Element::Label(label) => Some(*label),
            Element::Instruction(_) => None,
        })
        .collect();
    // A jump or a handler cannot lead to the end of the code; no other label may be there.
    let targets = match code.elements().last() {
        Some(Element::Label(_)) => &labels[..labels.len() - 1],
        _ => &labels[..],
    };
    let opcodes: Vec<&'static Opcode> = version.opcodes().iter().collect();
    let before = Shape::of(&code);
    let leads_nowhere = |(index, step): (usize, &Step)| {
        step.opcode.argument != ArgumentKind::Forward && step.operand == Operand::Target(index + 1)
    };
    let mut steps = before.steps.iter().enumerate();
    let mut may_refuse = first_line < 0 || steps.any(leads_nowhere);
    for _ in 0..=random.below(3) {
        let many = if random.one_in(16) { 300 } else { 4 };
        let mut inserted = Vec::new();
        for _ in 0..random.below(many) {
            let opcode = *random.pick(&opcodes);
            if opcode.name == "EXTENDED_ARG" || (opcode.has_label() && targets.is_empty()) {
                continue;
            }
            let mut instruction = Instruction::new(opcode, random.number());
            instruction.location = location(random);
            if opcode.has_label() {
                instruction.argument = Argument::Label(*random.pick(targets));
                may_refuse = true;
            }
            inserted.push(instruction);
        }
        let position = random.below(code.elements().len() + 1);
        code.insert(position, inserted);
    }
    match code.write() {
        Ok(written) => {
            let mut again = Code::read(version, &written).expect("what was written can be read");
            assert!(again == code, "it reads otherwise than it was edited");
            assert!(again.write() == Ok(written), "it is written otherwise");
            true
        }
        Err(error) => {
            assert!(may_refuse, "{error}");
            false
        }
    }
}

fn opcode(version: Version, name: &str) -> &'static Opcode {
    let opcode = version.opcodes().iter().find(|it| it.name == name);
    opcode.expect("each version has it")
}

/// Any location that a line table can hold, and often none.
pub(crate) fn location(random: &mut Random) -> Option<Location> {
    let column = |random: &mut Random| match random.below(8) {
        0 => None,
        1 => Some(random.number().min(u32::MAX - 1)),
        _ => Some(random.below(130).try_into().unwrap_or(0)),
    };
    let last = i32::MAX.unsigned_abs();
    let line = match random.below(8) {
        0 => return None,
        1 => random.number() & last,
        _ => random.below(6).try_into().unwrap_or(0),
    };
    let more_lines = if random.one_in(4) { random.number() } else { 0 };
    Some(Location {
        line,
        end_line: line.saturating_add(more_lines).min(last),
        column: column(random),
        end_column: column(random),
    })
}
