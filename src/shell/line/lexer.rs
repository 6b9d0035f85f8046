//! Splits a line, finished or not, into words like a POSIX shell, and the separators between them.

use std::ops::Range;

/// A piece of a line that is not blank.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::shell) struct Token {
    /// Its byte range in the line.
    pub(in crate::shell) range: Range<usize>,
    pub(in crate::shell) kind: Kind,
}

#[derive(Debug, PartialEq, Eq)]
pub(in crate::shell) enum Kind {
    Word(Word),
    /// `;`, or the end of a line that is followed by others.
    Separator,
    Pipe,
    Comment,
}

/// A word after unquoting.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::shell) struct Word {
    /// Without quotes and backslashes.
    pub(in crate::shell) text: String,
    /// Whether it contained any.
    pub(in crate::shell) is_quoted: bool,
    /// The unclosed quote, or the backslash at the end.
    pub(in crate::shell) open: Option<char>,
}

/// The tokens of a line.
pub(in crate::shell) fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let start = line.len() - rest.len();
        let (kind, length) = match first {
            ';' | '\n' => (Some(Kind::Separator), 1),
            '|' => (Some(Kind::Pipe), 1),
            '#' => (Some(Kind::Comment), rest.find('\n').unwrap_or(rest.len())),
            _ if first.is_whitespace() => (None, first.len_utf8()),
            _ => {
                let (word, length) = word(rest);
                (Some(Kind::Word(word)), length)
            }
        };
        let range = start..start + length;
        tokens.extend(kind.map(|kind| Token { range, kind }));
        rest = &rest[length..];
    }
    tokens
}

/// The first word of `rest`, and its length in bytes.
fn word(rest: &str) -> (Word, usize) {
    let mut word = Word::default();
    let mut characters = rest.char_indices();
    while let Some((place, character)) = characters.next() {
        match (word.open, character) {
            (Some('\\'), _) => {
                word.open = None;
                word.text.extend(Some(character).filter(|it| *it != '\n'));
            }
            (Some(quote), _) if quote == character => word.open = None,
            (Some('"'), '\\') => match characters.next() {
                Some((_, next @ ('$' | '`' | '"' | '\\'))) => word.text.push(next),
                Some((_, '\n')) | None => {}
                Some((_, next)) => word.text.extend(['\\', next]),
            },
            (None, '\\' | '\'' | '"') => {
                word.open = Some(character);
                word.is_quoted = true;
            }
            (None, _) if character.is_whitespace() || matches!(character, ';' | '|') => {
                return (word, place);
            }
            (_, _) => word.text.push(character),
        }
    }
    (word, rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        let text = |token: Token| match token.kind {
            Kind::Word(word) => word.text,
            _ => line[token.range].to_owned(),
        };
        tokens(line).into_iter().map(text).collect()
    }

    #[test]
    fn words_and_what_stands_between_them() {
        assert_eq!(
            texts("ls 'a b';dis c\\ d|head -3 # all"),
            ["ls", "a b", ";", "dis", "c d", "|", "head", "-3", "# all"]
        );
        assert_eq!(texts("a#b \"c\\\"d\\e\""), ["a#b", "c\"d\\e"]);
        assert_eq!(texts("ls # one\nls"), ["ls", "# one", "\n", "ls"]);
        assert_eq!(texts(" \t"), Vec::<String>::new());
    }

    #[test]
    fn a_word_is_split_as_it_will_be_when_it_runs() {
        for line in ["a 'b c'd \"e \\$ \\n\" f\\ g", "x\\\ny ''", "--a=b c:d*"] {
            assert_eq!(Some(texts(line)), shlex::split(line), "{line}");
        }
    }

    #[test]
    fn what_is_open_is_told() {
        let open = |line: &str| match tokens(line).pop().map(|token| token.kind) {
            Some(Kind::Word(word)) => word.open,
            _ => None,
        };
        assert_eq!(open("ls 'a"), Some('\''));
        assert_eq!(open("ls \"a\\"), Some('"'));
        assert_eq!(open("ls a\\"), Some('\\'));
        assert_eq!(open("ls 'a' # don't"), None);
    }
}
