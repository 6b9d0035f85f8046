//! Where each element of a code stands once it is bytes.
//!
//! A jump's distance decides how many prefixes it needs, and its prefixes move what is
//! behind it: [`settle`] widens instructions until each has room for its argument. As
//! none ever gets narrower, this ends.

use super::code_units::prefixes;
use super::error::Error;
use super::instruction::{Argument, Element, Instruction};
use super::labels::Label;
use super::opcodes::ArgumentKind;

/// The places of the elements, in code units (2 bytes each).
pub(super) struct Layout {
    starts: Vec<usize>,
    /// Position of each label among the elements: labels stand in order of number.
    labels: Vec<usize>,
    end: usize,
}

impl Layout {
    pub(super) fn of(elements: &[Element]) -> Self {
        let mut layout = Self {
            starts: Vec::with_capacity(elements.len()),
            labels: Vec::new(),
            end: 0,
        };
        for (position, element) in elements.iter().enumerate() {
            layout.starts.push(layout.end);
            match element {
                Element::Label(_) => layout.labels.push(position),
                Element::Instruction(instruction) => layout.end += instruction.units(),
            }
        }
        layout
    }

    /// Where the element at `position` starts; behind the last one, where the code ends.
    pub(super) fn start(&self, position: usize) -> usize {
        self.starts.get(position).copied().unwrap_or(self.end)
    }

    /// The position of a label among the elements.
    ///
    /// # Errors
    ///
    /// If the label is one of another code.
    pub(super) fn position(&self, label: Label) -> Result<usize, Error> {
        let position = self.labels.get(label.0).copied();
        position.ok_or_else(|| Error::whole("a label stands nowhere in the code"))
    }

    /// Where a label stands.
    ///
    /// # Errors
    ///
    /// If the label is one of another code.
    pub(super) fn target(&self, label: Label) -> Result<usize, Error> {
        Ok(self.start(self.position(label)?))
    }

    /// The whole argument of the instruction at `position`.
    ///
    /// # Errors
    ///
    /// If a jump cannot reach its target: it lies the other way, or too far off.
    pub(super) fn argument(
        &self,
        position: usize,
        instruction: &Instruction,
    ) -> Result<u32, Error> {
        let label = match instruction.argument {
            Argument::Value(value) => return Ok(value),
            Argument::Jump(label) => label,
        };
        let (from, to) = (self.start(position + 1), self.target(label)?);
        let distance = match instruction.opcode.argument {
            ArgumentKind::Backward => from.checked_sub(to),
            _ => to.checked_sub(from),
        };
        distance
            .and_then(|units| u32::try_from(units).ok())
            .ok_or_else(|| Error::at_unit(self.start(position), "jump cannot reach its target"))
    }
}

/// Widens instructions until each has room for its argument.
///
/// # Errors
///
/// If a jump cannot reach its target.
pub(super) fn settle(elements: &mut [Element]) -> Result<Layout, Error> {
    loop {
        let layout = Layout::of(elements);
        let mut settled = true;
        for (position, element) in elements.iter_mut().enumerate() {
            if let Element::Instruction(instruction) = element {
                let needed = prefixes(layout.argument(position, instruction)?);
                settled &= needed <= instruction.prefixes;
                instruction.prefixes = instruction.prefixes.max(needed);
            }
        }
        if settled {
            return Ok(layout);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::code::Code;
    use super::super::opcodes::Version;
    use super::super::testing::{opcode, parts};
    use super::*;

    /// `RESUME 0`, and `inner` code units in a jump over them and a loop around them.
    fn nested(version: Version, inner: u8) -> Code {
        let back = inner + 1 + 1 + opcode(version, "JUMP_BACKWARD").caches;
        let mut rows = vec![("RESUME", 0), ("JUMP_FORWARD", inner)];
        rows.extend(vec![("NOP", 0); inner.into()]);
        rows.extend([("JUMP_BACKWARD", back), ("RETURN_VALUE", 0)]);
        Code::read(version, &parts(version, &rows)).unwrap()
    }

    fn prefixes_of_jumps(code: &Code) -> Vec<u8> {
        let jumps = code.instructions().filter(|(_, it)| it.opcode.is_jump());
        jumps.map(|(_, jump)| jump.prefixes).collect()
    }

    #[test]
    fn a_jump_that_crosses_255_units_gets_a_prefix_and_moves_what_is_behind_it() {
        for version in Version::ALL {
            // The forward jump spans 253 units, the backward one at least 255.
            let mut code = nested(version, 252);
            code.write().unwrap();
            let before = code.layout().end;
            assert!(prefixes_of_jumps(&code).iter().all(|count| *count == 0));

            let nop = Instruction::new(opcode(version, "NOP"), 0);
            code.insert(4, vec![nop; 4]);
            let parts = code.write().unwrap();
            assert_eq!(prefixes_of_jumps(&code), [1, 1]);
            assert_eq!(code.layout().end, before + 4 + 2);
            assert_eq!(Code::read(version, &parts).unwrap(), code);
        }
    }

    #[test]
    fn a_prefix_alone_can_make_another_jump_cross_255_units() {
        let version = Version::V3_11;
        let mut code = nested(version, 252);
        let nop = Instruction::new(opcode(version, "NOP"), 0);
        let inner = code.instructions().count() - 3;
        code.insert(inner, [nop.clone(), nop]);
        let parts = code.write().unwrap();
        assert_eq!(prefixes_of_jumps(&code), [0, 1]);
        assert_eq!(Code::read(version, &parts).unwrap(), code);
    }

    #[test]
    fn a_jump_cannot_turn_round() {
        let version = Version::V3_11;
        let mut elements = nested(version, 1).elements().to_vec();
        let last = elements.len() - 1;
        elements.swap(2, last); // the forward jump, now behind its target
        let error = settle(&mut elements).map(|_| ()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("jump cannot reach its target")
        );
    }
}
