//! Assigns the words of one command to the parameters and options that it declares.

use std::ops::Range;

use super::lexer::Word;
use super::{Callables, Part, Role};
use crate::commands::{self, Aliases, Command, CommandOption, LAZY, Shortening, Takes, Value};
use crate::program::Patched;

/// What the words so far determine.
#[derive(Clone)]
pub(super) struct Statement<'a> {
    aliases: &'a Aliases,
    /// The command; none before the first word, or if there is no such command.
    command: Option<&'static Command>,
    has_begun: bool,
    /// The index of its first part.
    start: usize,
    given: Vec<&'static str>,
    /// The option whose value comes next.
    awaited: Option<&'static CommandOption>,
    options_ended: bool,
    /// The words that are not options.
    words: Vec<String>,
    /// The index of the next parameter.
    place: usize,
    pub(super) is_shell: bool,
}

impl<'a> Statement<'a> {
    pub(super) fn new(aliases: &'a Aliases) -> Self {
        Self {
            aliases,
            command: None,
            has_begun: false,
            start: 0,
            given: Vec::new(),
            awaited: None,
            options_ended: false,
            words: Vec::new(),
            place: 0,
            is_shell: false,
        }
    }

    /// Adds a word, as one part or several.
    pub(super) fn add(
        &mut self,
        parts: &mut Vec<Part>,
        range: &Range<usize>,
        word: &Word,
        cursor: usize,
    ) {
        let role = self.role(&word.text);
        let end = range.start + word.text.len();
        // Quoted words cannot be split.
        let split = match &role {
            _ if word.is_quoted => None,
            Role::Option(command, _) => word
                .text
                .split_once('=')
                .and_then(|(name, _)| Some((name.len() + 1, option(command, name)?)))
                .map(|(length, option)| (length, Role::Value(option), end)),
            Role::Words(words) => {
                let opening = words.iter().filter(|word| word.ends_with('('));
                let mut opening = opening.filter(|opening| word.text.starts_with(*opening));
                let is_closed = word.text.ends_with(')');
                let role = Role::Callables(Callables {
                    in_brackets: true,
                    may_come: false,
                });
                opening
                    .next()
                    .map(|opening| (opening.len(), role, end - usize::from(is_closed)))
            }
            _ => None,
        };
        let mut add = |range: Range<usize>, role: Role, text: &str| {
            parts.push(Part {
                role,
                text: text.to_owned(),
                is_quoted: word.is_quoted,
                open: word.open,
                is_finished: range.end != cursor,
                range,
            });
        };
        let Some((head, role_of_rest, end_of_rest)) = split else {
            add(range.clone(), role, &word.text);
            return;
        };
        let middle = range.start + head;
        add(range.start..middle, role, &word.text[..head]);
        let rest = &word.text[head..end_of_rest - range.start];
        add(middle..end_of_rest, role_of_rest, rest);
        if end_of_rest < range.end {
            let closing = &word.text[end_of_rest - range.start..];
            add(end_of_rest..range.end, Role::Plain, closing);
        }
    }

    fn role(&mut self, word: &str) -> Role {
        if self.is_shell {
            return Role::Shell;
        }
        if !self.has_begun && self.aliases.has(word) {
            // Later words follow the words that the alias stands for.
            for meant in self.aliases.expand(&[word.to_owned()]) {
                self.role(&meant);
            }
            return Role::Command;
        }
        if !self.has_begun {
            self.has_begun = true;
            let meant = commands::meant(word, Shortening::Allowed).ok();
            self.command = meant.as_ref().map(|meant| meant.command);
            if meant.is_none_or(|meant| meant.words == 1) {
                return Role::Command;
            }
        }
        let Some(command) = self.command else {
            return Role::Plain;
        };
        if let Some(option) = self.awaited.take()
            && (option.value != Value::OptionalDuration || commands::is_duration(word))
        {
            return Role::Value(option);
        }
        // A single dash may become two while nothing follows it.
        let is_option = commands::is_option(word) || word == "-";
        let parameter = command.parameters.get(self.place);
        match parameter.map(|parameter| parameter.takes) {
            Some(Takes::CommandLine) => {
                *self = Self {
                    start: self.start,
                    ..Self::new(self.aliases)
                };
                self.role(word)
            }
            _ if is_option && !self.options_ended => self.option(command, word),
            _ => self.parameter(command, word),
        }
    }

    fn option(&mut self, command: &'static Command, word: &str) -> Role {
        let role = Role::Option(command, self.given.clone());
        let (name, value) = word.split_once('=').unzip();
        let name = name.unwrap_or(word);
        self.options_ended = word == "--";
        if let Some(option) = option(command, name) {
            self.given.push(option.name);
            self.awaited = (option.value != Value::Flag && value.is_none()).then_some(option);
        }
        role
    }

    fn parameter(&mut self, command: &'static Command, word: &str) -> Role {
        let parameters = command.parameters;
        let next = parameters.get(self.place);
        let is_left_out = next.is_some_and(|parameter| {
            matches!(parameter.takes, Takes::Duration)
                && !parameter.required
                && !commands::is_duration(word)
        });
        if is_left_out && self.place + 1 < parameters.len() {
            self.place += 1;
        }
        let last = parameters.last().filter(|parameter| parameter.repeated);
        let Some(parameter) = parameters.get(self.place).or(last) else {
            return Role::Excess;
        };
        let role = match parameter.takes {
            Takes::Callables => Role::Callables(Callables::default()),
            Takes::Patched => Role::Patched(Patched::Now),
            Takes::EverPatched => Role::Patched(Patched::Ever),
            Takes::Command => Role::Topic,
            Takes::Alias => Role::Alias,
            Takes::File => Role::File,
            Takes::Duration => Role::Duration,
            Takes::Words(words) => Role::Words(words(&self.words)),
            Takes::Plain | Takes::CommandLine => Role::Plain,
        };
        self.words.push(word.to_owned());
        self.place += 1;
        role
    }

    /// Ends the statement and starts another.
    pub(super) fn end(&mut self, parts: &mut [Part]) {
        let may_come = self.given.contains(&LAZY);
        for part in &mut parts[self.start..] {
            if let Role::Callables(callables) = &mut part.role {
                callables.may_come = may_come;
            }
        }
        *self = Self {
            start: parts.len(),
            ..Self::new(self.aliases)
        };
    }
}

fn option(command: &'static Command, name: &str) -> Option<&'static CommandOption> {
    command.all_options().find(|option| option.name == name)
}
