//! The role of each part of a line, according to the declarations of the commands; used by
//! completion and colours.

mod lexer;
mod statement;

use std::ops::Range;

use crate::commands::{Aliases, Command, CommandOption};
use crate::program::Patched;
use lexer::Word;
pub(super) use lexer::{Kind, Token, tokens};
use statement::Statement;

/// A part of a line.
#[derive(Debug)]
pub(super) struct Part {
    /// Its byte range.
    pub(super) range: Range<usize>,
    pub(super) role: Role,
    /// Its text without quotes and backslashes.
    pub(super) text: String,
    /// Whether it has quotes or backslashes.
    pub(super) is_quoted: bool,
    /// The unclosed quote, or the backslash at the end.
    pub(super) open: Option<char>,
    /// Whether the cursor is elsewhere, so that the part is complete for now.
    pub(super) is_finished: bool,
}

/// The role of a part.
#[derive(Debug, Clone)]
pub(super) enum Role {
    /// The name of a command, or a path to patch.
    Command,
    /// An option of a command, and the options already given.
    Option(&'static Command, Vec<&'static str>),
    /// The value of an option.
    Value(&'static CommandOption),
    /// A path or pattern over loaded callables.
    Callables(Callables),
    /// A path or pattern over patched callables.
    Patched(Patched),
    /// What `help` explains.
    Topic,
    /// The name of an alias, existing or new.
    Alias,
    File,
    Duration,
    /// One of these words, or something else.
    Words(Vec<String>),
    /// Anything.
    Plain,
    /// An argument too many.
    Excess,
    /// A word of a command line for `sh`.
    Shell,
    Separator,
    Comment,
}

/// Properties of a path or pattern.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Callables {
    /// Whether it may match later imports and definitions.
    pub(super) may_come: bool,
    /// Whether a `)` ends it.
    pub(super) in_brackets: bool,
}

/// The parts of a line with the cursor at a byte. If a word could start at the end of the line, the
/// last part is empty.
pub(super) fn parts(line: &str, cursor: usize, aliases: &Aliases) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut statement = Statement::new(aliases);
    let mut tokens = tokens(line);
    let ends_in_token = |token: &Token| {
        let is_begun = matches!(token.kind, Kind::Word(_) | Kind::Comment);
        is_begun && token.range.end == line.len()
    };
    if !tokens.last().is_some_and(ends_in_token) {
        tokens.push(Token {
            range: line.len()..line.len(),
            kind: Kind::Word(Word::default()),
        });
    }
    for token in tokens {
        let role = match token.kind {
            Kind::Word(word) => {
                statement.add(&mut parts, &token.range, &word, cursor);
                continue;
            }
            Kind::Separator => {
                statement.end(&mut parts);
                Role::Separator
            }
            Kind::Pipe => {
                statement.is_shell = true;
                Role::Separator
            }
            Kind::Comment => Role::Comment,
        };
        parts.push(Part {
            text: line[token.range.clone()].to_owned(),
            range: token.range,
            role,
            is_quoted: false,
            open: None,
            is_finished: true,
        });
    }
    statement.end(&mut parts);
    parts
}

/// Whether the next line continues this one: a quote is not closed, or a backslash is at its end.
pub(super) fn is_open(line: &str) -> bool {
    let last = tokens(line).pop();
    last.is_some_and(|token| matches!(token.kind, Kind::Word(Word { open: Some(_), .. })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &str, cursor: usize) -> Vec<Part> {
        let mut aliases = Aliases::default();
        for (name, command) in [("busy", "ls --sort hits"), ("doze", "sleep")] {
            let words: Vec<_> = command.split(' ').map(str::to_owned).collect();
            aliases.define(name, &words).expect("an alias");
        }
        super::parts(line, cursor, &aliases)
    }

    /// Each part and its role, with the cursor at the end.
    fn roles(line: &str) -> Vec<(String, String)> {
        let parts = parts(line, line.len());
        let role = |part: Part| {
            let role = format!("{:?}", part.role);
            let end = role.find(|it: char| !it.is_alphabetic());
            (part.text, role[..end.unwrap_or(role.len())].to_owned())
        };
        parts.into_iter().map(role).collect()
    }

    #[track_caller]
    fn check(line: &str, expected: &[(&str, &str)]) {
        let roles = roles(line);
        let roles: Vec<_> = roles.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(roles, expected, "{line}");
    }

    #[test]
    fn a_word_is_what_the_command_declares_for_its_place() {
        check(
            "ls --sort hits a:b",
            &[
                ("ls", "Command"),
                ("--sort", "Option"),
                ("hits", "Value"),
                ("a:b", "Callables"),
            ],
        );
        check(
            "source 'a b' c",
            &[("source", "Command"), ("a b", "File"), ("c", "Excess")],
        );
        check("help pa", &[("help", "Command"), ("pa", "Topic")]);
        check(
            "unp --drain 5 a:",
            &[
                ("unp", "Command"),
                ("--drain", "Option"),
                ("5", "Value"),
                ("a:", "Patched"),
            ],
        );
        check(
            "ls -- --b",
            &[("ls", "Command"), ("--", "Option"), ("--b", "Callables")],
        );
        check("nothing a", &[("nothing", "Command"), ("a", "Plain")]);
    }

    #[test]
    fn a_time_may_be_left_out() {
        check("watch a:b", &[("watch", "Command"), ("a:b", "Callables")]);
        check(
            "watch 2m a:b",
            &[
                ("watch", "Command"),
                ("2m", "Duration"),
                ("a:b", "Callables"),
            ],
        );
        check("sleep x", &[("sleep", "Command"), ("x", "Duration")]);
    }

    #[test]
    fn a_word_can_have_several_parts() {
        check(
            "ls --sort=h",
            &[("ls", "Command"), ("--sort=", "Option"), ("h", "Value")],
        );
        check(
            "expect hits(a:b) == 5",
            &[
                ("expect", "Command"),
                ("hits(", "Words"),
                ("a:b", "Callables"),
                (")", "Plain"),
                ("==", "Words"),
                ("5", "Words"),
            ],
        );
        check(
            "expect hits(a:",
            &[
                ("expect", "Command"),
                ("hits(", "Words"),
                ("a:", "Callables"),
            ],
        );
    }

    #[test]
    fn a_path_alone_is_to_be_patched() {
        check(
            "a:b --dry-run",
            &[("a:b", "Callables"), ("--dry-run", "Option")],
        );
    }

    #[test]
    fn statements_and_pipes_begin_anew() {
        check(
            "ls a; dis b | grep c; ",
            &[
                ("ls", "Command"),
                ("a", "Callables"),
                (";", "Separator"),
                ("dis", "Command"),
                ("b", "Callables"),
                ("|", "Separator"),
                ("grep", "Shell"),
                ("c", "Shell"),
                (";", "Separator"),
                ("", "Command"),
            ],
        );
        check("ls # a", &[("ls", "Command"), ("# a", "Comment")]);
    }

    #[test]
    fn an_alias_is_what_it_stands_for() {
        check(
            "busy a:b --so",
            &[
                ("busy", "Command"),
                ("a:b", "Callables"),
                ("--so", "Option"),
            ],
        );
        check(
            "doze 5 6",
            &[("doze", "Command"), ("5", "Duration"), ("6", "Excess")],
        );
        let given = |line| match parts(line, 0).pop().map(|part| part.role) {
            Some(Role::Option(_, given)) => given,
            other => panic!("{other:?}"),
        };
        assert_eq!(given("busy --so"), ["--sort"]);
    }

    #[test]
    fn what_gets_an_alias_is_a_command() {
        check(
            "alias short unpatch --all a:b",
            &[
                ("alias", "Command"),
                ("short", "Alias"),
                ("unpatch", "Command"),
                ("--all", "Option"),
                ("a:b", "Patched"),
            ],
        );
    }

    #[test]
    fn a_word_is_finished_when_the_cursor_is_elsewhere() {
        let finished = |line: &str, cursor| {
            let parts = parts(line, cursor).into_iter();
            parts.map(|part| part.is_finished).collect::<Vec<_>>()
        };
        assert_eq!(finished("ls a", 4), [true, false]);
        assert_eq!(finished("ls a", 1), [true, true]);
        assert_eq!(finished("ls a ", 5), [true, true, false]);
        assert_eq!(finished("ls a", 2), [false, true]);
    }

    #[test]
    fn what_is_lazy_may_come() {
        let may_come = |line: &str| match &parts(line, 0)[1].role {
            Role::Callables(callables) => callables.may_come,
            other => panic!("{other:?}"),
        };
        assert!(may_come("patch a:* --lazy"));
        assert!(!may_come("patch a:*; patch --lazy b"));
    }

    #[test]
    fn an_open_line_goes_on() {
        assert!(is_open("ls 'a"));
        assert!(is_open("ls \\"));
        assert!(!is_open("ls 'a\nb'"));
        assert!(!is_open("ls # don't"));
        assert!(!is_open(""));
    }
}
