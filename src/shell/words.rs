//! From a line to commands, and from a command to words, as a POSIX shell splits them.

use crate::error::{Error, Result};

/// The commands of a line: what stands between the `;` outside of quotes, without its comment.
#[must_use]
pub(super) fn statements(line: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let mut start = 0;
    let mut scanner = Scanner::default();
    for (position, character) in line.char_indices() {
        match scanner.next(character) {
            Place::Separator => {
                statements.push(&line[start..position]);
                start = position + 1;
            }
            Place::Comment => {
                statements.push(&line[start..position]);
                start = line.len();
                break;
            }
            Place::Blank | Place::Word => {}
        }
    }
    statements.push(&line[start..]);
    statements.retain(|statement| !statement.trim().is_empty());
    statements
}

/// The words of a command.
///
/// # Errors
/// If a quote is not closed, or nothing follows a backslash.
pub(super) fn split(statement: &str) -> Result<Vec<String>> {
    shlex::split(statement).ok_or_else(|| {
        let mut scanner = Scanner::default();
        statement
            .chars()
            .for_each(|character| _ = scanner.next(character));
        match scanner.quote {
            Some(quote) => Error::usage(format!("a quote is not closed: `{}`", statement.trim()))
                .hint(format!("close it with {quote}")),
            None => {
                Error::usage("nothing follows the backslash").hint("write `\\\\` for a backslash")
            }
        }
    })
}

/// What a character is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Blank,
    Word,
    Separator,
    Comment,
}

/// Follows quotes and backslashes along a line.
#[derive(Default)]
struct Scanner {
    quote: Option<char>,
    is_escaped: bool,
    is_in_word: bool,
}

impl Scanner {
    fn next(&mut self, character: char) -> Place {
        let was_in_word = std::mem::replace(&mut self.is_in_word, true);
        if std::mem::take(&mut self.is_escaped) {
            return Place::Word;
        }
        match (self.quote, character) {
            (Some(quote), _) if quote == character => self.quote = None,
            (None | Some('"'), '\\') => self.is_escaped = true,
            (None, '\'' | '"') => self.quote = Some(character),
            (None, '#') if !was_in_word => return Place::Comment,
            (None, ';') => {
                self.is_in_word = false;
                return Place::Separator;
            }
            (None, _) if character.is_whitespace() => {
                self.is_in_word = false;
                return Place::Blank;
            }
            (_, _) => {}
        }
        Place::Word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_outside_quotes_separate() {
        assert_eq!(
            statements("a b; c ';' d;; \"e;f\" \\; g"),
            ["a b", " c ';' d", " \"e;f\" \\; g"]
        );
        assert_eq!(statements("  ;; "), Vec::<&str>::new());
    }

    #[test]
    fn a_comment_starts_at_a_word() {
        assert_eq!(statements("ls # all; of it"), ["ls "]);
        assert_eq!(statements("ls a#b '#c'"), ["ls a#b '#c'"]);
        assert_eq!(statements("# nothing"), Vec::<&str>::new());
    }

    #[test]
    fn an_open_quote_is_named() {
        assert_eq!(
            split("ls 'a b' c\\ d").expect("closed"),
            ["ls", "a b", "c d"]
        );
        let error = split("ls \"a").expect_err("open");
        assert_eq!(
            (error.to_string().as_str(), error.hint_text()),
            ("a quote is not closed: `ls \"a`", Some("close it with \""))
        );
        assert!(split("ls \\").is_err());
    }
}
