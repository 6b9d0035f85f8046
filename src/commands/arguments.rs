//! Parses the words after a command's name, according to what the command declares.

use std::time::Duration;

use super::command::{Command, Takes, Value};
use super::duration;
use super::settings::Settings;
use crate::error::{Error, Result, did_you_mean};
use crate::measures::Sort;

/// The parameters and options of one command line. The values of options have been checked.
#[derive(Debug, Default)]
pub struct Arguments {
    words: Vec<String>,
    options: Vec<(&'static str, String)>,
}

impl Arguments {
    /// Splits words into parameters and options, which may stand anywhere; `--` ends the options.
    ///
    /// # Errors
    /// An unknown option, a missing or malformed value, or too few or too many words.
    pub fn parse(command: &Command, words: &[String]) -> Result<Self> {
        let mut arguments = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let place = command.parameters.get(arguments.words.len());
            if place.is_some_and(|place| matches!(place.takes, Takes::CommandLine)) {
                arguments.words.push(word.clone());
                arguments.words.extend(words.by_ref().cloned());
            } else if word == "--" {
                arguments.words.extend(words.by_ref().cloned());
            } else if is_option(word) {
                arguments.option(command, word, &mut words)?;
            } else {
                arguments.words.push(word.clone());
            }
        }
        arguments.check_count(command)?;
        Ok(arguments)
    }

    fn option(
        &mut self,
        command: &Command,
        word: &str,
        words: &mut std::slice::Iter<'_, String>,
    ) -> Result<()> {
        let (name, inline) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word, None),
        };
        let mut options = command.all_options();
        let names = options.clone().map(|option| option.name);
        let Some(option) = options.find(|option| option.name == name) else {
            let hint = names.clone().find(|option| option[1..].starts_with(name));
            let hint = did_you_mean(hint.unwrap_or(name), names);
            return Err(
                Error::usage(format!("`{}` has no option `{name}`", command.name)).hint(
                    hint.unwrap_or_else(|| format!("`help {}` lists its options", command.name)),
                ),
            );
        };
        if self.options.iter().any(|(given, _)| *given == option.name) {
            return Err(Error::usage(format!("`{name}` is given twice")).hint("give it once"));
        }
        let value = match (option.value, inline) {
            (Value::Flag, Some(_)) => {
                return Err(Error::usage(format!("`{name}` takes no value"))
                    .hint(format!("write `{name}`")));
            }
            (Value::Flag, None) => String::new(),
            (Value::OptionalDuration, None) => match words.as_slice().first() {
                Some(next) if duration::is_meant(next) => words.next().cloned().unwrap_or_default(),
                _ => String::new(),
            },
            (_, Some(value)) => value,
            (_, None) => words.next().cloned().ok_or_else(|| {
                Error::usage(format!("`{name}` needs a value"))
                    .hint(format!("write `{}`", option.usage()))
            })?,
        };
        option.value.check(option.name, &value)?;
        self.options.push((option.name, value));
        Ok(())
    }

    fn check_count(&self, command: &Command) -> Result<()> {
        let usage = || format!("usage: `{}`", command.usage());
        let required = command
            .parameters
            .iter()
            .filter(|parameter| parameter.required)
            .count();
        if self.words.len() < required {
            let missing = &command.parameters[self.words.len()];
            return Err(
                Error::usage(format!("`{}` needs {}", command.name, missing.name)).hint(usage()),
            );
        }
        let is_open = command
            .parameters
            .iter()
            .any(|parameter| parameter.repeated);
        match self.words.get(command.parameters.len()) {
            Some(extra) if !is_open => Err(Error::usage(format!(
                "`{}` does not take the argument `{extra}`",
                command.name
            ))
            .hint(usage())),
            _ => Ok(()),
        }
    }

    /// Fills in the current settings for options that were not given.
    pub(super) fn complete(&mut self, command: &Command, settings: &Settings) {
        for option in command.options {
            if let Some(setting) = option.setting
                && !self.has(option.name)
            {
                let value = settings.value(setting).to_owned();
                self.options.push((option.name, value));
            }
        }
    }

    /// The words that are not options.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The words as string slices.
    pub fn texts(&self) -> impl Iterator<Item = &str> + Clone {
        self.words.iter().map(String::as_str)
    }

    /// Whether an option is given.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// The value of an option.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.options
            .iter()
            .find(|(given, _)| *given == name)
            .map(|(_, value)| value.as_str())
    }

    /// How many rows `--limit` allows; 0 allows any number.
    #[must_use]
    pub fn rows(&self) -> usize {
        let limit = self.number("--limit").filter(|limit| *limit > 0);
        limit.unwrap_or(usize::MAX)
    }

    /// What `--sort` names.
    #[must_use]
    pub fn sort(&self) -> Sort {
        let sort = self.text("--sort").and_then(Sort::from_word);
        sort.unwrap_or_default()
    }

    /// The value of an option that takes a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<usize> {
        self.text(name).and_then(|value| value.parse().ok())
    }

    /// The value of an option that takes a time.
    #[must_use]
    pub fn duration(&self, name: &str) -> Option<Duration> {
        self.text(name)
            .and_then(|value| duration::parse(value).ok())
    }
}

/// Whether a word looks like an option, also with a single dash; no pattern or number does.
#[must_use]
pub fn is_option(word: &str) -> bool {
    let letter = word.trim_start_matches('-').chars().next();
    word.starts_with("--") || (word.starts_with('-') && letter.is_some_and(char::is_alphabetic))
}

impl Value {
    /// Checks a `value` of the option `name`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(self, name: &str, value: &str) -> Result<()> {
        match self {
            Self::Flag => Ok(()),
            Self::OptionalDuration if value.is_empty() => Ok(()),
            Self::Duration | Self::OptionalDuration => duration::parse(value).map(drop),
            Self::Number => match value.parse::<usize>() {
                Ok(_) => Ok(()),
                Err(_) => Err(Error::usage(format!("`{value}` is not a whole number"))
                    .hint(format!("write for example `{name} 20`"))),
            },
            Self::OneOf(words) if words.contains(&value) => Ok(()),
            Self::OneOf(words) => {
                let error = Error::usage(format!("`{name}` cannot be `{value}`"));
                Err(error.hint(match words {
                    [word] => format!("the only value is `{name} {word}`"),
                    _ => format!("it is one of `{}`", words.join("`, `")),
                }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::{Shortening, find};

    fn parse(line: &str) -> Result<Arguments> {
        let words = shlex::split(line).expect("words");
        Arguments::parse(find(&words[0], Shortening::Refused)?, &words[1..])
    }

    fn message(line: &str) -> String {
        parse(line).expect_err(line).to_string()
    }

    #[test]
    fn options_stand_anywhere_and_two_dashes_end_them() {
        let arguments = parse("ls --sort hits a --limit=3 -- --b").expect("well formed");
        assert_eq!(arguments.words(), ["a", "--b"]);
        assert_eq!(arguments.text("--sort"), Some("hits"));
        assert_eq!(arguments.number("--limit"), Some(3));
        assert!(!arguments.has("--patched"));
    }

    #[test]
    fn every_command_takes_json() {
        for command in crate::commands::all() {
            for example in command.examples {
                let line = example.line.split("; ").next().expect("a command");
                let line = line.replacen(command.name, &format!("{} --json", command.name), 1);
                assert!(parse(&line).expect(&line).has("--json"));
            }
        }
        assert_eq!(message("ls --json=1"), "`--json` takes no value");
    }

    #[test]
    fn what_does_not_fit_is_named() {
        assert_eq!(message("ls --srot hits"), "`ls` has no option `--srot`");
        assert_eq!(message("ls -l"), "`ls` has no option `-l`");
        let error = parse("ls -l").expect_err("one dash");
        assert_eq!(error.hint_text(), Some("did you mean `--limit`?"));
        assert_eq!(message("ls --sort size"), "`--sort` cannot be `size`");
        assert_eq!(message("ls --limit x"), "`x` is not a whole number");
        assert_eq!(message("ls --limit"), "`--limit` needs a value");
        assert_eq!(message("ls --patched=1"), "`--patched` takes no value");
        assert_eq!(
            message("ls --patched --patched"),
            "`--patched` is given twice"
        );
        assert_eq!(message("sleep"), "`sleep` needs SECONDS");
        assert_eq!(
            message("sleep 1 2"),
            "`sleep` does not take the argument `2`"
        );
    }
}
