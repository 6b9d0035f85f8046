//! `instrsh`: arguments in, exit status out.

use std::process::ExitCode;

use clap::Parser;
use instrsh::shell::{self, Options};
use instrsh::target;

fn main() -> ExitCode {
    let options = Options::parse();
    target::run_beside(move || shell::run(&options)).map_or(ExitCode::FAILURE, ExitCode::from)
}
