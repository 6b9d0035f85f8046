//! Generates a manual page and shell completions from the declarations.

use clap::{CommandFactory, ValueEnum};
use clap_complete::Shell;

use super::Options;
use crate::commands;
use crate::error::{Error, Result};
use crate::view::{self, Output};

/// What can be generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Generate {
    /// A manual page
    Man,
    /// Completions for bash
    Bash,
    /// Completions for zsh
    Zsh,
    /// Completions for fish
    Fish,
}

/// Writes a text; returns the exit status.
pub(super) fn write(text: Result<String>, output: &mut Output) -> u8 {
    let unwritable = |error| Error::unwritable(&error);
    let Err(error) = text.and_then(|text| output.pass_on(&text).map_err(unwritable)) else {
        return 0;
    };
    if !error.is_silent() {
        // The exit status reports it as well.
        let _ = output.error(&error);
    }
    error.exit_status()
}

impl Generate {
    /// Writes it; returns the exit status.
    pub(super) fn write(self, output: &mut Output) -> u8 {
        write(self.text(), output)
    }

    fn text(self) -> Result<String> {
        let mut declaration = Options::command();
        let trouble = |error: &dyn std::fmt::Display| {
            Error::new(format!("cannot generate: {error}")).hint("`instrsh --help` shows the same")
        };
        let text = match self {
            Self::Man => {
                let pages = commands::all().map(commands::command_page);
                let topics = commands::TOPICS.iter().map(commands::topic_page);
                let (pages, topics): (Vec<_>, Vec<_>) = (pages.collect(), topics.collect());
                view::manual(declaration, &pages, &topics).map_err(|error| trouble(&error))?
            }
            Self::Bash => completions(Shell::Bash, &mut declaration),
            Self::Zsh => completions(Shell::Zsh, &mut declaration),
            Self::Fish => completions(Shell::Fish, &mut declaration),
        };
        String::from_utf8(text).map_err(|error| trouble(&error))
    }
}

fn completions(shell: Shell, declaration: &mut clap::Command) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, declaration, "instrsh", &mut text);
    text
}
