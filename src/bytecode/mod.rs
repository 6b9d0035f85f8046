//! Bytes ⇄ instructions of each supported CPython, in pure Rust, independent of the Python that
//! instrsh was built for.
//!
//! ```text
//! CodeParts ──read──▶ Code (instructions and labels) ──write──▶ CodeParts
//!                      points × templates, stack_depth
//! ```
//!
//! Offsets exist only while bytes are decoded or encoded. In between, jumps and exception ranges
//! refer to labels and each instruction carries its location, so that an insertion moves nothing.
//! Code that is not fully understood is refused: see [`Error`].

pub mod opcodes;

mod code;
mod code_units;
mod codec;
mod disassembly;
mod error;
mod exception_table;
mod injection;
mod instruction;
mod labels;
mod layout;
mod line_table;
mod locations;
mod point;
mod reader;
mod stack;
mod template;
#[cfg(test)]
mod testing;
mod token;
mod varint;

pub use code::Code;
pub use disassembly::{Disassembly, Line, Meaning, ProtectedRange, disassemble};
pub use error::{Error, Part};
pub use injection::{Injected, Probe, inject, inject_exit_notice, inject_store_notices};
pub use instruction::{Argument, Element, ExceptionRange, Instruction};
pub use labels::Label;
pub use line_table::Location;
pub use opcodes::Version;

/// The parts of a Python code object that this room decodes and encodes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeParts {
    /// `co_code`: code units (2 bytes each), neither specialised nor instrumented.
    pub code: Vec<u8>,
    /// `co_linetable`.
    pub line_table: Vec<u8>,
    /// `co_exceptiontable`.
    pub exception_table: Vec<u8>,
    /// `co_firstlineno`.
    pub first_line: i32,
    /// `co_stacksize`, in values.
    pub stack_size: u32,
}
