//! The first messages: what the shell tells the agent before Python starts, and what it is told when the
//! program could start.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::measures::Costs;

/// Names the socket to the shell in the environment of the program's process, until that is a Python.
pub const SOCKET_VARIABLE: &str = "INSTRSH_AGENT";

/// The package of the demo.
pub const DEMO: &str = "instrumenting_app";

/// The error for options with which Python runs no program, or another one.
#[must_use]
pub fn unsuitable_options() -> Error {
    Error::usage("CPython does not run a program with these options")
        .hint("`--python-option` is for options such as `-O` or `-Xdev`")
}

/// What Python is expected to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Main {
    /// The demo, which is imported from the binary.
    Demo,
    /// A module.
    Module,
    /// A file, a folder or an archive.
    Script,
    /// Nothing: Python itself is looked at.
    Nothing,
}

/// The first message to the agent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Launch {
    /// What Python is expected to run.
    pub main: Main,
    /// Whether to tell when the program asks for input, see [`Event::WantsInput`](super::Event::WantsInput).
    pub watches_input: bool,
}

/// The first message from the agent, with the descriptor of the memory in which the hooks count.
#[derive(Debug, Serialize, Deserialize)]
pub enum Hello {
    /// The program is held before its first line.
    Started(Box<Started>),
    /// Python runs, but not as expected.
    Failed(Error),
}

/// What the shell must know of the process.
#[derive(Debug, Serialize, Deserialize)]
pub struct Started {
    /// Its number.
    pub process: u32,
    /// What events cost there.
    pub costs: Costs,
    /// The version of Python, like `3.11.7`.
    pub python: String,
    /// Whether SIGINT is ignored from the start.
    pub ignores_interrupts: bool,
    /// Why calls of functions stay slower after they were patched, if they do.
    pub slower_calls: Option<String>,
    /// Whether the agent had to keep its descriptors among those of the program.
    pub shares_descriptors: bool,
}
