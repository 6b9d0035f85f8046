//! Quotes words so that they can be typed.

use crate::protocol::SymbolPath;

/// Characters that have no special meaning in commands and patterns.
const PLAIN: &str = "_-.:,/+=@%<>()[]*?!~^";

/// The word, in quotes if it needs them.
#[must_use]
pub fn quote(word: &str) -> String {
    let is_plain = |one: char| one.is_alphanumeric() || PLAIN.contains(one);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A command line of these words.
#[must_use]
pub(super) fn line<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<_> = words.into_iter().map(quote).collect();
    words.join(" ")
}

/// The pattern that matches a path. Names that cannot be written in source code may contain any
/// character: a special one is put in brackets, or replaced by `?`.
#[must_use]
pub fn pattern_of(path: &str) -> String {
    if SymbolPath::parse(path).is_ok() {
        return path.to_owned();
    }
    let literal = |one: char| match one {
        _ if one.is_alphabetic() || one == '_' => one.to_string(),
        _ if one.is_control() || one == ':' || one == '!' => "?".to_owned(),
        _ => format!("[{one}]"),
    };
    let literal = |part: &str| part.chars().map(literal).collect::<String>();
    let (module, qualname) = path.split_once(':').unwrap_or((path, "*"));
    format!("{}:{}", literal(module), literal(qualname))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Pattern;

    #[test]
    fn what_is_quoted_is_read_again() {
        let words = [
            "a.b:C.*", "", "it's", "a b", "#a", "a;b", "${HOME}", "a|b", "\\", "\"", "é",
        ];
        assert_eq!(shlex::split(&line(words)).expect("words"), words);
        assert_eq!(
            line(["expect", "hits(a:[fg]?)", ">="]),
            "expect hits(a:[fg]?) >="
        );
    }

    #[test]
    fn the_pattern_of_any_name_means_it() {
        let names = [
            "f",
            "C.method",
            "a b",
            "it's",
            "[x]",
            "*?",
            "a:b",
            "a\nb",
            "f.<locals>.g",
            "1f",
            "!",
            "^]",
            "#;$|\\",
        ];
        for name in names {
            let path = format!("package.module:{name}");
            let pattern = Pattern::parse(&pattern_of(&path)).expect(name);
            assert!(
                pattern.matches(&SymbolPath::new("package.module", name), None),
                "{name}"
            );
            let line = line([pattern.as_str()]);
            assert_eq!(shlex::split(&line).expect(name), [pattern.as_str()]);
            assert!(!line.contains('\n'));
        }
    }
}
