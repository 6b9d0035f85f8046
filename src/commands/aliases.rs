//! Short names for commands, as the user has defined them.

use std::collections::BTreeMap;

use super::{Command, Shortening, all, find};
use crate::error::{Error, Result, did_you_mean};

/// The aliases that the user has defined: a name, and the words it stands for.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Aliases(BTreeMap<String, Vec<String>>);

impl Aliases {
    /// Defines an alias for a command of at least one word.
    ///
    /// # Errors
    /// If the name is invalid or that of a command, or if the words are not a command.
    pub fn define(&mut self, name: &str, words: &[String]) -> Result<()> {
        check_name(name)?;
        if words.iter().any(|word| word.contains('\n')) {
            return Err(
                Error::usage("a word of an alias cannot contain a line break")
                    .hint("leave the line break out: an alias stands for one command"),
            );
        }
        self.check_command(name, words)?;
        self.0.insert(name.to_owned(), words.to_vec());
        Ok(())
    }

    /// Removes an alias.
    ///
    /// # Errors
    /// If there is no such alias.
    pub(super) fn remove(&mut self, name: &str) -> Result<()> {
        self.named(name)?;
        self.0.remove(name);
        Ok(())
    }

    /// The words that a name stands for.
    ///
    /// # Errors
    /// If there is no such alias.
    pub(super) fn named(&self, name: &str) -> Result<&[String]> {
        self.0.get(name).map(Vec::as_slice).ok_or_else(|| {
            let hint = match name.split_once('=') {
                Some((name, command)) => {
                    Some(format!("leave out the `=`: `alias {name} {command}`"))
                }
                None => did_you_mean(name, self.names()),
            };
            Error::usage(format!("there is no alias `{name}`"))
                .hint(hint.unwrap_or_else(|| "`alias` lists them".into()))
        })
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The names, each with the words it stands for.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &[String])> {
        let all = self.0.iter();
        all.map(|(name, words)| (name.as_str(), words.as_slice()))
    }

    /// Whether there is an alias of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The aliases that resolve to a command, in an order in which they can be defined again.
    pub(super) fn definitions(&self) -> impl Iterator<Item = (&str, &[String])> {
        let mut defined = Self::default();
        let mut definitions = Vec::new();
        // Each round defines at least one alias, if any is left that can be defined.
        for _ in 0..self.0.len() {
            for (name, words) in self
                .all()
                .filter(|(name, _)| !defined.has(name))
                .collect::<Vec<_>>()
            {
                if defined.define(name, words).is_ok() {
                    definitions.push((name, words));
                }
            }
        }
        definitions.into_iter()
    }

    /// Replaces the first word of a command line by what it stands for, if it is an alias.
    #[must_use]
    pub fn expand(&self, words: &[String]) -> Vec<String> {
        let mut words = words.to_vec();
        while let Some(meant) = words.first().and_then(|name| self.0.get(name)) {
            words.splice(..1, meant.iter().cloned());
        }
        words
    }

    /// Checks that the words are a command, possibly through other aliases, but not through this
    /// one.
    fn check_command(&self, name: &str, words: &[String]) -> Result<()> {
        let mut first = words.first().map_or("", String::as_str);
        while first != name
            && let Some(meant) = self.0.get(first).and_then(|words| words.first())
        {
            first = meant;
        }
        if first == name {
            return Err(Error::usage(format!("`{name}` would refer to itself"))
                .hint("`alias` lists all aliases"));
        }
        if first.contains(':') || find(first, Shortening::Refused).is_ok() {
            return Ok(());
        }
        if first.contains([' ', ';']) {
            return Err(
                Error::usage(format!("`{first}` is not the name of a command")).hint(format!(
                    "an alias is one command, without quotes around it; put several into a file: `alias {name} source FILE`"
                )),
            );
        }
        find(first, Shortening::Refused).map(drop)
    }
}

/// Checks that a name cannot be mistaken for anything else.
fn check_name(name: &str) -> Result<()> {
    let is_plain = |one: char| one.is_alphanumeric() || one == '-' || one == '_';
    if name.starts_with('-') || !name.chars().all(is_plain) {
        return Err(Error::usage(format!("`{name}` cannot be an alias"))
            .hint("use letters, digits, `-` and `_`: `alias busy ls --sort hits`"));
    }
    if all()
        .flat_map(Command::names)
        .any(|command| command == name)
    {
        return Err(Error::usage(format!("`{name}` is a command"))
            .hint(format!("choose another name: `alias my-{name} {name}`")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        shlex::split(line).expect("words")
    }

    fn define(aliases: &mut Aliases, name: &str, line: &str) -> std::result::Result<(), String> {
        let defined = aliases.define(name, &words(line));
        defined.map_err(|error| error.to_string())
    }

    #[test]
    fn what_follows_is_appended_and_aliases_stand_for_aliases() {
        let mut aliases = Aliases::default();
        define(&mut aliases, "busy", "ls --sort hits").expect("a command");
        define(&mut aliases, "ten", "busy --limit 10").expect("an alias");
        assert_eq!(
            aliases.expand(&words("ten 'a b:*'")),
            words("ls --sort hits --limit 10 'a b:*'")
        );
        assert_eq!(aliases.expand(&words("ls ten")), words("ls ten"));
        define(&mut aliases, "seven", "a.mod:func_7").expect("a symbol path");
    }

    #[test]
    fn nothing_stands_for_itself_however_it_is_defined() {
        let mut aliases = Aliases::default();
        define(&mut aliases, "a", "ls").expect("a command");
        define(&mut aliases, "b", "a").expect("an alias");
        for line in ["a", "b", "b --sort hits"] {
            let refused = define(&mut aliases, "a", line).expect_err(line);
            assert_eq!(refused, "`a` would refer to itself");
        }
        aliases.remove("a").expect("it is there");
        assert_eq!(aliases.expand(&words("b")), ["a"]);
        assert_eq!(aliases.definitions().count(), 0);
    }

    #[test]
    fn what_stands_for_an_alias_is_defined_behind_it() {
        let mut aliases = Aliases::default();
        for (name, line) in [("c", "ls"), ("b", "c"), ("a", "b"), ("d", "stats")] {
            define(&mut aliases, name, line).expect("a command");
        }
        let names: Vec<_> = aliases.definitions().map(|(name, _)| name).collect();
        assert_eq!(names, ["c", "d", "b", "a"]);
    }
}
