//! Disassembles callables, with the meanings of arguments and marks at injected instructions.

use std::ops::Range;

use super::progress::Progress;
use super::selection::{Absent, Selected};
use super::worker::Worker;
use crate::bytecode::{self, CodeParts, Meaning, disassemble};
use crate::cpython::{CodeObject, CodeText, Gil, Sources, VERIFY};
use crate::error::{Error, Result};
use crate::protocol::{
    Disassembly, Instruction, Listing, Pattern, ProtectedRange, Side, State, SymbolPath,
};

/// What is read of one code object while the GIL is held.
struct Read {
    parts: CodeParts,
    text: CodeText,
    /// The bytes that the patch added, if it is patched code.
    injected: Option<Box<[Range<u32>]>>,
}

impl Worker {
    /// Disassembles what the patterns match.
    pub(super) fn disassemble(
        &self,
        progress: &Progress,
        patterns: &[Pattern],
        side: Side,
    ) -> Result<Vec<Disassembly>> {
        let selected = self.select(progress, patterns, Absent::Fails)?;
        progress.expect_steps(selected.len());
        let mut disassemblies = Vec::new();
        let mut sources = Sources::default();
        for target in selected {
            if progress.is_cancelled() {
                break;
            }
            disassemblies.push(self.disassemble_one(target, side, &mut sources)?);
            progress.step();
        }
        Ok(disassemblies)
    }

    fn disassemble_one(
        &self,
        target: Selected,
        side: Side,
        sources: &mut Sources,
    ) -> Result<Disassembly> {
        let read = self.slice(|gil, _| self.read_sides(gil, &target, side))?;
        let filename = read
            .first()
            .map(|read| read.text.filename.clone())
            .unwrap_or_default();
        let source = sources.lines(&target.function, &filename);
        let listings = read
            .into_iter()
            .map(|read| self.listing(&target.path, &read, source))
            .collect::<Result<_>>()?;
        Ok(Disassembly {
            path: target.path,
            kind: target.kind,
            notes: target.notes,
            filename,
            listings,
        })
    }

    fn read_sides(&self, gil: Gil<'_>, target: &Selected, side: Side) -> Result<Vec<Read>> {
        let patch = self.patches.of(gil, target.function.id());
        let state = patch
            .as_ref()
            .map_or(State::Original, |patch| patch.state(gil));
        let rewrite = patch.as_ref().map(|patch| patch.rewrite());
        let rewrite = rewrite.as_ref().and_then(|rewrite| rewrite.as_ref());
        let not_patched = || {
            Error::new(format!("`{}` is not patched", target.path))
                .hint(format!("patch it: `patch {}`", target.path))
        };
        let original = || rewrite.map(|rewrite| read(gil, &rewrite.original_code, None));
        let patched = || {
            rewrite.map(|rewrite| read(gil, &rewrite.patched_code, Some(rewrite.injected.clone())))
        };
        let now = || read(gil, &target.function.code(gil), None);
        let both = || {
            Ok(vec![
                original().ok_or_else(not_patched)??,
                patched().ok_or_else(not_patched)??,
            ])
        };
        match side {
            Side::Current if state == State::Patched => both(),
            Side::Current => now().map(|read| vec![read]),
            Side::Original => original().unwrap_or_else(now).map(|read| vec![read]),
            Side::Patched => patched().ok_or_else(not_patched)?.map(|read| vec![read]),
            Side::Both => both(),
        }
    }

    fn listing(&self, path: &SymbolPath, read: &Read, source: &[String]) -> Result<Listing> {
        let disassembly = disassemble(self.facts.version, &read.parts).map_err(|error| {
            Error::new(format!("`{path}` does not decode: {error}")).hint(VERIFY)
        })?;
        let mut last_line = None;
        let instructions = disassembly.lines.iter().map(|line| {
            let starts_line = line.source_line.filter(|number| last_line != Some(*number));
            last_line = line.source_line.or(last_line);
            let mut injected = read.injected.iter().flatten();
            Instruction {
                source: starts_line.map(|number| (number, source_line(source, number))),
                offset: line.offset,
                opcode: line.opcode.into(),
                argument: line.argument,
                meaning: meaning(line, &read.text),
                jumps_to: match line.meaning {
                    Meaning::Jump(offset) => Some(offset),
                    _ => None,
                },
                is_jump_target: line.is_jump_target,
                is_injected: u32::try_from(line.offset)
                    .is_ok_and(|offset| injected.any(|range| range.contains(&offset))),
            }
        });
        Ok(Listing {
            is_patched: read.injected.is_some(),
            instructions: instructions.collect(),
            exceptions: disassembly.exceptions.iter().map(protected).collect(),
        })
    }
}

fn read(gil: Gil<'_>, code: &CodeObject, injected: Option<Box<[Range<u32>]>>) -> Result<Read> {
    Ok(Read {
        parts: code.parts(gil)?,
        text: code.text(gil)?,
        injected,
    })
}

fn source_line(source: &[String], number: u32) -> String {
    let index = usize::try_from(number)
        .ok()
        .and_then(|number| number.checked_sub(1));
    index
        .and_then(|index| source.get(index))
        .cloned()
        .unwrap_or_default()
}

fn protected(range: &bytecode::ProtectedRange) -> ProtectedRange {
    ProtectedRange {
        start: range.start,
        end: range.end,
        handler: range.handler,
        depth: range.depth,
        lasti: range.lasti,
    }
}

/// The meaning of an instruction's argument, in terms of its code object.
fn meaning(line: &bytecode::Line, text: &CodeText) -> String {
    let pick = |texts: &[String], index: u32| {
        let text = usize::try_from(index)
            .ok()
            .and_then(|index| texts.get(index));
        text.cloned()
            .unwrap_or_else(|| format!("<nothing at {index}>"))
    };
    match line.meaning {
        Meaning::None | Meaning::Number(_) | Meaning::Jump(_) => String::new(),
        Meaning::Constant(index) => pick(&text.constants, index),
        Meaning::Name(index) => pick(&text.names, index),
        Meaning::Local(index) | Meaning::Deref(index) => pick(&text.fast_locals, index),
        Meaning::LocalPair(one, other) => {
            format!(
                "{}, {}",
                pick(&text.fast_locals, one),
                pick(&text.fast_locals, other)
            )
        }
        Meaning::Choice(name) => name.to_owned(),
        Meaning::Call(1) => "1 argument".to_owned(),
        Meaning::Call(count) => format!("{count} arguments"),
    }
}
