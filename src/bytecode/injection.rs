//! Injection: the templates of a probe at the points of a code object.
//!
//! | probe          | Creation, Entry, Resume, Suspend | Exit                     | Store              |
//! |----------------|----------------------------------|--------------------------|--------------------|
//! | `Count`        | Entry: `~hook`                   |                          |                    |
//! | `Time`         | a token, at the bottom of the    | `token[value]`           |                    |
//! |                | stack: [`token`](super::token)   |                          |                    |
//! | exit notice    |                                  | `del watcher[parameter]` |                    |
//! | store notices  |                                  |                          | `del watcher.name` |
//!
//! Where a template has a location, it is that of the instruction which it stands before or behind, so
//! that line events stay as they were.

use std::ops::Range;

use super::CodeParts;
use super::code::{Code, Insertion};
use super::error::Error;
use super::instruction::{Argument, Element, Instruction};
use super::opcodes::Version;
use super::point::{Kind, Point};
use super::template::Templates;
use super::token;

/// What is recorded of a function's calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// How many there are.
    Count,
    /// When each begins, ends, waits and goes on.
    Time,
}

/// A code object with something injected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Injected {
    /// The new parts; the caller extends the constants.
    pub parts: CodeParts,
    /// The injected code units (2 bytes each), by offset in the new code, in order.
    pub ranges: Vec<Range<usize>>,
    instructions: usize,
}

impl Injected {
    /// The number of injected instructions. As in `dis`, `EXTENDED_ARG` counts as one.
    #[must_use]
    pub fn instructions_added(&self) -> usize {
        self.instructions
    }
}

/// Injects a probe, whose hook is the constant at index `constant`.
///
/// # Errors
///
/// If the code does not decode, has no `RESUME 0` and therefore no body, uses its stack
/// inconsistently, or the result does not decode to what was encoded. [`Probe::Time`] also if the code
/// has another shape than a compiler gives it.
pub fn inject(
    version: Version,
    parts: &CodeParts,
    probe: Probe,
    constant: u32,
) -> Result<Injected, Error> {
    let mut code = Code::read(version, parts)?;
    match probe {
        Probe::Count => inject_count(&mut code, parts, constant),
        Probe::Time => {
            let new = token::put_below(&mut code, constant)?;
            let parts = written(&mut code, parts)?;
            let (ranges, instructions) = places(&code, &new);
            Ok(Injected {
                parts,
                ranges,
                instructions,
            })
        }
    }
}

/// A single insertion into the code, which most patches are.
fn inject_count(code: &mut Code, given: &CodeParts, constant: u32) -> Result<Injected, Error> {
    let body = code.body().ok_or_else(token::no_body)?;
    let opcodes = code.version.opcodes();
    let hook = Templates { opcodes, constant }.count();
    let behind = body + hook.len();
    code.insert(body, hook);
    let parts = written(code, given)?;
    let range = code.offset(body)..code.offset(behind);
    Ok(Injected {
        parts,
        instructions: range.len(), // none of them has caches
        ranges: vec![range],
    })
}

/// Inserts an exit notice before each return: the constant at index `watcher_constant` receives the
/// fast local at index `parameter`, which must be one that a call binds.
///
/// # Errors
///
/// As for [`Probe::Count`], but for the body; also if the code can unbind the parameter.
pub fn inject_exit_notice(
    version: Version,
    parts: &CodeParts,
    watcher_constant: u32,
    parameter: u32,
) -> Result<CodeParts, Error> {
    let mut code = Code::read(version, parts)?;
    let unbinds = |it: &Instruction| {
        it.argument == Argument::Value(parameter)
            && matches!(it.opcode.name, "DELETE_FAST" | "MAKE_CELL")
    };
    if code.instructions().any(|(_, it)| unbinds(it)) {
        return Err(Error::whole("the parameter can be unbound"));
    }
    inject_each(&mut code, Kind::Exit, watcher_constant, |templates, _| {
        templates.exit_notice(parameter)
    });
    written(&mut code, parts)
}

/// Inserts a store notice after each instruction that binds a global name of a module: the constant
/// at index `watcher_constant` receives the name.
///
/// # Errors
///
/// As for [`Probe::Count`], but for the body.
pub fn inject_store_notices(
    version: Version,
    parts: &CodeParts,
    watcher_constant: u32,
) -> Result<CodeParts, Error> {
    let mut code = Code::read(version, parts)?;
    inject_each(
        &mut code,
        Kind::Store,
        watcher_constant,
        Templates::store_notice,
    );
    written(&mut code, parts)
}

/// Puts a template in at each point of a kind.
fn inject_each<const N: usize>(
    code: &mut Code,
    kind: Kind,
    constant: u32,
    template: impl Fn(Templates, &Instruction) -> [Instruction; N],
) {
    let opcodes = code.version.opcodes();
    let insertion = |point: Point| {
        let (_, anchor) = code.instruction_from(point.anchor)?;
        let made = template(Templates { opcodes, constant }, anchor);
        Some(Insertion {
            position: point.position,
            elements: made.map(Element::Instruction).into(),
        })
    };
    let points = code.points().into_iter().filter(|it| it.kind == kind);
    let insertions = points.filter_map(insertion).collect();
    code.insert_all(insertions);
}

/// Encodes edited code and checks that it decodes to the same. An error names a byte of the given
/// code.
fn written(code: &mut Code, given: &CodeParts) -> Result<CodeParts, Error> {
    if let Err(error) = code.raise_stack_size() {
        let given = Code::read(code.version, given)?.stack_depth();
        return Err(given.err().unwrap_or_else(|| error.of_the_result()));
    }
    let parts = code.write()?;
    if Code::read(code.version, &parts)? != *code {
        return Err(Error::whole(
            "the rewritten code does not decode to what was encoded",
        ));
    }
    Ok(parts)
}

/// The code units of the instructions of these numbers, and how many they are with their prefixes.
fn places(code: &Code, numbers: &[Range<usize>]) -> (Vec<Range<usize>>, usize) {
    let mut ranges: Vec<Range<usize>> = Vec::with_capacity(numbers.len());
    let mut count = 0;
    let mut waiting = numbers.iter().peekable();
    for (number, (start, instruction)) in code.placed().enumerate() {
        while waiting.next_if(|it| it.end <= number).is_some() {}
        if waiting.peek().is_none_or(|it| number < it.start) {
            continue;
        }
        let end = start + instruction.units();
        count += instruction.units() - usize::from(instruction.opcode.caches);
        match ranges.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => ranges.push(start..end),
        }
    }
    (ranges, count)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assemble, opcode, parts};
    use super::*;

    fn injected(version: Version, parts: &CodeParts) -> Injected {
        inject(version, parts, Probe::Count, 7).unwrap()
    }

    fn only_range(injected: &Injected) -> Range<usize> {
        assert_eq!(injected.ranges.len(), 1);
        injected.ranges[0].clone()
    }

    const HOOK: [(&str, u8); 3] = [("LOAD_CONST", 7), ("UNARY_INVERT", 0), ("POP_TOP", 0)];

    #[test]
    fn a_loop_back_to_the_first_instruction_passes_the_hook_by() {
        for version in Version::ALL {
            let back = 2 + opcode(version, "JUMP_BACKWARD").caches;
            let round = [("NOP", 0), ("JUMP_BACKWARD", back)];
            let before = [&[("RESUME", 0)][..], &round].concat();
            let after = [&[("RESUME", 0)][..], &HOOK, &round].concat();
            let injected = injected(version, &parts(version, &before));
            assert_eq!(injected.parts.code, assemble(version, &after), "{version}");
            let start = 1 + usize::from(opcode(version, "RESUME").caches);
            assert_eq!(only_range(&injected), start..start + 3, "{version}");
            assert_eq!(injected.instructions_added(), 3);
            assert_eq!(injected.parts.stack_size, 1);
        }
    }

    #[test]
    fn a_constant_behind_255_gets_a_prefix() {
        let version = Version::V3_12;
        let before = parts(version, &[("RESUME", 0), ("RETURN_CONST", 0)]);
        let injected = inject(version, &before, Probe::Count, 0x102).unwrap();
        let after = [
            ("RESUME", 0),
            ("EXTENDED_ARG", 1),
            ("LOAD_CONST", 2),
            ("UNARY_INVERT", 0),
            ("POP_TOP", 0),
            ("RETURN_CONST", 0),
        ];
        assert_eq!(injected.parts.code, assemble(version, &after));
        assert_eq!(
            (only_range(&injected), injected.instructions_added()),
            (1..5, 4)
        );
    }

    #[test]
    fn a_location_that_straddles_the_hook_is_split() {
        let version = Version::V3_12;
        let one_line = CodeParts {
            line_table: vec![0xd2, 4, 9], // line 1, columns 4 to 9, three units
            ..parts(version, &[("RESUME", 0), ("NOP", 0), ("RETURN_CONST", 0)])
        };
        let lines = injected(version, &one_line).parts.line_table;
        // one unit there, three without location, two there
        assert_eq!(lines, [0x80, 0x45, 0xfa, 0x81, 0x45]);
    }

    #[test]
    fn exception_ranges_grow_over_the_hook_unless_they_start_behind_it() {
        let version = Version::V3_12;
        let rows = [
            ("RESUME", 0),
            ("RETURN_CONST", 0),
            ("PUSH_EXC_INFO", 0),
            ("RERAISE", 0),
        ];
        let table = |start: u8, length: u8, handler: u8| CodeParts {
            exception_table: vec![0x80 | start, length, handler, 0],
            ..parts(version, &rows)
        };
        let moved = |before: CodeParts| injected(version, &before).parts;
        let after = |start, length, handler| table(start, length, handler).exception_table;
        assert_eq!(
            moved(table(1, 1, 2)).exception_table,
            after(4, 1, 5),
            "starts"
        );
        assert_eq!(
            moved(table(0, 2, 2)).exception_table,
            after(0, 5, 5),
            "covers"
        );
        assert_eq!(
            moved(table(0, 1, 2)).exception_table,
            after(0, 4, 5),
            "ends"
        );
    }

    #[test]
    fn what_is_in_doubt_is_refused() {
        let refused = |rows: &[(&str, u8)]| {
            let version = Version::V3_11;
            let error = inject(version, &parts(version, rows), Probe::Count, 0).unwrap_err();
            error.to_string()
        };
        assert_eq!(
            refused(&[("LOAD_CONST", 0), ("RETURN_VALUE", 0)]),
            "it has no `RESUME 0`"
        );
        assert_eq!(
            refused(&[("RESUME", 0), ("RETURN_VALUE", 0)]),
            "stack depth 0 changes by -1 at byte 2 of the code",
            "the byte is one of the code that was given"
        );
    }

    #[test]
    fn an_exit_notice_stands_before_each_return_and_is_run_by_jumps_to_it() {
        for version in Version::ALL {
            let notice = [("LOAD_CONST", 7), ("LOAD_FAST", 1), ("DELETE_SUBSCR", 0)];
            let head = [("RESUME", 0), ("LOAD_FAST", 0)];
            let tail = [("LOAD_FAST", 0), ("RETURN_VALUE", 0)];
            let jump = match version {
                Version::V3_11 => "POP_JUMP_FORWARD_IF_TRUE",
                _ => "POP_JUMP_IF_TRUE",
            };
            let noticed = [&tail[..1], &notice, &tail[1..]].concat();
            let before = [&head[..], &[(jump, 2)], &tail, &tail].concat();
            let after = [&head[..], &[(jump, 5)], &noticed, &noticed].concat();
            let before = parts(version, &before);
            let parts = inject_exit_notice(version, &before, 7, 1).unwrap();
            assert_eq!(parts.code, assemble(version, &after), "{version}");
            assert_eq!(parts.stack_size, 3);
        }
    }

    #[test]
    fn a_parameter_that_can_be_unbound_is_not_handed_over() {
        let version = Version::V3_13;
        let rows = [("RESUME", 0), ("DELETE_FAST", 1), ("RETURN_CONST", 0)];
        let before = parts(version, &rows);
        assert!(inject_exit_notice(version, &before, 0, 1).is_err());
        assert!(inject_exit_notice(version, &before, 0, 0).is_ok());
    }

    #[test]
    fn a_store_notice_stands_behind_each_store_where_jumps_pass_it_by() {
        for version in Version::ALL {
            let jump = match version {
                Version::V3_11 => "POP_JUMP_FORWARD_IF_TRUE",
                _ => "POP_JUMP_IF_TRUE",
            };
            let head = [("RESUME", 0), ("LOAD_NAME", 0)];
            let store = [("LOAD_CONST", 0), ("STORE_NAME", 1)];
            let notice = [("LOAD_CONST", 7), ("DELETE_ATTR", 1)];
            let tail = [("LOAD_CONST", 0), ("RETURN_VALUE", 0)];
            let before = [&head[..], &[(jump, 2)], &store, &tail].concat();
            let after = [&head[..], &[(jump, 4)], &store, &notice, &tail].concat();
            let injected = inject_store_notices(version, &parts(version, &before), 7).unwrap();
            assert_eq!(injected.code, assemble(version, &after), "{version}");
        }
    }

    #[test]
    fn a_store_notice_has_the_location_of_its_store() {
        let version = Version::V3_12;
        let one_line = CodeParts {
            line_table: vec![0xd2, 4, 9, 0xf8], // line 1, columns 4 to 9, three units; one without
            ..parts(
                version,
                &[
                    ("RESUME", 0),
                    ("LOAD_CONST", 0),
                    ("STORE_NAME", 0),
                    ("RETURN_CONST", 0),
                ],
            )
        };
        let lines = inject_store_notices(version, &one_line, 1).unwrap();
        assert_eq!(lines.line_table, [0x84, 0x45, 0xf8]); // five units there
    }
}
