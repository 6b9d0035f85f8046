//! Repairs `throw` in 3.11, which believes that the instruction before `YIELD_VALUE` is the `SEND` of
//! a loop, and jumps by its argument byte when the other generator returns:
//!
//! ```text
//!     SEND         label
//! >   COPY         depth
//! >   UNARY_NEGATIVE
//! >   POP_TOP      the distance to the label, which it ignores
//!     YIELD_VALUE
//! ```
//!
//! Source: `_gen_throw` in CPython 3.11's `Objects/genobject.c`.

use super::super::code::Code;
use super::super::error::Error;
use super::super::instruction::Argument;

/// Repairs all loops of the code, whose tokens are put in.
///
/// # Errors
///
/// If the distance does not fit in a byte.
pub(super) fn lead_past(code: &mut Code) -> Result<(), Error> {
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

#[cfg(test)]
mod tests {
    use super::super::super::opcodes::Version;
    use super::super::super::testing::{opcode, parts, refused, timed};

    #[test]
    fn throw_finds_the_end_of_a_send_loop_in_3_11() {
        let version = Version::V3_11;
        let code = |far: u8| {
            let send = [("LOAD_CONST", 0), ("LOAD_CONST", 0), ("SEND", far + 3)];
            let round = [
                ("YIELD_VALUE", 0),
                ("RESUME", 2),
                ("JUMP_BACKWARD_NO_INTERRUPT", 4),
            ];
            let far = vec![("NOP", 0); far.into()];
            let rows = [
                &[("RESUME", 0)],
                &send[..],
                &round,
                &far,
                &[("RETURN_VALUE", 0)],
            ];
            parts(version, &rows.concat())
        };
        let units: Vec<u8> = timed(version, &code(0)).parts.code;
        let pop_top = opcode(version, "POP_TOP").number;
        let argument = units.chunks(2).find(|unit| unit[0] == pop_top).unwrap()[1];
        // `YIELD_VALUE`, `RESUME`, three to resume, the jump; then three to resume behind the loop.
        assert_eq!(argument, 6);
        let error = refused(version, &code(250));
        assert!(error.starts_with("`SEND` leads further"), "{error}");
    }
}
