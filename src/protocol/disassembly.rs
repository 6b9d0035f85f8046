//! Bytecode as `dis` shows it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Kind, SymbolPath};

/// Which code of a callable to disassemble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// The code that its next call runs; if that is our patch, the original, too.
    Current,
    /// The code before the patch.
    Original,
    /// The code with the patch.
    Patched,
    /// The original and the patched code.
    Both,
}

/// The bytecode of a callable.
#[derive(Debug, Serialize, Deserialize)]
pub struct Disassembly {
    /// Its name.
    pub path: SymbolPath,
    /// How it is bound, and what it returns.
    pub kind: Kind,
    /// Remarks on how the name was resolved.
    pub notes: Vec<String>,
    /// `co_filename`
    pub filename: String,
    /// The code that was asked for; the original comes before the patched code.
    pub listings: Vec<Listing>,
}

/// One code object.
#[derive(Debug, Serialize, Deserialize)]
pub struct Listing {
    /// Whether it is the patched code.
    pub is_patched: bool,
    /// Its instructions, in order.
    pub instructions: Vec<Instruction>,
    /// Its exception table.
    pub exceptions: Vec<ProtectedRange>,
}

/// One instruction; offsets are in bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Instruction {
    /// Number and text of the source line that starts here; the text is empty without source.
    pub source: Option<(u32, String)>,
    /// Its offset.
    pub offset: usize,
    /// Its name.
    pub opcode: Cow<'static, str>,
    /// Its whole argument.
    pub argument: Option<u32>,
    /// The meaning of the argument.
    pub meaning: String,
    /// The offset it jumps to.
    pub jumps_to: Option<usize>,
    /// Whether a jump or an exception handler leads here.
    pub is_jump_target: bool,
    /// Whether the patch added it.
    pub is_injected: bool,
}

/// A row of the exception table. Offsets are in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtectedRange {
    /// The offset of the first byte covered.
    pub start: usize,
    /// The offset after the last byte covered.
    pub end: usize,
    /// Where an exception goes on.
    pub handler: usize,
    /// Values that stay on the stack when the handler is entered.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed, too.
    pub lasti: bool,
}
