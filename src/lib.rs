//! A shell that rewrites the bytecode of a running Python program and counts its calls.
//!
//! ```text
//!   in the shell's process: no Python
//! 4 shell/      talks to a person or a script
//! 3 commands/   what can be typed, one file each
//! 2 program/    a program and its agent from outside: its process, requests, replies, what is known
//!   view/       beside the floors: answers → text; the only room that prints
//!   in both
//! 1 protocol/   requests, replies and events as data; the answers of commands are these
//! 1 measures/   what is measured of callables: one table, from which columns and words follow
//! 0 counts/     what hooks have counted, in memory that both processes map
//! 0 system/     the operating system: signals, terminals, threads, processes
//!   in the program's process
//! 3 embedding/  CPython's own `python`, with the agent let in before the first line
//! 2 agent/      what works beside the program: the line to the shell; the worker, which patches
//! 1 cpython/    resolves symbols, reads and replaces code objects, runs the hooks
//! 0 bytecode/   bytes ⇄ instructions; pure Rust
//! ```
//!
//! A room may use the rooms below it, never those above; `tests/tidy.rs` checks that. A command goes
//! down, and its answer comes up as data, to be painted:
//!
//! ```text
//! line, words     shell/ → commands/
//! Request         program/ ── a frame over a socket ──→ agent/line → agent/worker
//! code object     cpython/ (bytecode/ rewrites it between two slices in which the GIL is held)
//! Reply, Event    agent/outbox ── a frame ──→ program/ → commands/ → view/
//! counts          hooks write them; program/ reads them in the memory, by the numbers in a Row
//! ```
//!
//! The threads of the shell: the first one, which reads lines and runs commands; others that wait for the agent's
//! frames, the program's output, its end, keys and signals. Those of the program's process: the program on the first
//! one, which is Python's main thread; two of the agent that have the socket in a descriptor table of their own and
//! never take the GIL; and the worker, which alone takes it to look things up and to patch.

pub use instrsh_border::{counts, error, measures, protocol, system};
pub use instrsh_python::{agent, bytecode, cpython, embedding};
pub use instrsh_shell::{commands, program, shell, view};

/// The Python that this build is for.
pub const BUILT_FOR: program::Python = program::Python {
    executable: env!("INSTRSH_PYTHON"),
    version: env!("INSTRSH_PYTHON_VERSION"),
};
