//! `instrsh`: arguments in, exit status out.

use std::process::ExitCode;

use clap::Parser;
use instrsh::shell::{self, Options};

fn main() -> ExitCode {
    ExitCode::from(shell::run(Options::parse()))
}
