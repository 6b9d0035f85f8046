//! The program's process: CPython, and the agent in it.

use instrsh_border::{counts, error, measures, protocol, system};

pub mod agent;
pub mod bytecode;
pub mod cpython;
pub mod embedding;
