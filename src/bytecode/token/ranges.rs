//! The exception ranges of code with a token: their handlers keep it.

use super::super::code::{Code, Insertion};
use super::super::error::Error;
use super::super::instruction::{Element, ExceptionRange};
use super::super::labels::Label;
use super::{Token, no_body};

impl Token {
    /// Makes each exception range keep the token.
    pub(super) fn lift_ranges(&mut self, code: &mut Code) -> Result<(), Error> {
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
        let ends_before = position(range.end) < self.start.position;
        let first_part = ExceptionRange {
            end: if ends_before { range.end } else { before },
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

#[cfg(test)]
mod tests {
    use super::super::super::CodeParts;
    use super::super::super::opcodes::Version;
    use super::super::super::testing::{assemble, generator, parts, refused, timed};

    #[test]
    fn the_range_over_resume_gets_a_handler_for_when_there_is_no_token() {
        let version = Version::V3_12;
        let handler = [("CALL_INTRINSIC_1", 3), ("RERAISE", 1)];
        let before = [&generator(1)[..], &handler].concat();
        let injected = |length| {
            let exception_table = vec![0x80 | 1, length, 7, 1];
            let before = parts(version, &before);
            timed(
                version,
                &CodeParts {
                    exception_table,
                    ..before
                },
            )
            .parts
        };
        let [whole, short, shorter] = [injected(6), injected(2), injected(1)];
        assert!(whole.code.ends_with(&assemble(version, &handler)));
        let copy = whole.code.len() / 2 - 2;
        // From behind `RETURN_GENERATOR` to `RESUME` at the old depth, then behind the entry.
        let copy = copy.try_into().unwrap();
        let first = [0x80 | 1, 2, copy, 1];
        assert_eq!(whole.exception_table[..4], first);
        assert_eq!(whole.exception_table[4..], [0x80 | 5, 12, 17, 3]);
        assert_eq!(
            short.exception_table,
            [0x80 | 1, 2, copy - 3, 1],
            "no yield is in it"
        );
        assert_eq!(
            shorter.exception_table,
            [0x80 | 1, 1, copy - 3, 1],
            "it ends before `RESUME`, and still does"
        );
        let other = [&generator(1)[..], &[("PUSH_EXC_INFO", 0), ("RERAISE", 1)]].concat();
        let other = CodeParts {
            exception_table: vec![0x80 | 1, 6, 7, 1],
            ..parts(version, &other)
        };
        let error = refused(version, &other);
        assert!(error.starts_with("exceptions at `RESUME`"), "{error}");
    }
}
