//! The engine without a shell: the codec against the interpreter, the standard library and
//! malformed inputs, functions with tokens, and the machine code of a hit.

mod fuzz;
mod hook;
mod opcodes;
mod roundtrip;
mod timed;
mod tokens;
