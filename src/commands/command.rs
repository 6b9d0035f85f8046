//! What a command declares of itself: all that help, completion and checks know.

use super::settings::Setting;
use super::{Arguments, Context};
use crate::error::Result;
use crate::view::{Answer, Keys};

/// A command, declared beside its implementation.
#[derive(Debug)]
pub struct Command {
    /// What is typed.
    pub name: &'static str,
    /// Another word for it.
    pub alias: Option<&'static str>,
    /// One line of help.
    pub summary: &'static str,
    /// What stands behind the name.
    pub parameters: &'static [Parameter],
    /// What starts with `--`.
    pub options: &'static [CommandOption],
    /// Lines that work as they stand.
    pub examples: &'static [Example],
    /// The keys of its answer as JSON, for each form in which it is typed: behind the name.
    pub answers: &'static [(&'static str, Keys)],
    /// Whether it does something that `record` keeps, and not only looks.
    pub acts: fn(&Arguments) -> bool,
    /// Does it.
    pub run: fn(&mut Context<'_>, &Arguments) -> Result<Answer>,
}

/// A word, or several, behind a command's name.
#[derive(Debug)]
pub struct Parameter {
    /// As help shows it.
    pub name: &'static str,
    /// What it means, for completion.
    pub takes: Takes,
    /// Whether it must be there.
    pub required: bool,
    /// Whether there may be several.
    pub repeated: bool,
}

/// What a parameter means.
#[derive(Debug, Clone, Copy)]
pub enum Takes {
    /// Patterns over all that is loaded.
    Callables,
    /// Patterns over what is patched.
    Patched,
    /// Patterns over what was ever patched.
    EverPatched,
    /// The name of a command.
    Command,
    /// The path of a file.
    File,
    /// The name of an alias.
    Alias,
    /// A command with all its words: what looks like an option belongs to it.
    CommandLine,
    /// A time. If it need not be there, a word that is none stands for the next parameter.
    Duration,
    /// One of the words that are found for those before it, or something else. A word with a `(` at
    /// its end goes on with a pattern over all that is loaded, and a `)`.
    Words(fn(&[String]) -> Vec<String>),
    /// Nothing that can be completed.
    Plain,
}

/// An option of a command.
#[derive(Debug)]
pub struct CommandOption {
    /// With its dashes.
    pub name: &'static str,
    /// What follows it.
    pub value: Value,
    /// One line of help.
    pub summary: &'static str,
    /// The setting that tells its value if it is not given.
    pub setting: Option<&'static Setting>,
}

/// What follows an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Nothing: it is there or not.
    Flag,
    /// A whole number.
    Number,
    /// A time, in seconds or with a unit.
    Duration,
    /// The same, or nothing.
    OptionalDuration,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// A command line that works as it stands, and what it does.
#[derive(Debug)]
pub struct Example {
    /// What is typed.
    pub line: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

impl Command {
    /// Whether `word` is its name or its alias.
    #[must_use]
    pub fn is_called(&self, word: &str) -> bool {
        self.names().any(|name| name == word)
    }

    /// Its name and its alias.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.alias)
    }

    /// Its options, and what every command has.
    pub fn all_options(&self) -> impl Iterator<Item = &'static CommandOption> + Clone + use<> {
        self.options.iter().chain([&JSON])
    }

    /// The command with its parameters: `patch PATTERN...`.
    #[must_use]
    pub fn invocation(&self) -> String {
        let parameters = self.parameters.iter().map(|parameter| {
            let dots = if parameter.repeated { "..." } else { "" };
            if parameter.required {
                format!(" {}{dots}", parameter.name)
            } else {
                format!(" [{}{dots}]", parameter.name)
            }
        });
        std::iter::once(self.name.to_owned())
            .chain(parameters)
            .collect()
    }

    /// The same with its options: `patch PATTERN... [--limit N] [--dry-run]`.
    #[must_use]
    pub fn usage(&self) -> String {
        let options = self
            .options
            .iter()
            .map(|option| format!(" [{}]", option.usage()));
        std::iter::once(self.invocation()).chain(options).collect()
    }
}

impl CommandOption {
    /// `--sort name|calls|hits`
    #[must_use]
    pub fn usage(&self) -> String {
        match self.value {
            Value::Flag => self.name.to_owned(),
            Value::Number => format!("{} N", self.name),
            Value::Duration => format!("{} SECONDS", self.name),
            Value::OptionalDuration => format!("{} [SECONDS]", self.name),
            Value::OneOf(words) => format!("{} {}", self.name, words.join("|")),
        }
    }
}

/// An option that every command has.
pub(super) const JSON: CommandOption = flag("--json", "as JSON: one object on one line");

/// `PATTERN...`, any number of them, over all that is loaded.
pub(super) const PATTERNS: Parameter = Parameter {
    name: "PATTERN",
    takes: Takes::Callables,
    required: false,
    repeated: true,
};

/// `SECONDS`, if one likes.
pub(super) const SECONDS: Parameter = Parameter {
    name: "SECONDS",
    takes: Takes::Duration,
    required: false,
    repeated: false,
};

/// How many rows or matches.
pub(super) const fn limit(summary: &'static str) -> CommandOption {
    CommandOption {
        name: "--limit",
        value: Value::Number,
        summary,
        setting: None,
    }
}

/// An option that is there or not.
pub(super) const fn flag(name: &'static str, summary: &'static str) -> CommandOption {
    CommandOption {
        name,
        value: Value::Flag,
        summary,
        setting: None,
    }
}

/// A line that works as it stands.
pub(super) const fn example(line: &'static str, meaning: &'static str) -> Example {
    Example { line, meaning }
}
