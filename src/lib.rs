//! A shell that rewrites the bytecode of a running Python program and counts its calls.
//!
//! ```text
//! 5 shell/      talks to a person or a script
//! 4 commands/   what can be typed, one file each
//! 3 target/     the interpreter and the program that runs in it
//! 2 program/    the program and its agent as the shell sees them: requests, replies, what is known
//! 2 agent/      what works beside the program: the line to the shell; the worker, which patches
//! 1 cpython/    resolves symbols, reads and replaces code objects, runs the hooks
//! 1 protocol/   requests, replies and events as data; the answers of commands are these
//! 1 measures/   what is measured of callables: one table, from which columns and words follow
//! 0 bytecode/   bytes ⇄ instructions; pure Rust
//! 0 counts/     what hooks have counted, in memory that other processes share or read
//!   view/       beside the floors: answers → text; the only room that prints
//! ```
//!
//! A room may use the rooms below it, never those above; `tests/tidy.rs` checks that. A command goes
//! down, and its answer comes up as data, to be painted:
//!
//! ```text
//! line, words     shell/ → commands/
//! Request         program/ ── a message, as bytes ──→ agent/line → agent/worker
//! code object     cpython/ (bytecode/ rewrites it between two slices in which the GIL is held)
//! Reply, Event    agent/outbox ── a message ──→ program/ → commands/ → view/
//! counts          hooks write them; program/ reads them in the memory, by the numbers in a Row
//! ```
//!
//! The threads: the program on the process's first one, which is Python's main thread; the shell
//! beside it, with one that receives what the agent sends; the agent's line, which never takes the GIL;
//! and the worker, which alone takes it to look things up and to patch.

pub mod agent;
pub mod bytecode;
pub mod commands;
pub mod counts;
pub mod cpython;
pub mod error;
pub mod measures;
pub mod program;
pub mod protocol;
pub mod shell;
pub mod system;
pub mod view;
