//! `${NAME}` in a command: the value in the environment of the shell.

use std::env;
use std::ffi::{OsStr, OsString};
use std::sync::LazyLock;

use crate::error::{Error, Result};

/// The environment of the shell, which does not change.
static ENVIRONMENT: LazyLock<Vec<(OsString, OsString)>> =
    LazyLock::new(|| env::vars_os().collect());

/// Variables and their values.
#[derive(Clone, Copy)]
pub(super) struct Variables<'a>(pub(super) &'a [(OsString, OsString)]);

impl Variables<'static> {
    /// Those of the shell.
    pub(super) fn of_shell() -> Self {
        Self(&ENVIRONMENT)
    }
}

impl<'a> Variables<'a> {
    /// The value of a variable; none if it is not set.
    pub(super) fn get(self, name: &str) -> Option<&'a OsStr> {
        let mut variables = self.0.iter();
        let found = variables.find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_os_str())
    }

    /// The value of the variable named in braces at the start of `text`, and the text after it.
    ///
    /// # Errors
    /// If the brace is not closed, contains no name, or the variable is not set to a text.
    pub(super) fn expand<'t>(self, text: &'t str) -> Result<(&'a str, &'t str)> {
        let inside = text.strip_prefix('{').unwrap_or(text);
        let Some((name, rest)) = inside.split_once('}') else {
            return Err(Error::usage(format!("a brace is not closed: `${text}`"))
                .hint("close it with }, or write `\\${` for a literal `${`"));
        };
        if !is_name(name) {
            return Err(
                Error::usage(format!("`${{{name}}}` is not the name of a variable"))
                    .hint("write `${NAME}`, or `\\${` for a literal `${`"),
            );
        }
        let export = format!("before starting `instrsh`, type `export {name}=...`");
        let Some(value) = self.get(name) else {
            return Err(Error::usage(format!("the variable `{name}` is not set")).hint(export));
        };
        let not_text = || Error::usage(format!("the variable `{name}` is not UTF-8")).hint(export);
        Ok((value.to_str().ok_or_else(not_text)?, rest))
    }
}

/// Whether a text is a name in POSIX: letters, digits and underscores, not starting with a digit.
fn is_name(text: &str) -> bool {
    let is_of_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    text.chars().all(is_of_name) && text.starts_with(|it: char| !it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    fn environment() -> Vec<(OsString, OsString)> {
        vec![
            ("_A1".into(), "value".into()),
            ("LATIN".into(), OsStr::from_bytes(b"\xe9").into()),
        ]
    }

    fn refusal(text: &str) -> String {
        let environment = environment();
        let expanded = Variables(&environment).expand(text);
        expanded.expect_err(text).to_string()
    }

    #[test]
    fn the_value_and_what_follows_are_told() {
        let environment = environment();
        let expanded = Variables(&environment).expand("{_A1}:x}");
        assert_eq!(expanded.expect("set"), ("value", ":x}"));
    }

    #[test]
    fn what_has_no_value_is_named() {
        assert_eq!(refusal("{B}"), "the variable `B` is not set");
        assert_eq!(refusal("{LATIN}"), "the variable `LATIN` is not UTF-8");
        assert_eq!(refusal("{_A1"), "a brace is not closed: `${_A1`");
        for other in ["", "_A1-b", "1A", "a b", "{_A1"] {
            let text = format!("`${{{other}}}` is not the name of a variable");
            assert_eq!(refusal(&format!("{{{other}}}")), text);
        }
    }
}
