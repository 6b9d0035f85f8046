//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Parser, ValueHint};

use super::generate::Generate;
use crate::program::{Program, built_for};
use crate::view::{Colour, Form};

/// The version of instrsh, and that of the CPython that it embeds.
pub(super) static VERSION: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{}, CPython {}",
        env!("CARGO_PKG_VERSION"),
        built_for().version
    )
});

/// A shell that counts the calls of any function in a running Python program: it rewrites the
/// function's bytecode, and later restores the original without a trace.
///
/// Without a program it runs its demo. Options come before the program; everything after it is
/// passed to the program. Type `help` at the prompt for the commands.
#[derive(Debug, Parser)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option that is there or not"
)]
#[command(
    name = "instrsh",
    version = VERSION.as_str(),
    disable_version_flag = true, // it tells what is found out at run time as well
    max_term_width = 100
)]
pub struct Options {
    /// Run COMMANDS (separated by `;` or newlines), then exit
    #[arg(short, long, value_name = "COMMANDS", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub command: Option<String>,

    /// Run a command file, then exit; `-` is standard input
    #[arg(short, long, value_name = "FILE", conflicts_with = "command", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,

    /// Stay at the prompt after -c or -f
    #[arg(short, long)]
    pub interactive: bool,

    /// Continue a script after a command has failed
    #[arg(long)]
    pub keep_going: bool,

    /// Print answers as JSON, one object per line; `help json` lists the keys
    #[arg(long)]
    pub json: bool,

    /// Hold the program until the command `run`
    #[arg(long)]
    pub hold: bool,

    /// Write the program's stdout and stderr to a file
    #[arg(long, alias = "target-output", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub program_output: Option<PathBuf>,

    /// Write the program's stderr to FILE, apart from its stdout
    #[arg(long, alias = "target-stderr", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub program_stderr: Option<PathBuf>,

    /// Use the packages of this Python or virtual environment [default: the active one]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    python: Option<PathBuf>,

    /// Pass an option to CPython, such as `-O`, `-Xdev` or `-Werror`; may be repeated
    #[arg(long, value_name = "OPTION", allow_hyphen_values = true)]
    python_option: Vec<OsString>,

    /// When to use colour; `NO_COLOR` and `CLICOLOR_FORCE` are honoured
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,

    /// Print a manual page, or completions for a shell
    #[arg(long, value_name = "WHAT", exclusive = true)]
    pub generate: Option<Generate>,

    /// Run a module, as `python -m MODULE ARG...` would
    #[arg(
        short,
        value_names = ["MODULE", "ARG"],
        num_args = 1..,
        allow_hyphen_values = true,
        conflicts_with = "program",
        value_hint = ValueHint::Other
    )]
    module: Option<Vec<OsString>>,

    /// Print the version, and that of the CPython embedded
    #[arg(short = 'V', long)]
    pub version: bool,

    /// Run a script, as `python SCRIPT.py ARG...` would
    #[arg(value_names = ["SCRIPT.py", "ARG"], trailing_var_arg = true, value_hint = ValueHint::FilePath)]
    program: Vec<OsString>,
}

impl Options {
    /// The form of answers.
    #[must_use]
    pub fn form(&self) -> Form {
        if self.json { Form::Json } else { Form::Text }
    }

    /// The Python without a program or the packages of an environment.
    #[must_use]
    pub fn bare_python(&self) -> Program {
        Program::nothing().run_by(self.python.clone(), vec!["-S".into()])
    }

    /// The program to run.
    #[must_use]
    pub fn program(&self) -> Program {
        let program = match &self.module {
            Some(words) => Program::module(words.clone()),
            None => Program::script(self.program.clone()),
        };
        program.run_by(self.python.clone(), self.python_option.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Entry;

    fn program(words: &[&str]) -> Program {
        Options::try_parse_from([&["instrsh"], words].concat())
            .expect("well formed")
            .program()
    }

    #[test]
    fn what_stands_behind_the_program_is_its_own() {
        assert_eq!(program(&[]).entry, Entry::Demo);
        let script = program(&["-c", "ls", "app.py", "-c", "x", "--help"]);
        assert_eq!(script.entry, Entry::Script("app.py".into()));
        assert_eq!(script.arguments, ["-c", "x", "--help"]);
        let module = program(&[
            "--keep-going",
            "-m",
            "http.server",
            "-f",
            "8000",
            "--",
            "-i",
        ]);
        assert_eq!(module.entry, Entry::Module("http.server".into()));
        assert_eq!(module.arguments, ["-f", "8000", "--", "-i"]);
        assert_eq!(
            program(&["-m", "instrumenting_app", "--threads", "4"]).entry,
            Entry::Demo
        );
    }

    #[test]
    fn options_of_python_stand_before_the_program() {
        let option = "--python-option";
        let script = program(&[option, "-O", "--python-option=-Xdev", "app.py", option]);
        assert_eq!(script.python_options, ["-O", "-Xdev"]);
        assert_eq!(script.arguments, [option]);
    }

    #[test]
    fn the_former_names_of_options_are_understood() {
        let words = ["instrsh", "--target-output", "a", "--target-stderr", "b"];
        let options = Options::try_parse_from(words).expect("well formed");
        assert_eq!(options.program_output, Some("a".into()));
        assert_eq!(options.program_stderr, Some("b".into()));
    }

    #[test]
    fn an_unknown_option_is_no_program() {
        assert!(Options::try_parse_from(["instrsh", "--bogus"]).is_err());
    }

    #[test]
    fn the_declaration_is_consistent() {
        <Options as clap::CommandFactory>::command().debug_assert();
    }
}
