//! Words as they must be typed so that they mean what they are.

/// What stands for itself in a word: of the language of commands as well as of patterns.
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
