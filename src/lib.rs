//! A shell that rewrites the bytecode of a running Python program and counts its calls.
//!
//! ```text
//! 5 shell/      talks to a person or a script
//! 4 commands/   what can be typed, one file each
//! 3 target/     the interpreter and the program that runs in it
//! 2 session/    what is known of the process; the worker that patches it
//! 1 cpython/    resolves symbols, reads and exchanges code objects, counts hits
//! 0 bytecode/   bytes ⇄ instructions; pure Rust
//!   view/       beside the floors: answers → text; the only room that prints
//! ```
//!
//! A room may use the rooms below it, never those above; `tests/tidy.rs` holds that. A command
//! goes down (line, words, request, code object) and its answer comes up as data, to be painted.
//!
//! Three threads: the shell on the process's first one, the program on one that is Python's main
//! thread, and the worker, which alone takes the interpreter to look and to patch.

pub mod bytecode;
pub mod commands;
pub mod cpython;
pub mod error;
pub mod session;
pub mod shell;
pub mod target;
pub mod view;
