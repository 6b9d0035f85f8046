//! Splits a line into commands, and a command into words, like a POSIX shell.

use super::line::{Kind, Token, tokens};
use super::variables::Variables;
use crate::error::{Error, Result};

/// The commands of a line: the parts between unquoted `;`, without a comment.
#[must_use]
pub(super) fn statements(line: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let (mut start, mut end) = (0, line.len());
    for token in tokens(line) {
        match token.kind {
            Kind::Separator => {
                statements.push(&line[start..token.range.start]);
                start = token.range.end;
            }
            Kind::Comment => {
                end = token.range.start;
                break;
            }
            Kind::Word(_) | Kind::Pipe => {}
        }
    }
    statements.push(&line[start..end]);
    statements.retain(|statement| !statement.trim().is_empty());
    statements
}

/// The parts before and after an unquoted `|`.
#[must_use]
pub(super) fn sides(statement: &str) -> (&str, Option<&str>) {
    let mut tokens = tokens(statement).into_iter();
    match tokens.find(|token| token.kind == Kind::Pipe) {
        Some(Token { range, .. }) => (&statement[..range.start], Some(&statement[range.end..])),
        None => (statement, None),
    }
}

/// The words of a command, split and unquoted as in a POSIX shell. `${NAME}` outside single quotes
/// is replaced by its value in `variables`, as part of its word.
///
/// # Errors
/// If a quote or a brace is not closed, nothing follows a backslash, or a variable is not known.
pub(super) fn split(statement: &str, variables: Variables<'_>) -> Result<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut characters = statement.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (None, _) if character.is_whitespace() => words.extend(word.take()),
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (Some(quoted), _) if quoted == character => quote = None,
            (None | Some('"'), '\\') => {
                let next = characters
                    .next()
                    .ok_or_else(|| dangling(quote, statement))?;
                word.get_or_insert_default()
                    .push_str(&unescaped(quote, next));
            }
            (None | Some('"'), '$') if characters.as_str().starts_with('{') => {
                let (value, rest) = variables.expand(characters.as_str())?;
                word.get_or_insert_default().push_str(value);
                characters = rest.chars();
            }
            (_, _) => word.get_or_insert_default().push(character),
        }
    }
    if let Some(quote) = quote {
        return Err(unclosed(quote, statement));
    }
    words.extend(word);
    Ok(words)
}

/// The meaning of a backslash and the next character.
fn unescaped(quote: Option<char>, next: char) -> String {
    match (quote, next) {
        (_, '\n') => String::new(),
        (Some(_), '$' | '`' | '"' | '\\') | (None, _) => next.into(),
        (Some(_), _) => ['\\', next].iter().collect(),
    }
}

/// The error for a backslash that nothing follows.
fn dangling(quote: Option<char>, statement: &str) -> Error {
    match quote {
        Some(quote) => unclosed(quote, statement),
        None => Error::usage("nothing follows the backslash").hint("write `\\\\` for a backslash"),
    }
}

fn unclosed(quote: char, statement: &str) -> Error {
    Error::usage(format!("a quote is not closed: `{}`", statement.trim()))
        .hint(format!("close it with {quote}"))
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

    fn words(statement: &str) -> Vec<String> {
        split(statement, Variables(&[])).expect("it can be split")
    }

    fn refusal(statement: &str) -> (String, Option<String>) {
        let error = split(statement, Variables(&[])).expect_err("it cannot be split");
        (error.to_string(), error.hint_text().map(str::to_owned))
    }

    #[test]
    fn what_stands_behind_a_pipe_is_left_as_it_is() {
        assert_eq!(sides("ls a"), ("ls a", None));
        assert_eq!(
            sides("ls | grep '|' | wc -l"),
            ("ls ", Some(" grep '|' | wc -l"))
        );
        assert_eq!(
            sides("ls 'a|b' \\| \"|\"|cat"),
            ("ls 'a|b' \\| \"|\"", Some("cat"))
        );
        assert_eq!(statements("ls | head; ls |#x"), ["ls | head", " ls |"]);
    }

    #[test]
    fn words_are_split_as_a_posix_shell_splits_them() {
        let lines = [
            "ls 'a b' c\\ d",
            "a''b '' \"\" c\"d e\"'f'\\'g",
            "\"a\\b\\\"c\\\\ \\$ \\` \\\nd\" e\\\nf",
            "$NAME $ a$ \"$\" '${NAME}' \\${NAME} \"\\${NAME}\" {} }",
            " \t a  \t",
            "",
        ];
        for line in lines {
            assert_eq!(Some(words(line)), shlex::split(line), "{line}");
        }
    }

    #[test]
    fn what_is_open_is_named() {
        let quote = ("a quote is not closed: `ls \"a`", "close it with \"");
        let (message, hint) = refusal("ls \"a");
        assert_eq!(
            (message.as_str(), hint.as_deref()),
            (quote.0, Some(quote.1))
        );
        assert!(refusal("ls \\").0.contains("backslash"));
        assert!(refusal("ls \"\\").0.contains("quote"));
    }

    #[test]
    fn a_value_is_a_piece_of_its_word() {
        let hostile = "a b  '\"*; | # \\ ${MODULE}";
        let environment = [("MODULE", "app"), ("HOSTILE", hostile), ("EMPTY", "")];
        let environment = environment.map(|(name, value)| (name.into(), value.into()));
        let words = |line| split(line, Variables(&environment)).expect(line);
        assert_eq!(
            words("ls ${MODULE}:* x${MODULE}${MODULE}"),
            ["ls", "app:*", "xappapp"]
        );
        assert_eq!(words("${HOSTILE} \"${HOSTILE}\""), [hostile; 2]);
        assert_eq!(words("a ${EMPTY} b\"${EMPTY}\""), ["a", "", "b"]);
    }
}
