//! The name of a callable, `package.module:Class.method`.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The name of the module that a script is loaded as.
pub const SCRIPT: &str = "__main__";

/// The name of a callable: a module, a colon, and the attributes that lead to it. Copies share the
/// text, since many places refer to a patch by its path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(Arc<str>, usize)", into = "(Arc<str>, usize)")]
pub struct SymbolPath {
    text: Arc<str>,
    colon: usize,
}

impl From<SymbolPath> for (Arc<str>, usize) {
    fn from(path: SymbolPath) -> Self {
        (path.text, path.colon)
    }
}

impl TryFrom<(Arc<str>, usize)> for SymbolPath {
    type Error = Error;

    fn try_from((text, colon): (Arc<str>, usize)) -> Result<Self> {
        match text.as_bytes().get(colon) {
            Some(b':') => Ok(Self { text, colon }),
            _ => Err(Error::new(format!("`{text}` has no colon at {colon}"))),
        }
    }
}

impl SymbolPath {
    /// The path of `qualname` in `module`, as found in the interpreter.
    #[must_use]
    pub fn new(module: &str, qualname: &str) -> Self {
        Self {
            text: format!("{module}:{qualname}").into(),
            colon: module.len(),
        }
    }

    /// Parses a path that the user typed.
    ///
    /// # Errors
    /// If it is not of the form `module:attribute.attribute`, or names a nested function.
    pub fn parse(text: &str) -> Result<Self> {
        let malformed = |what: &str| {
            Error::usage(format!("`{text}` is not a symbol path: {what}")).hint(
                "a symbol path looks like `package.module:func` or `package.module:Class.method`",
            )
        };
        let Some((module, qualname)) = text.split_once(':') else {
            return Err(malformed("it has no `:`"));
        };
        if qualname.contains("<locals>") {
            return Err(Self::nested(text));
        }
        for (part, name) in [("module", module), ("attribute", qualname)] {
            if let Some(bad) = name.split('.').find(|word| !is_name(word)) {
                return Err(malformed(&if bad.is_empty() {
                    format!("a {part} name is empty")
                } else {
                    format!("`{bad}` is not a name")
                }));
            }
        }
        Ok(Self::new(module, qualname))
    }

    /// The error for a nested function.
    #[must_use]
    pub fn nested(text: &str) -> Error {
        let around = text.split(".<locals>").next().unwrap_or(text);
        Error::new(format!(
            "`{text}` is a nested function, which is not supported"
        ))
        .hint(format!("patch the function around it: `{around}`"))
    }

    /// The same callable where it is loaded, if the module is the script, which would be imported a
    /// second time as `script`.
    #[must_use]
    pub fn in_script(&self, script: Option<&str>) -> Option<Self> {
        (script == Some(self.module())).then(|| Self::new(SCRIPT, self.qualname()))
    }

    /// `package.module`
    #[must_use]
    pub fn module(&self) -> &str {
        &self.text[..self.colon]
    }

    /// `Class.method`
    #[must_use]
    pub fn qualname(&self) -> &str {
        &self.text[self.colon + 1..]
    }

    /// The attributes that lead from the module to the callable.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.qualname().split('.')
    }

    /// `package.module:Class.method`
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Whether a word can be a Python name or `<lambda>`.
fn is_name(word: &str) -> bool {
    word == "<lambda>"
        || (word
            .chars()
            .all(|character| character.is_alphanumeric() || character == '_')
            && word.chars().next().is_some_and(|first| !first.is_numeric()))
}

impl fmt::Display for SymbolPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        SymbolPath::parse(text).expect_err(text).to_string()
    }

    #[test]
    fn a_path_has_a_module_and_attributes() {
        let path = SymbolPath::parse("package.module:Outer.Inner.method").expect("a path");
        assert_eq!(path.module(), "package.module");
        assert_eq!(
            path.attributes().collect::<Vec<_>>(),
            ["Outer", "Inner", "method"]
        );
        assert_eq!(path.to_string(), "package.module:Outer.Inner.method");
    }

    #[test]
    fn a_malformed_path_says_what_is_wrong() {
        assert_eq!(
            message("module"),
            "`module` is not a symbol path: it has no `:`"
        );
        assert_eq!(
            message(":func"),
            "`:func` is not a symbol path: a module name is empty"
        );
        assert_eq!(
            message("a..b:f"),
            "`a..b:f` is not a symbol path: a module name is empty"
        );
        assert_eq!(
            message("a:f:g"),
            "`a:f:g` is not a symbol path: `f:g` is not a name"
        );
        assert_eq!(
            message("a:1f"),
            "`a:1f` is not a symbol path: `1f` is not a name"
        );
    }

    #[test]
    fn a_nested_function_is_named_as_such() {
        let error = SymbolPath::parse("m:f.<locals>.g").expect_err("nested");
        assert!(error.to_string().contains("nested function"));
        assert_eq!(
            error.hint_text(),
            Some("patch the function around it: `m:f`")
        );
    }
}
