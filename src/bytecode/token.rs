//! Puts a token at the bottom of the value stack, for the whole life of a frame.
//!
//! ```text
//!     RESUME        0
//! >   LOAD_CONST    hook         token = ~hook
//! >   UNARY_INVERT
//!     LOAD_FAST     x            everything else lies on the token
//!     ...
//! >   SWAP          2            del token
//! >   POP_TOP
//!     RETURN_VALUE
//! ```
//!
//! Each end of the frame drops the token: a return before it happens, and any other because the
//! interpreter drops what lies on the stack. No handler is put in, so that tracebacks and events stay
//! as they were. Nothing is asked of the token that the number -1 does not do as well, which `~hook` is
//! where a copy of the code has a 0 in the hook's place, or to a compiler that takes the hook for one. A handler keeps one value more than before, since the token lies below the others.
//!
//! Code in which something else than expected stands at a point is refused. Where a path leads on which
//! the token is missing, or there twice, the depth of the stack is another than it should be: that is
//! found by measuring the stack of the result.

mod ranges;
mod send_loop;

use std::ops::Range;

use super::code::{Code, Insertion};
use super::error::Error;
use super::instruction::{Argument, Element, Instruction};
use super::line_table::Location;
use super::opcodes::ArgumentKind;
use super::point::{Kind, Point};
use super::template::Templates;

/// Puts in the token, and returns which instructions are new, by their numbers.
///
/// # Errors
///
/// If the code has no body or another shape than a compiler gives it.
pub(super) fn put_below(code: &mut Code, constant: u32) -> Result<Vec<Range<usize>>, Error> {
    let depths = code.stack_depths()?;
    let depth = |point: &Point| depths.get(point.anchor).copied().flatten();
    let points = code.points();
    let is_start = |it: &&Point| matches!(it.kind, Kind::Creation | Kind::Entry);
    let start = *points.iter().find(is_start).ok_or_else(no_body)?;
    if depth(&start).is_some_and(|values| values > 0) {
        return Err(code.refused(
            start.anchor,
            "values lie on the stack where the body starts",
        ));
    }
    let mut token = Token {
        templates: Templates {
            opcodes: code.version.opcodes(),
            constant,
        },
        start,
        insertions: Vec::with_capacity(points.len() + 4),
    };
    for (point, values) in points.iter().filter_map(|it| Some((it, depth(it)?))) {
        token.put_at(code, *point, values)?;
    }
    token.lift_ranges(code)?;
    let put_in = code.insert_all(token.insertions);
    code.merge_labels();
    if code.version.throws_past_send() {
        send_loop::lead_past(code)?;
    }
    check(code, &put_in)?;
    Ok(put_in)
}

/// Checks that wherever the token is used, it is the only value that was not there before.
///
/// # Errors
///
/// If a path leads there that does not pass the start of the body.
fn check(code: &Code, put_in: &[Range<usize>]) -> Result<(), Error> {
    let depths = code.stack_depths().map_err(Error::of_the_result)?;
    let opcodes = code.version.opcodes();
    let instructions: Vec<_> = code.instructions().collect();
    let new = put_in.iter().cloned().flatten();
    for (position, instruction) in new.filter_map(|number| instructions.get(number)) {
        let expected = match instruction.argument {
            Argument::Value(depth) if instruction.opcode == &opcodes.copy => depth,
            _ if instruction.opcode == &opcodes.swap => 2,
            _ => continue,
        };
        if depths.get(*position) != Some(&Some(expected)) {
            return Err(Error::whole("a path leads past the start of the body"));
        }
    }
    Ok(())
}

pub(super) fn no_body() -> Error {
    Error::whole("it has no `RESUME 0`")
}

struct Token {
    templates: Templates,
    /// Where the token is put on the empty stack.
    start: Point,
    /// In order of position.
    insertions: Vec<Insertion>,
}

impl Token {
    /// Puts in the template of a point before or behind which so many values lie on the stack.
    fn put_at(&mut self, code: &Code, point: Point, values: u32) -> Result<(), Error> {
        let templates = self.templates;
        let location = location(code, point.anchor);
        match point.kind {
            Kind::Store => {}
            Kind::Creation => self.put(point, templates.prepare()),
            Kind::Entry if self.start == point => self.put(point, templates.begin()),
            Kind::Entry => self.put(point, templates.resume(values, None)),
            Kind::Resume => self.put(point, templates.resume(values, location)),
            Kind::Suspend => {
                if code.resume_of(point.anchor).is_none() {
                    return Err(code.refused(point.anchor, "no `RESUME` is behind `YIELD_VALUE`"));
                }
                self.put(point, templates.suspend(values, location));
            }
            Kind::Exit => {
                let is_constant = returns_constant(code, point.anchor);
                if values != u32::from(!is_constant) {
                    return Err(code.refused(point.anchor, "values are left when it returns"));
                }
                if is_constant {
                    self.put(point, templates.end_at_constant(location));
                } else {
                    self.put(point, templates.end(location));
                }
            }
        }
        Ok(())
    }

    fn put(&mut self, point: Point, instructions: impl IntoIterator<Item = Instruction>) {
        self.insertions.push(Insertion {
            position: point.position,
            elements: instructions.into_iter().map(Element::Instruction).collect(),
        });
    }
}

/// The location of what is put in before or behind the instruction at a position. Where that cannot
/// start a line, neither may this.
fn location(code: &Code, position: usize) -> Option<Location> {
    let (_, anchor) = code.instruction_from(position)?;
    let starts_lines =
        anchor.opcode.name != "END_ASYNC_FOR" || code.version.starts_lines_at_end_async_for();
    anchor.location.filter(|_| starts_lines)
}

/// Whether the instruction at a position returns a constant, which does not lie on the stack.
fn returns_constant(code: &Code, position: usize) -> bool {
    let instruction = code.instruction_from(position);
    instruction.is_some_and(|(_, it)| it.opcode.argument == ArgumentKind::Constant)
}

#[cfg(test)]
mod tests {
    use super::super::CodeParts;
    use super::super::opcodes::Version;
    use super::super::testing::{
        BEGIN, END, assemble, generator, on_the_token, parts, refused, timed,
    };
    use super::*;

    #[test]
    fn a_token_lies_below_everything_from_the_start_to_each_return() {
        for version in Version::ALL {
            let body = [("LOAD_FAST", 0), ("RETURN_VALUE", 0)];
            let before = [&[("RESUME", 0)][..], &body].concat();
            let after = [&[("RESUME", 0)], &BEGIN[..], &body[..1], &END, &body[1..]];
            let injected = timed(version, &parts(version, &before));
            assert_eq!(
                injected.parts.code,
                assemble(version, &after.concat()),
                "{version}"
            );
            assert_eq!(injected.parts.stack_size, 2);
            assert_eq!(injected.instructions_added(), 4);
            assert_eq!(injected.ranges.len(), 2);
        }
    }

    #[test]
    fn a_constant_that_is_returned_at_once_needs_no_place_on_the_stack() {
        let version = Version::V3_13;
        let returns = [("EXTENDED_ARG", 1), ("RETURN_CONST", 2)];
        let before = parts(version, &[&[("RESUME", 0)][..], &returns].concat());
        let injected = timed(version, &before);
        let after = [&[("RESUME", 0)], &BEGIN[..], &END[1..], &returns];
        assert_eq!(injected.parts.code, assemble(version, &after.concat()));
        assert_eq!(injected.instructions_added(), 3);
        assert_eq!(injected.ranges.len(), 1, "entry and exit are neighbours");
    }

    #[test]
    fn a_jump_to_a_return_ends_the_token() {
        let version = Version::V3_12;
        let jump = [("RESUME", 0), ("LOAD_FAST", 0), ("POP_JUMP_IF_TRUE", 1)];
        let returns = [("RETURN_CONST", 0); 2];
        let before = parts(version, &[&jump[..], &returns].concat());
        let exit = [END[1], ("RETURN_CONST", 0)];
        let jump = [("LOAD_FAST", 0), ("POP_JUMP_IF_TRUE", 2)];
        let after = [&[("RESUME", 0)], &BEGIN[..], &jump, &exit, &exit].concat();
        assert_eq!(
            timed(version, &before).parts.code,
            assemble(version, &after)
        );
    }

    #[test]
    fn a_yield_suspends_and_what_is_behind_it_resumes() {
        for version in Version::ALL {
            let flag = if version < Version::V3_15 { 4 } else { 8 };
            for argument in [1, 2, 3, flag | 1, flag | 3] {
                let before = generator(argument);
                let after = [
                    &before[..3],
                    &BEGIN,
                    &before[3..4],
                    &on_the_token("UNARY_NEGATIVE", 1),
                    &before[4..6],
                    &on_the_token("UNARY_INVERT", 1),
                    &END,
                    &before[6..],
                ];
                let injected = timed(version, &parts(version, &before));
                let after = assemble(version, &after.concat());
                assert_eq!(injected.parts.code, after, "{version}, {argument}");
                assert_eq!(injected.parts.stack_size, 3);
            }
        }
    }

    #[test]
    fn a_generator_expression_of_3_15_begins_when_it_runs() {
        let version = Version::V3_15;
        let start = [
            ("RESUME", 4),
            ("LOAD_FAST", 0),
            ("GET_ITER", 0),
            ("RETURN_GENERATOR", 0),
        ];
        let body = [("POP_TOP", 0), ("RESUME", 0)];
        let tail = [("POP_TOP", 0), ("POP_TOP", 0), ("LOAD_CONST", 0)];
        let rest = [&start[1..], &body].concat();
        let before = [&start[..1], &rest, &tail, &[("RETURN_VALUE", 0)]].concat();
        let after = [
            &start[..1],
            &[("LOAD_CONST", 7), ("UNARY_NEGATIVE", 0)],
            &rest,
            &on_the_token("UNARY_INVERT", 2),
            &tail,
            &END,
            &[("RETURN_VALUE", 0)],
        ];
        let injected = timed(version, &parts(version, &before));
        assert_eq!(injected.parts.code, assemble(version, &after.concat()));
    }

    #[test]
    fn what_has_another_shape_is_refused() {
        let version = Version::V3_12;
        let start = ("RESUME", 0);
        let load = ("LOAD_CONST", 0);
        let refused = |rows: &[(&str, u8)]| refused(version, &parts(version, rows));
        assert_eq!(
            refused(&[load, start, ("RETURN_VALUE", 0)]),
            "values lie on the stack where the body starts at byte 2 of the code"
        );
        assert_eq!(
            refused(&[start, load, ("RETURN_CONST", 0)]),
            "values are left when it returns at byte 4 of the code"
        );
        assert_eq!(
            refused(&[start, load, ("YIELD_VALUE", 0), ("RETURN_VALUE", 0)]),
            "no `RESUME` is behind `YIELD_VALUE` at byte 4 of the code"
        );
        let past = [("RESUME", 1), start, load, ("RETURN_VALUE", 0)];
        assert_eq!(refused(&past), "a path leads past the start of the body");
        assert_eq!(
            refused(&[start, ("JUMP_BACKWARD", 2)]),
            "in the rewritten code, stack depth is 0 on one path and 1 on another"
        );
        assert_eq!(
            refused(&[load, ("RETURN_VALUE", 0)]),
            "it has no `RESUME 0`"
        );
    }

    #[test]
    fn what_is_thrown_in_at_a_yield_resumes_where_it_is_handled() {
        for (version, argument) in [
            (Version::V3_11, 0),
            (Version::V3_12, 0),
            (Version::V3_14, 4),
        ] {
            let handler = [
                ("END_ASYNC_FOR", argument),
                ("LOAD_CONST", 0),
                ("RETURN_VALUE", 0),
            ];
            let rows = [&[("NOP", 0)][..], &generator(1), &handler].concat();
            let units = assemble(version, &rows).len() / 2;
            let before = CodeParts {
                exception_table: vec![0x80 | 5, 1, 8, 1 << 1],
                line_table: [0xd0, 4, 8].repeat(units), // line 1, columns 4 to 8, each
                ..parts(version, &rows)
            };
            let injected = timed(version, &before);
            let code = Code::read(version, &injected.parts).unwrap();
            let instructions: Vec<_> = code.instructions().map(|(_, it)| it).collect();
            let end = |it: &&Instruction| it.opcode.name == "END_ASYNC_FOR";
            let at = instructions.iter().position(end).unwrap();
            let resumed = instructions[at - 3..at].iter();
            let names: Vec<_> = resumed.clone().map(|it| it.opcode.name).collect();
            assert_eq!(names, ["COPY", "UNARY_INVERT", "POP_TOP"], "{version}");
            assert_eq!(instructions[at - 3].argument, Argument::Value(3));
            let is_3_11 = version == Version::V3_11;
            assert!(
                resumed.clone().all(|it| it.location.is_some() == is_3_11),
                "{version}"
            );
            assert_eq!(code.exceptions()[0].depth, 2);
        }
    }
}
