//! Parts of a code object ⇄ [`Code`]: converts offsets to labels and back.
//!
//! Output of the compiler is encoded to the same bytes again. Output of other tools may be encoded
//! to other bytes with the same meaning.

use super::CodeParts;
use super::code::Code;
use super::code_units::{self, Encoded};
use super::error::Error;
use super::exception_table::{self, Entry};
use super::instruction::{Argument, Element, ExceptionRange, Instruction};
use super::labels::Labels;
use super::layout::{self, Layout};
use super::locations::{LineTable, Locations};
use super::opcodes::Version;

/// Room for a hook, so that an insertion of it need not move the instructions elsewhere.
const ROOM: usize = 4;

impl Code {
    /// Decodes the parts of a code object.
    ///
    /// # Errors
    ///
    /// If a part does not decode, or a jump, an exception range or a location does not begin and
    /// end with whole instructions.
    pub fn read(version: Version, parts: &CodeParts) -> Result<Self, Error> {
        let instructions = code_units::read(version.opcodes(), &parts.code)?;
        let entries = exception_table::read(&parts.exception_table)?;
        let end = instructions.last().map_or(0, |last| last.end);
        let mut locations = Locations::new(&parts.line_table, parts.first_line, end);
        let jumps = instructions.iter().filter_map(Encoded::target);
        let ranges = entries
            .iter()
            .flat_map(|entry| [entry.start, entry.end, entry.handler]);
        let labels = Labels::new(jumps.chain(ranges), &instructions);

        let mut places = labels.in_order().peekable();
        let mut elements = Vec::with_capacity(instructions.len() + places.len() + ROOM);
        for instruction in &instructions {
            let label = places.next_if(|(place, _)| *place == instruction.start);
            elements.extend(label.map(|(_, label)| Element::Label(label)));
            elements.push(Element::Instruction(Instruction {
                opcode: instruction.opcode,
                argument: read_argument(instruction, &labels)?,
                location: locations.next(instruction.start..instruction.end)?,
                prefixes: instruction.prefixes,
            }));
        }
        elements.extend(places.map(|(_, label)| Element::Label(label)));
        locations.finish()?;
        Ok(Self {
            version,
            elements,
            exceptions: read_exceptions(&entries, &labels)?,
            first_line: parts.first_line,
            stack_size: parts.stack_size,
        })
    }

    /// Encodes the code object, and widens instructions whose arguments need more prefixes.
    ///
    /// # Errors
    ///
    /// If a jump cannot reach its target, or a location cannot be encoded.
    pub fn write(&mut self) -> Result<CodeParts, Error> {
        let layout = self.settle()?;
        let opcodes = self.version.opcodes();
        let mut code = Vec::with_capacity(layout.end() * 2);
        let merges = opcodes.merges_locations;
        let mut line_table = LineTable::new(self.first_line, self.elements.len(), merges);
        for (start, instruction) in self.placed() {
            let argument = layout.argument(start, instruction)?;
            code_units::write(&mut code, opcodes, instruction, argument);
            line_table.add(instruction.units(), instruction.location)?;
        }
        Ok(CodeParts {
            code,
            line_table: line_table.finish()?,
            exception_table: exception_table::write(&self.entries(&layout)?),
            first_line: self.first_line,
            stack_size: self.stack_size,
        })
    }

    /// Widens instructions whose arguments need more prefixes.
    ///
    /// # Errors
    ///
    /// If a jump cannot reach its target.
    pub(super) fn settle(&mut self) -> Result<Layout, Error> {
        layout::settle(&mut self.elements)
    }

    fn entries(&self, layout: &Layout) -> Result<Vec<Entry>, Error> {
        let entry = |range: &ExceptionRange| {
            Ok(Entry {
                start: layout.target(range.start)?,
                end: layout.target(range.end)?,
                handler: layout.target(range.handler)?,
                depth: range.depth,
                lasti: range.lasti,
            })
        };
        self.exceptions.iter().map(entry).collect()
    }
}

fn read_argument(instruction: &Encoded, labels: &Labels) -> Result<Argument, Error> {
    if !instruction.opcode.has_label() {
        return Ok(Argument::Value(instruction.argument));
    }
    let target = instruction.target();
    let label = target.and_then(|target| labels.of_instruction(target));
    label.map(Argument::Label).ok_or_else(|| {
        let sentence = format!(
            "`{}` does not lead to an instruction",
            instruction.opcode.name
        );
        Error::at_unit(instruction.start, sentence)
    })
}

fn read_exceptions(entries: &[Entry], labels: &Labels) -> Result<Vec<ExceptionRange>, Error> {
    let range = |entry: &Entry| {
        Some(ExceptionRange {
            start: labels.at(entry.start)?,
            end: labels.at(entry.end)?,
            handler: labels.of_instruction(entry.handler)?,
            depth: entry.depth,
            lasti: entry.lasti,
        })
    };
    let refused = || Error::whole("an exception range does not cover whole instructions");
    let ranges = entries.iter().map(range);
    ranges.map(|range| range.ok_or_else(refused)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assemble, parts};
    use super::*;

    const V: Version = Version::V3_12;

    fn refused(parts: &CodeParts) -> String {
        Code::read(V, parts).unwrap_err().to_string()
    }

    #[test]
    fn broken_code_is_refused() {
        let refused = |code: &[u8]| {
            refused(&CodeParts {
                code: code.to_vec(),
                ..CodeParts::default()
            })
        };
        let [extended_arg, load_global] = [144, 116];
        assert_eq!(refused(&[9]), "half a code unit at byte 0 of the code");
        assert_eq!(
            refused(&[9, 0, 255, 0]),
            "unknown opcode 255 at byte 2 of the code"
        );
        assert!(refused(&[extended_arg, 1]).starts_with("instruction is cut short"));
        assert!(refused(&[load_global, 1, 0, 0]).starts_with("instruction is cut short"));
        assert!(refused(&[extended_arg, 0].repeat(4)).starts_with("more than three"));
        let specialised = [load_global, 1, 0, 0, 7, 0, 0, 0, 0, 0];
        assert!(refused(&specialised).starts_with("`LOAD_GLOBAL` has a cache in use"));
    }

    #[test]
    fn a_jump_leads_to_the_start_of_an_instruction() {
        let jump = |rows: &[(&str, u8)]| Code::read(V, &parts(V, rows)).map(|_| ());
        let forward = |distance| {
            jump(&[
                ("JUMP_FORWARD", distance),
                ("LOAD_GLOBAL", 0), // and four caches
                ("EXTENDED_ARG", 1),
                ("LOAD_CONST", 0),
                ("RETURN_VALUE", 0),
            ])
        };
        assert_eq!(forward(0), Ok(()));
        assert_eq!(
            forward(5),
            Ok(()),
            "the first prefix starts the instruction"
        );
        assert_eq!(forward(7), Ok(()));
        for inside_or_behind in [1, 4, 6, 8, 9, 255] {
            let error = forward(inside_or_behind).unwrap_err().to_string();
            let expected = "`JUMP_FORWARD` does not lead to an instruction at byte 0 of the code";
            assert_eq!(error, expected);
        }
        assert_eq!(jump(&[("NOP", 0), ("JUMP_BACKWARD", 2)]), Ok(()));
        assert!(jump(&[("NOP", 0), ("JUMP_BACKWARD", 3)]).is_err());
    }

    #[test]
    fn an_exception_range_lies_on_whole_instructions() {
        let rows = [("LOAD_GLOBAL", 0), ("POP_TOP", 0)];
        let table = |table: [u8; 4]| CodeParts {
            exception_table: table.to_vec(),
            ..parts(V, &rows)
        };
        let fine = table([0x80, 6, 5, 0]);
        assert_eq!(
            Code::read(V, &fine).unwrap().write().unwrap(),
            fine_lines(&fine)
        );
        for broken in [
            [0x81, 5, 5, 0],
            [0x80, 7, 5, 0],
            [0x80, 3, 5, 0],
            [0x80, 5, 6, 0],
        ] {
            assert!(refused(&table(broken)).starts_with("an exception range"));
        }
    }

    /// The parts with a line table equivalent to an empty one.
    fn fine_lines(parts: &CodeParts) -> CodeParts {
        let units = u8::try_from(parts.code.len() / 2).unwrap();
        CodeParts {
            line_table: vec![0xf8 | (units - 1)],
            ..parts.clone()
        }
    }

    #[test]
    fn a_location_may_end_within_caches_only_where_it_is_cut_after_eight_units() {
        let attribute = parts(V, &[("LOAD_ATTR", 0), ("POP_TOP", 0)]); // 1 + 9 caches + 1
        let lines = |line_table: &[u8]| CodeParts {
            line_table: line_table.to_vec(),
            ..attribute.clone()
        };
        let cut = lines(&[0xef, 2, 0xea, 0]);
        assert_eq!(Code::read(V, &cut).unwrap().write().unwrap(), cut);
        assert_eq!(
            refused(&lines(&[0xef, 2, 0xea, 2])),
            "instruction has two locations at byte 0 of the code"
        );
    }

    #[test]
    fn prefixes_that_are_not_needed_stay() {
        let rows = [("EXTENDED_ARG", 0), ("LOAD_CONST", 1), ("RETURN_VALUE", 0)];
        let redundant = fine_lines(&parts(V, &rows));
        assert_eq!(
            Code::read(V, &redundant).unwrap().write().unwrap(),
            redundant
        );
    }

    #[test]
    fn an_empty_code_is_read_and_written() {
        let empty = CodeParts::default();
        assert_eq!(Code::read(V, &empty).unwrap().write().unwrap(), empty);
        assert!(assemble(V, &[]).is_empty());
    }
}
