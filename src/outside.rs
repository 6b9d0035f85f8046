//! The shell's process: no Python is in it.

use instrsh_border::{counts, error, measures, protocol, system};

pub mod commands;
pub mod program;
pub mod shell;
pub mod view;
