//! The declaration of a command, from which help, completion and checks are derived.

use super::settings::Setting;
use super::{Arguments, Context};
use crate::error::Result;
use crate::view::{Answer, Keys};

/// A command, declared beside its implementation.
#[derive(Debug)]
pub struct Command {
    /// The word to type.
    pub name: &'static str,
    /// Another name for it.
    pub alias: Option<&'static str>,
    /// One line of help.
    pub summary: &'static str,
    /// The parameters after the name.
    pub parameters: &'static [Parameter],
    /// The options, which start with `--`.
    pub options: &'static [CommandOption],
    /// Command lines that work as they stand.
    pub examples: &'static [Example],
    /// The JSON keys of its answer, for each form of the command line after the name.
    pub answers: &'static [(&'static str, Keys)],
    /// Whether it changes something, so that `record` keeps it.
    pub acts: fn(&Arguments) -> bool,
    /// Runs it.
    pub run: fn(&mut Context<'_>, &Arguments) -> Result<Answer>,
}

/// One or several words after a command's name.
#[derive(Debug)]
pub struct Parameter {
    /// Its name in help.
    pub name: &'static str,
    /// What it stands for, for completion.
    pub takes: Takes,
    /// Whether it is required.
    pub required: bool,
    /// Whether it may be repeated.
    pub repeated: bool,
}

/// What a parameter stands for.
#[derive(Debug, Clone, Copy)]
pub enum Takes {
    /// Patterns over everything that is loaded.
    Callables,
    /// Patterns over patched callables.
    Patched,
    /// Patterns over callables that were ever patched.
    EverPatched,
    /// The name of a command.
    Command,
    /// The path of a file.
    File,
    /// The name of an alias.
    Alias,
    /// A command with all its words, including what looks like an option.
    CommandLine,
    /// A duration. If it is optional, a word that is not a duration is the next parameter.
    Duration,
    /// One of the words that the function returns for the words before it, or anything else. A word
    /// that ends with `(` continues with a pattern over everything that is loaded, and `)`.
    Words(fn(&[String]) -> Vec<String>),
    /// Nothing that can be completed.
    Plain,
}

/// An option of a command.
#[derive(Debug)]
pub struct CommandOption {
    /// Its name, with dashes.
    pub name: &'static str,
    /// Its value.
    pub value: Value,
    /// One line of help.
    pub summary: &'static str,
    /// The setting that provides the value if the option is not given.
    pub setting: Option<&'static Setting>,
}

/// The value of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// None: the option is a flag.
    Flag,
    /// A whole number.
    Number,
    /// A time, in seconds or with a unit.
    Duration,
    /// A duration, or nothing.
    OptionalDuration,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// A command line that works as it stands, and what it does.
#[derive(Debug)]
pub struct Example {
    /// The line to type.
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

    /// Its options, and those that every command has.
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

/// A usage does not list more words than this.
const FEW_WORDS: usize = 6;

impl CommandOption {
    /// `--sort name|calls|hits`
    #[must_use]
    pub fn usage(&self) -> String {
        match self.value {
            Value::Flag => self.name.to_owned(),
            Value::Number => format!("{} N", self.name),
            Value::Duration => format!("{} SECONDS", self.name),
            Value::OptionalDuration => format!("{} [SECONDS]", self.name),
            Value::OneOf(words) if words.len() > FEW_WORDS => format!("{} WORD", self.name),
            Value::OneOf(words) => format!("{} {}", self.name, words.join("|")),
        }
    }

    /// Its summary; with the words, if its usage does not show them.
    #[must_use]
    pub fn meaning(&self) -> String {
        match self.value {
            Value::OneOf(words) if words.len() > FEW_WORDS => {
                format!("{}; WORD is `{}`", self.summary, words.join("`, `"))
            }
            _ => self.summary.to_owned(),
        }
    }
}

/// The option that every command has.
pub(super) const JSON: CommandOption = flag("--json", "as JSON: one object on one line");

/// `PATTERN...`: any number of patterns over everything that is loaded.
pub(super) const PATTERNS: Parameter = Parameter {
    name: "PATTERN",
    takes: Takes::Callables,
    required: false,
    repeated: true,
};

/// `SECONDS`, optional.
pub(super) const SECONDS: Parameter = Parameter {
    name: "SECONDS",
    takes: Takes::Duration,
    required: false,
    repeated: false,
};

/// `--limit N`, for rows or matches.
pub(super) const fn limit(summary: &'static str) -> CommandOption {
    CommandOption {
        name: "--limit",
        value: Value::Number,
        summary,
        setting: None,
    }
}

/// A flag.
pub(super) const fn flag(name: &'static str, summary: &'static str) -> CommandOption {
    CommandOption {
        name,
        value: Value::Flag,
        summary,
        setting: None,
    }
}

/// A command line that works as it stands.
pub(super) const fn example(line: &'static str, meaning: &'static str) -> Example {
    Example { line, meaning }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_words_are_in_the_meaning_and_few_in_the_usage() {
        const WORDS: &[&str] = &["a", "b", "c", "d", "e", "f", "g"];
        let option = |words| CommandOption {
            value: Value::OneOf(words),
            ..flag("--sort", "the order")
        };
        let few = option(&WORDS[..FEW_WORDS]);
        assert_eq!(few.usage(), "--sort a|b|c|d|e|f");
        assert_eq!(few.meaning(), "the order");
        let many = option(WORDS);
        assert_eq!(many.usage(), "--sort WORD");
        assert_eq!(
            many.meaning(),
            "the order; WORD is `a`, `b`, `c`, `d`, `e`, `f`, `g`"
        );
    }
}
