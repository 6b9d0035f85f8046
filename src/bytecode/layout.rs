//! The offset of each element in the encoded code.
//!
//! A jump's distance determines how many prefixes it needs, and its prefixes move what follows:
//! [`settle`] widens instructions until each has room for its argument. Since none ever gets
//! narrower, this terminates; see [`margin`] for how soon.

use super::code_units::prefixes;
use super::error::Error;
use super::instruction::{Argument, Element, Instruction};
use super::labels::Label;
use super::opcodes::ArgumentKind;

/// The offsets of the labels, in code units (2 bytes each).
pub(super) struct Layout {
    /// In order of number.
    labels: Vec<usize>,
    end: usize,
}

impl Layout {
    pub(super) fn of(elements: &[Element]) -> Self {
        let mut layout = Self {
            labels: Vec::new(),
            end: 0,
        };
        for element in elements {
            match element {
                Element::Label(_) => layout.labels.push(layout.end),
                Element::Instruction(instruction) => layout.end += instruction.units(),
            }
        }
        layout
    }

    /// The end of the code.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// The offset of a label.
    ///
    /// # Errors
    ///
    /// If the label belongs to another code.
    pub(super) fn target(&self, label: Label) -> Result<usize, Error> {
        let target = self.labels.get(label.0).copied();
        target.ok_or_else(Label::stands_nowhere)
    }

    /// The whole argument of an instruction that starts at `start`.
    ///
    /// # Errors
    ///
    /// If a jump cannot reach its target, which is in the other direction or too far away.
    pub(super) fn argument(&self, start: usize, instruction: &Instruction) -> Result<u32, Error> {
        let label = match instruction.argument {
            Argument::Value(value) => return Ok(value),
            Argument::Label(label) => label,
        };
        let (from, to) = (start + instruction.units(), self.target(label)?);
        let distance = match instruction.opcode.argument {
            ArgumentKind::Forward => to.checked_sub(from),
            _ => from.checked_sub(to),
        };
        distance
            .and_then(|units| u32::try_from(units).ok())
            .ok_or_else(|| Error::at_unit(start, "jump cannot reach its target"))
    }
}

/// Widens instructions until each has room for its argument.
///
/// # Errors
///
/// If a jump cannot reach its target.
pub(super) fn settle(elements: &mut [Element]) -> Result<Layout, Error> {
    settle_in_rounds(elements).map(|(layout, _)| layout)
}

/// Like [`settle`]; also returns the number of rounds.
fn settle_in_rounds(elements: &mut [Element]) -> Result<(Layout, u32), Error> {
    let mut round = 0;
    loop {
        let layout = Layout::of(elements);
        if is_wide_enough(elements, &layout)? {
            return Ok((layout, round));
        }
        widen(elements, &layout, margin(round))?;
        round += 1;
    }
}

/// Whether each instruction has the prefixes that it needs.
fn is_wide_enough(elements: &[Element], layout: &Layout) -> Result<bool, Error> {
    let mut start = 0;
    for element in elements {
        if let Element::Instruction(instruction) = element {
            if prefixes(layout.argument(start, instruction)?) > instruction.prefixes {
                return Ok(false);
            }
            start += instruction.units();
        }
    }
    Ok(true)
}

/// Gives each instruction the prefixes that it needs, and each jump those that it would need if it
/// led `margin` code units (2 bytes each) further.
fn widen(elements: &mut [Element], layout: &Layout, margin: u32) -> Result<(), Error> {
    let mut start = 0;
    for element in elements {
        if let Element::Instruction(instruction) = element {
            let spare = margin * u32::from(instruction.opcode.has_label());
            let argument = layout.argument(start, instruction)?;
            start += instruction.units();
            let needed = prefixes(argument.saturating_add(spare));
            instruction.prefixes = instruction.prefixes.max(needed);
        }
    }
    Ok(())
}

/// The spare room that jumps get in this round, counted from 0.
///
/// None in the first rounds, after which nearly every code has settled. But if each of many jumps
/// only just fits and leads over the next one, each round widens a single one. So in later rounds,
/// jumps that nearly do not fit get a prefix as well, and soon all of them: there are few rounds.
fn margin(round: u32) -> u32 {
    const EXACT: u32 = 8;
    match round.checked_sub(EXACT) {
        None => 0,
        Some(doublings) => 1_u32.checked_shl(doublings).unwrap_or(u32::MAX),
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

    /// `RESUME 0`, and jumps that lead over the next one and just need no prefix.
    fn ladder(version: Version, jumps: usize) -> Code {
        let step = [&[("JUMP_FORWARD", 255)][..], &[("NOP", 0); 199]].concat();
        let rows = [&[("RESUME", 0)], &step.repeat(jumps)[..], &[("NOP", 0); 60]];
        Code::read(version, &parts(version, &rows.concat())).unwrap()
    }

    #[test]
    fn a_chain_of_jumps_that_just_fit_settles_in_few_rounds() {
        let version = Version::V3_12;
        let mut code = ladder(version, 40);
        let nop = Instruction::new(opcode(version, "NOP"), 0);
        code.insert(code.elements().len() - 10, [nop]);
        let (_, rounds) = settle_in_rounds(&mut code.elements).unwrap();
        assert!(rounds < 12, "{rounds}");
        assert_eq!(prefixes_of_jumps(&code), [1; 40]);
        let parts = code.write().unwrap();
        assert_eq!(Code::read(version, &parts).unwrap(), code);
    }

    #[test]
    fn rounds_end() {
        assert_eq!(
            [margin(0), margin(7), margin(8), margin(39)],
            [0, 0, 1, 1 << 31]
        );
        assert_eq!(prefixes(margin(40)), 3);
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
