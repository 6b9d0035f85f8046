//! What holds of any code object with a token, found out without what put it in: without the new
//! instructions it is the code from before, and on all paths the token is at the bottom of the stack.

use std::ops::Range;

use instrsh::bytecode::{Argument, Code, Injected, Instruction, Version, disassemble};

use super::shape::{self, Operand, Shape, Step};

/// # Panics
///
/// If something does not hold.
pub(crate) fn has_token(version: Version, code: &Code, injected: &Injected) {
    let after = Code::read(version, &injected.parts).expect("what was written can be read");
    let listed = disassemble(version, &injected.parts).expect("what can be read can be listed");
    let is_new: Vec<bool> = listed
        .lines
        .iter()
        .map(|line| is_in(&injected.ranges, line.offset / 2))
        .collect();
    is_that_without_the_new(&Shape::of(&after), &is_new, &Shape::of(code));
    let depths = after.stack_depths().expect("the stack is in no doubt");
    let deepest = depths.iter().flatten().max().copied().unwrap_or(0);
    assert!(injected.parts.stack_size >= deepest);
    let instructions: Vec<(Option<u32>, &Instruction)> = after
        .instructions()
        .map(|(position, instruction)| (depths[position], instruction))
        .collect();
    for (number, (depth, instruction)) in instructions.iter().enumerate() {
        let Some(depth) = depth else {
            assert!(!is_new[number], "new, and no path leads there");
            continue;
        };
        let name = instruction.opcode.name;
        let before = |count: usize| {
            let range = number.checked_sub(count).map(|start| start..number);
            let new = range.filter(|range| is_new[range.clone()].iter().all(|it| *it));
            new.map(|range| names(&instructions, range))
        };
        if is_new[number] && name == "COPY" {
            let copied = instructions[number].1.argument;
            assert_eq!(copied, Argument::Value(*depth));
        }
        if name == "RETURN_VALUE" {
            assert_eq!((*depth, is_new[number]), (1, false));
            assert_eq!(before(2), Some(vec!["SWAP", "POP_TOP"]));
            assert_eq!(
                instructions[number - 2].0,
                Some(2),
                "the token and the value"
            );
        }
        if name == "RETURN_CONST" {
            assert_eq!((*depth, is_new[number]), (0, false));
            assert_eq!(before(1), Some(vec!["POP_TOP"]));
            assert_eq!(instructions[number - 1].0, Some(1), "the token");
        }
        if name == "YIELD_VALUE" {
            assert_eq!(before(3), Some(vec!["COPY", "UNARY_NEGATIVE", "POP_TOP"]));
        }
    }
}

fn names(instructions: &[(Option<u32>, &Instruction)], range: Range<usize>) -> Vec<&'static str> {
    let instructions = instructions[range].iter();
    instructions.map(|(_, it)| it.opcode.name).collect()
}

/// Whether one of the ranges, which are in order, contains the code unit.
fn is_in(ranges: &[Range<usize>], unit: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= unit);
    ranges.get(next).is_some_and(|range| range.contains(&unit))
}

/// Compares the steps: jumps to what is new lead to what follows it.
fn is_that_without_the_new(after: &Shape, is_new: &[bool], before: &Shape) {
    let mut kept_before = vec![0];
    for is_new in is_new {
        kept_before.push(kept_before[kept_before.len() - 1] + usize::from(!is_new));
    }
    let kept = |index: usize| kept_before[index];
    let old = (0..is_new.len()).filter(|index| !is_new[*index]);
    let steps: Vec<Step> = old.map(|index| step(after, is_new, index, kept)).collect();
    assert_eq!(steps.len(), before.steps.len());
    for (index, step) in steps.iter().enumerate() {
        let expected = &before.steps[index];
        let returns = |it: &Step| it.opcode.returns;
        assert!(step.opcode == expected.opcode || returns(step) && returns(expected));
        assert_eq!(step.location, expected.location, "instruction {index}");
        assert_eq!(step.operand, expected.operand, "instruction {index}");
    }
    let mut ranges = after.ranges.iter().map(|range| shape::Range {
        start: kept(range.start),
        end: kept(range.end),
        handler: kept(range.handler),
        ..range.clone()
    });
    for expected in &before.ranges {
        let mut range = ranges.next().expect("none is missing");
        if range.handler == steps.len() {
            // Over what comes before the token, with a handler that is new.
            assert_eq!((range.start, range.depth), (expected.start, expected.depth));
            if range.end == expected.end {
                continue;
            }
            let rest = ranges.next().expect("it goes on behind the token");
            assert_eq!(rest.start, range.end);
            range = shape::Range {
                start: range.start,
                ..rest
            };
        }
        range.depth -= 1;
        assert_eq!(range, *expected);
    }
    assert_eq!(ranges.next(), None);
}

/// The step at `index`, which returns what a new one loads if it returned a constant.
fn step(after: &Shape, is_new: &[bool], index: usize, kept: impl Fn(usize) -> usize) -> Step {
    let step = after.steps[index].clone();
    let load = index.checked_sub(2).filter(|load| is_new[*load]);
    let load = load.map(|load| &after.steps[load]);
    let load = load.filter(|it| it.opcode.name == "LOAD_CONST" && step.opcode.returns);
    let operand = match load.unwrap_or(&step).operand {
        Operand::Target(target) => Operand::Target(kept(target)),
        value @ Operand::Value(_) => value,
    };
    Step { operand, ..step }
}
