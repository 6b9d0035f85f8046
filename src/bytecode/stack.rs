//! Computes the maximum stack depth by following each path through the code.
//!
//! A call starts with an empty stack. A handler starts with the values that its exception range
//! keeps, the offset of the raising instruction if the range asks for it, and the exception.
//! Unreachable code is skipped, as in CPython's compiler.

use super::code::Code;
use super::error::Error;
use super::instruction::{Argument, Element, ExceptionRange, Instruction};
use super::labels::Label;

impl Code {
    /// The maximum number of values on the stack.
    ///
    /// # Errors
    ///
    /// If the depth is negative, differs between two paths to the same place, or a path leads past
    /// the end of the code.
    pub fn stack_depth(&self) -> Result<u32, Error> {
        let depths = self.stack_depths()?;
        Ok(depths.into_iter().flatten().max().unwrap_or(0))
    }

    /// The number of values on the stack before each element; none where no path leads.
    ///
    /// # Errors
    ///
    /// As [`stack_depth`](Self::stack_depth).
    pub fn stack_depths(&self) -> Result<Vec<Option<u32>>, Error> {
        let mut walk = Walk {
            code: self,
            labels: self.label_positions(),
            depths: vec![None; self.elements.len()],
            waiting: vec![(0, 0)],
        };
        for range in &self.exceptions {
            walk.waiting.push(walk.handler(range)?);
        }
        while let Some((position, depth)) = walk.waiting.pop() {
            walk.follow(position, depth)?;
        }
        Ok(walk.depths)
    }

    /// The position of each label among the elements, in order of number.
    pub(super) fn label_positions(&self) -> Vec<usize> {
        let elements = self.elements.iter().enumerate();
        let labels = elements.filter(|(_, element)| matches!(element, Element::Label(_)));
        labels.map(|(position, _)| position).collect()
    }

    /// Increases the stack size to what the instructions need; never reduces it.
    ///
    /// # Errors
    ///
    /// As [`stack_depth`](Self::stack_depth).
    pub fn raise_stack_size(&mut self) -> Result<(), Error> {
        self.stack_size = self.stack_size.max(self.stack_depth()?);
        Ok(())
    }
}

struct Walk<'a> {
    code: &'a Code,
    /// The position of each label among the elements, in order of number.
    labels: Vec<usize>,
    /// The depth before each element that a path has reached.
    depths: Vec<Option<u32>>,
    /// Paths to follow: where they start, and the depth there.
    waiting: Vec<(usize, u32)>,
}

impl Walk<'_> {
    fn handler(&self, range: &ExceptionRange) -> Result<(usize, u32), Error> {
        let position = self.position(range.handler)?;
        let pushed = 1 + i64::from(range.lasti);
        Ok((position, self.after(position, range.depth, pushed)?))
    }

    fn position(&self, label: Label) -> Result<usize, Error> {
        let position = self.labels.get(label.0).copied();
        position.ok_or_else(Label::stands_nowhere)
    }

    /// Follows the path from an element until it ends or was followed before.
    fn follow(&mut self, mut position: usize, mut depth: u32) -> Result<(), Error> {
        let elements = &self.code.elements;
        while self.arrive(position, depth)? {
            if let Some(Element::Instruction(instruction)) = elements.get(position) {
                depth = self.step(position, depth, instruction)?;
                if instruction.opcode.ends_block {
                    break;
                }
            }
            position += 1;
        }
        Ok(())
    }

    /// Records the depth before an element; false if a path has reached it before.
    fn arrive(&mut self, position: usize, depth: u32) -> Result<bool, Error> {
        let refused = |sentence| Err(Error::at_unit(self.code.offset(position), sentence));
        match self.depths.get_mut(position) {
            Some(unknown @ None) => {
                *unknown = Some(depth);
                Ok(true)
            }
            Some(Some(known)) if *known == depth => Ok(false),
            Some(Some(known)) => {
                let sentence = format!("stack depth is {known} on one path and {depth} on another");
                refused(sentence)
            }
            None => refused("a path leads past the end".to_owned()),
        }
    }

    /// The depth after an instruction; the path of a taken jump is queued.
    fn step(
        &mut self,
        position: usize,
        depth: u32,
        instruction: &Instruction,
    ) -> Result<u32, Error> {
        let effect = |value, jumps| instruction.opcode.stack_effect(value, jumps);
        match instruction.argument {
            Argument::Value(value) => self.after(position, depth, effect(value, false)),
            Argument::Label(_) if !instruction.opcode.is_jump() => {
                self.after(position, depth, effect(0, false))
            }
            Argument::Label(label) => {
                let there = self.after(position, depth, effect(0, true))?;
                self.waiting.push((self.position(label)?, there));
                self.after(position, depth, effect(0, false))
            }
        }
    }

    fn after(&self, position: usize, depth: u32, effect: i64) -> Result<u32, Error> {
        u32::try_from(i64::from(depth) + effect).map_err(|_| {
            let sentence = format!("stack depth {depth} changes by {effect}");
            Error::at_unit(self.code.offset(position), sentence)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::CodeParts;
    use super::super::opcodes::Version;
    use super::super::testing::parts;
    use super::*;

    const V: Version = Version::V3_13;

    fn depth(parts: &CodeParts) -> Result<u32, String> {
        let code = Code::read(V, parts).unwrap();
        code.stack_depth().map_err(|error| error.to_string())
    }

    #[test]
    fn the_end_of_a_loop_takes_the_iterator_in_3_11() {
        let rows = [
            ("LOAD_CONST", 0),
            ("FOR_ITER", 2),
            ("POP_TOP", 0),
            ("JUMP_BACKWARD", 3),
            ("LOAD_CONST", 0),
            ("RETURN_VALUE", 0),
        ];
        let code = Code::read(Version::V3_11, &parts(Version::V3_11, &rows)).unwrap();
        assert_eq!(code.stack_depth(), Ok(2));
    }

    #[test]
    fn no_path_leads_to_where_a_loop_has_its_origin() {
        let rows = [
            ("LOAD_CONST", 0),
            ("LOAD_CONST", 0),
            ("END_ASYNC_FOR", 2),
            ("LOAD_CONST", 0),
            ("RETURN_VALUE", 0),
        ];
        let code = Code::read(Version::V3_14, &parts(Version::V3_14, &rows)).unwrap();
        assert_eq!(code.stack_depth(), Ok(2));
    }

    #[test]
    fn both_ways_of_a_jump_count() {
        let rows = [
            ("LOAD_CONST", 0),
            ("POP_JUMP_IF_TRUE", 2),
            ("BUILD_LIST", 0),
            ("RETURN_VALUE", 0),
            ("RETURN_CONST", 0),
        ];
        assert_eq!(depth(&parts(V, &rows)), Ok(1));
    }

    #[test]
    fn a_handler_starts_with_what_its_range_keeps() {
        let rows = [("RETURN_CONST", 0), ("PUSH_EXC_INFO", 0), ("RERAISE", 0)];
        let with_lasti = CodeParts {
            exception_table: vec![0x80, 1, 1, 2 << 1 | 1],
            ..parts(V, &rows)
        };
        assert_eq!(depth(&with_lasti), Ok(2 + 1 + 1 + 1));
    }

    #[test]
    fn code_that_no_way_leads_to_is_skipped() {
        let rows = [("RETURN_CONST", 0), ("POP_TOP", 0)];
        assert_eq!(depth(&parts(V, &rows)), Ok(0));
    }

    #[test]
    fn inconsistent_stacks_are_refused() {
        let refused = |rows: &[(&str, u8)]| depth(&parts(V, rows)).unwrap_err();
        assert_eq!(
            refused(&[("NOP", 0), ("POP_TOP", 0)]),
            "stack depth 0 changes by -1 at byte 2 of the code"
        );
        assert_eq!(
            refused(&[("LOAD_CONST", 0), ("JUMP_BACKWARD", 3)]),
            "stack depth is 0 on one path and 1 on another at byte 0 of the code"
        );
        assert_eq!(
            refused(&[("NOP", 0)]),
            "a path leads past the end at byte 2 of the code"
        );
    }

    #[test]
    fn depths_at_their_limits_are_refused() {
        let most = [
            ("EXTENDED_ARG", 255),
            ("EXTENDED_ARG", 255),
            ("EXTENDED_ARG", 255),
            ("UNPACK_SEQUENCE", 255),
        ];
        let mut rows = vec![("LOAD_CONST", 0)];
        rows.extend(most);
        rows.extend(most);
        assert!(depth(&parts(V, &rows)).is_err());
    }
}
