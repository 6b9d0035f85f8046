//! Puts a token at the bottom of the value stack, for the whole life of a frame.
//!
//! ```text
//!     RESUME        0
//! >   LOAD_CONST    hook         token = ~hook
//! >   UNARY_INVERT
//!     LOAD_FAST     x            everything else lies on the token
//!     ...
//! >   BINARY_SUBSCR              token[value]: the value
//!     RETURN_VALUE
//! ```
//!
//! Each end of the frame ends the token: a return by the subscript, and any other because the
//! interpreter drops what lies on the stack. No handler is put in, so that tracebacks and events stay
//! as they were. A handler keeps one value more than before, since the token lies below the others.
//!
//! Code in which something else than expected stands at a point is refused. All the rest follows from
//! the depth of the stack: after the edit it must still be the same on all paths to each instruction,
//! and there is a path on which the token is not where it should be if and only if it is not.

use std::ops::Range;

use super::code::{Code, Insertion};
use super::error::Error;
use super::instruction::{Argument, Element, ExceptionRange, Instruction};
use super::labels::Label;
use super::line_table::Location;
use super::opcodes::ArgumentKind;
use super::point::{Kind, Point};
use super::template::{Templates, load_returned};

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
        lead_past_send(code)?;
    }
    Ok(put_in)
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
    fn put_at(&mut self, code: &mut Code, point: Point, values: u32) -> Result<(), Error> {
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
                let returned = returned(code, point.anchor);
                if values + u32::from(returned.is_some()) != 1 {
                    return Err(code.refused(point.anchor, "values are left when it returns"));
                }
                let end = templates.end(location);
                self.put(point, returned.into_iter().chain([end]));
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

    /// Makes each exception range keep the token.
    fn lift_ranges(&mut self, code: &mut Code) -> Result<(), Error> {
        let positions = code.label_positions();
        let position = |label: Label| positions.get(label.0).copied();
        let mut before = None;
        for (index, range) in code.exceptions.iter_mut().enumerate() {
            range.depth = range.depth.saturating_add(1);
            if position(range.start) >= Some(self.start.position) {
                continue;
            }
            if before.replace(index).is_some() {
                return Err(Error::whole(
                    "several exception ranges start before the body",
                ));
            }
        }
        before.map_or(Ok(()), |index| self.split_range(code, index))
    }

    /// Ends the range that is over `RESUME`, where no token is yet: that of a generator's
    /// `StopIteration` from 3.12 on. This part of it gets a handler of its own:
    ///
    /// ```text
    /// CALL_INTRINSIC_1  INTRINSIC_STOPITERATION_ERROR
    /// RERAISE           1
    /// ```
    fn split_range(&mut self, code: &mut Code, index: usize) -> Result<(), Error> {
        let positions = code.label_positions();
        let first = Label(positions.len());
        let [before, behind, handler] = [first, first.next(), first.next().next()];
        let position = |label: Label| positions.get(label.0).copied().unwrap_or_default();
        let range = &mut code.exceptions[index];
        let old_handler = position(range.handler);
        let first_part = ExceptionRange {
            end: before,
            handler,
            depth: range.depth - 1,
            ..range.clone()
        };
        let rest = ExceptionRange {
            start: behind,
            ..range.clone()
        };
        *range = first_part;
        if position(rest.end) > self.start.position {
            code.exceptions.insert(index + 1, rest);
        }

        let (at, convert) = code.instruction_from(old_handler).ok_or_else(no_body)?;
        let (_, reraise) = code.instruction_from(at + 1).ok_or_else(no_body)?;
        if convert.opcode.name != "CALL_INTRINSIC_1" || reraise.opcode.name != "RERAISE" {
            let sentence = "exceptions at `RESUME` are not only converted and raised again";
            return Err(code.refused(at, sentence));
        }
        let copied = [convert, reraise].map(|it| Element::Instruction(it.clone()));
        let is_start = |it: &&mut Insertion| it.position == self.start.position;
        let start = self
            .insertions
            .iter_mut()
            .find(is_start)
            .ok_or_else(no_body)?;
        start.elements.insert(0, Element::Label(before));
        start.elements.push(Element::Label(behind));
        let [convert, reraise] = copied;
        self.insertions.push(Insertion {
            position: code.elements.len(),
            elements: vec![Element::Label(handler), convert, reraise],
        });
        Ok(())
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

/// If the instruction at a position returns a constant, it now returns what the result loads.
fn returned(code: &mut Code, position: usize) -> Option<Instruction> {
    let opcodes = code.version.opcodes();
    match code.elements.get_mut(position) {
        Some(Element::Instruction(it)) if it.opcode.argument == ArgumentKind::Constant => {
            Some(load_returned(opcodes, it))
        }
        _ => None,
    }
}

/// Repairs `throw` in 3.11, which believes that the instruction before `YIELD_VALUE` is the `SEND` of
/// a loop, and jumps by its argument byte when the other generator returns:
///
/// ```text
///     SEND         label
/// >   COPY         depth
/// >   UNARY_NEGATIVE
/// >   POP_TOP      the distance to the label, which it ignores
///     YIELD_VALUE
/// ```
///
/// Source: `_gen_throw` in CPython 3.11's `Objects/genobject.c`.
fn lead_past_send(code: &mut Code) -> Result<(), Error> {
    let opcodes = code.version.opcodes();
    let layout = code.settle()?;
    let placed: Vec<_> = code.placed().collect();
    let mut distances = Vec::new();
    for (number, window) in placed.windows(5).enumerate() {
        if let [(_, send), _, _, (start, pop), (_, yielding)] = window
            && send.opcode == &opcodes.send
            && yielding.opcode == &opcodes.yield_value
            && let Some(label) = send.label()
        {
            let target = layout.target(label)?;
            let distance = target.checked_sub(start + pop.units());
            let distance = distance.and_then(|it| u8::try_from(it).ok());
            let distance = distance.ok_or_else(|| {
                Error::at_unit(*start, "`SEND` leads further than `throw` can follow")
            })?;
            distances.push((number + 3, distance.into()));
        }
    }
    let mut distances = distances.into_iter().peekable();
    for (number, instruction) in code.instructions_mut().enumerate() {
        if let Some((_, distance)) = distances.next_if(|(pop, _)| *pop == number) {
            // It needs no prefix, so that everything stays in its place.
            instruction.argument = Argument::Value(distance);
        }
    }
    Ok(())
}
