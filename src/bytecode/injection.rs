//! What is put into code objects, so that line events stay as they were: without a location, or with
//! that of the instruction before.
//!
//! The entry hook counts calls. It comes before any label, so that a loop back to the first
//! instruction of the body does not run it again:
//!
//! ```text
//!     RESUME       0
//! >   LOAD_CONST   hook         ~hook
//! >   UNARY_INVERT
//! >   POP_TOP
//! ```
//!
//! The exit notice passes a parameter to a native object before each return:
//!
//! ```text
//! >   LOAD_CONST    watcher     del watcher[parameter]
//! >   LOAD_FAST     parameter
//! >   DELETE_SUBSCR
//!     RETURN_VALUE
//! ```
//!
//! The store notice informs a native object that a module has bound a name. It has the location of
//! the store: without a location, in the middle of a line, it would make 3.11 trace that line again.
//!
//! ```text
//!     STORE_NAME    name
//! >   LOAD_CONST    watcher     del watcher.name
//! >   DELETE_ATTR   name
//! ```

use std::ops::Range;

use super::CodeParts;
use super::code::Code;
use super::error::Error;
use super::instruction::{Argument, Instruction};
use super::opcodes::{Opcodes, Version};

/// A code object with something injected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Injected {
    /// The new parts; the caller extends the constants.
    pub parts: CodeParts,
    /// The injected code units (2 bytes each), by offset in the new code.
    pub at: Range<usize>,
}

impl Injected {
    /// The number of injected instructions. As in `dis`, `EXTENDED_ARG` counts as one; none of them
    /// has caches, so each is one code unit.
    #[must_use]
    pub fn instructions_added(&self) -> usize {
        self.at.len()
    }
}

/// Inserts the entry hook, the constant at index `hook_constant`, at the start of the body.
///
/// # Errors
///
/// If the code does not decode, has no `RESUME 0` and therefore no body, uses its stack
/// inconsistently, or the result does not decode to what was encoded.
pub fn inject_entry_hook(
    version: Version,
    parts: &CodeParts,
    hook_constant: u32,
) -> Result<Injected, Error> {
    let mut code = Code::read(version, parts)?;
    let body = code
        .body()
        .ok_or_else(|| Error::whole("it has no `RESUME 0`"))?;
    let hook = entry_hook(version.opcodes(), hook_constant);
    let behind = body + hook.len();
    code.insert(body, hook);
    let parts = written(&mut code, parts)?;
    Ok(Injected {
        parts,
        at: code.offset(body)..code.offset(behind),
    })
}

/// Inserts an exit notice before each return: the constant at index `watcher_constant` receives the
/// fast local at index `parameter`, which must be one that a call binds.
///
/// # Errors
///
/// As for [`inject_entry_hook`]; also if the code can unbind the parameter.
pub fn inject_exit_notice(
    version: Version,
    parts: &CodeParts,
    watcher_constant: u32,
    parameter: u32,
) -> Result<CodeParts, Error> {
    let mut code = Code::read(version, parts)?;
    let opcodes = version.opcodes();
    let unbinds = |it: &Instruction| {
        it.argument == Argument::Value(parameter)
            && matches!(it.opcode.name, "DELETE_FAST" | "MAKE_CELL")
    };
    if code.instructions().any(|(_, it)| unbinds(it)) {
        return Err(Error::whole("the parameter can be unbound"));
    }
    let returns: Vec<usize> = code.returns().rev().collect();
    for position in returns {
        code.insert(position, exit_notice(opcodes, watcher_constant, parameter));
    }
    written(&mut code, parts)
}

/// Inserts a store notice after each instruction that binds a global name of a module: the constant
/// at index `watcher_constant` receives the name.
///
/// # Errors
///
/// As for [`inject_entry_hook`], but for the body.
pub fn inject_store_notices(
    version: Version,
    parts: &CodeParts,
    watcher_constant: u32,
) -> Result<CodeParts, Error> {
    let mut code = Code::read(version, parts)?;
    let opcodes = version.opcodes();
    let is_store = |it: &Instruction| matches!(it.opcode.name, "STORE_NAME" | "STORE_GLOBAL");
    code.insert_behind_each(|it| is_store(it).then(|| store_notice(opcodes, watcher_constant, it)));
    written(&mut code, parts)
}

/// Encodes edited code and checks that it decodes to the same. An error names a byte of the given
/// code.
fn written(code: &mut Code, given: &CodeParts) -> Result<CodeParts, Error> {
    if let Err(error) = code.raise_stack_size() {
        return Err(Code::read(code.version, given)?
            .stack_depth()
            .err()
            .unwrap_or(error));
    }
    let parts = code.write()?;
    if Code::read(code.version, &parts)? != *code {
        return Err(Error::whole(
            "the rewritten code does not decode to what was encoded",
        ));
    }
    Ok(parts)
}

/// `~hook`
fn entry_hook(opcodes: &'static Opcodes, hook_constant: u32) -> [Instruction; 3] {
    [
        Instruction::new(&opcodes.load_const, hook_constant),
        Instruction::new(&opcodes.unary_invert, 0),
        Instruction::new(&opcodes.pop_top, 0),
    ]
}

/// `del watcher[parameter]`
fn exit_notice(
    opcodes: &'static Opcodes,
    watcher_constant: u32,
    parameter: u32,
) -> [Instruction; 3] {
    [
        Instruction::new(&opcodes.load_const, watcher_constant),
        Instruction::new(&opcodes.load_fast, parameter),
        Instruction::new(&opcodes.delete_subscr, 0),
    ]
}

/// `del watcher.name`, where `store` binds the name.
fn store_notice(
    opcodes: &'static Opcodes,
    watcher_constant: u32,
    store: &Instruction,
) -> [Instruction; 2] {
    let located = |instruction| Instruction {
        location: store.location,
        ..instruction
    };
    let delete = Instruction {
        argument: store.argument,
        ..Instruction::new(&opcodes.delete_attr, 0)
    };
    [
        located(Instruction::new(&opcodes.load_const, watcher_constant)),
        located(delete),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assemble, opcode, parts};
    use super::*;

    fn injected(version: Version, parts: &CodeParts) -> Injected {
        inject_entry_hook(version, parts, 7).unwrap()
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
            assert_eq!(injected.at, start..start + 3, "{version}");
            assert_eq!(injected.instructions_added(), 3);
            assert_eq!(injected.parts.stack_size, 1);
        }
    }

    #[test]
    fn a_constant_behind_255_gets_a_prefix() {
        let version = Version::V3_12;
        let before = parts(version, &[("RESUME", 0), ("RETURN_CONST", 0)]);
        let injected = inject_entry_hook(version, &before, 0x102).unwrap();
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
            (injected.at.clone(), injected.instructions_added()),
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
            let error = inject_entry_hook(version, &parts(version, rows), 0).unwrap_err();
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
