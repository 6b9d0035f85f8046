//! What a PATTERN selects: `*`, `?` and `[...]` over `module:qualname`.
//!
//! Both a path and a pattern have one colon, so the two sides are matched separately, and modules that
//! cannot match are not searched. A pattern without a colon names modules and selects everything in
//! them, or, if there are no such modules, it names callables. Which of the two it means depends on
//! what is loaded.
//!
//! The script is loaded as `__main__`, and also has its own name: the one that it would be imported
//! by. Whether a pattern selects something can depend on that name, so the caller passes it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{SCRIPT, SymbolPath};
use crate::error::{Error, Result};

/// A selection of callables by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Pattern {
    text: String,
    module: glob::Pattern,
    callable: Callable,
}

/// Which callables of a module are meant.
#[derive(Debug, Clone)]
enum Callable {
    /// All of them.
    Any,
    /// Those of this qualified name.
    Whole(glob::Pattern),
    /// Those whose qualified name is this, or ends with a dot and this.
    End(glob::Pattern),
}

/// A pattern as it travels.
#[derive(Serialize, Deserialize)]
struct Written {
    text: String,
    /// Whether it means callables of this name, though it has no colon.
    is_by_name: bool,
}

impl From<Pattern> for Written {
    fn from(pattern: Pattern) -> Self {
        Self {
            is_by_name: matches!(pattern.callable, Callable::End(_)),
            text: pattern.text,
        }
    }
}

impl TryFrom<Written> for Pattern {
    type Error = Error;

    fn try_from(Written { text, is_by_name }: Written) -> Result<Self> {
        let pattern = Self::parse(&text)?;
        Ok(if is_by_name {
            pattern.by_name()
        } else {
            pattern
        })
    }
}

impl Pattern {
    /// Parses a pattern as the user typed it.
    ///
    /// # Errors
    /// If a bracket is not closed, there is more than one colon, or the text is empty.
    pub fn parse(text: &str) -> Result<Self> {
        if text.contains("<locals>") {
            return Err(SymbolPath::nested(text));
        }
        let malformed = |what: &str| {
            Error::usage(format!("`{text}` is not a pattern: {what}"))
                .hint("a pattern looks like `package.module:func`, `package.*:Class.*` or `package.module`")
        };
        let compile = |part: &str| {
            glob::Pattern::new(&single_stars(part)).map_err(|_| malformed("a `[` is not closed"))
        };
        let (module, qualname) = match text.split_once(':') {
            Some((module, qualname)) => (module, Some(qualname)),
            None => (text, None),
        };
        if module.is_empty() || qualname.is_some_and(str::is_empty) {
            return Err(malformed("a name is missing"));
        }
        if qualname.is_some_and(|qualname| qualname.contains(':')) {
            return Err(malformed("it has more than one `:`"));
        }
        Ok(Self {
            text: text.to_owned(),
            module: compile(module)?,
            callable: match qualname {
                Some(qualname) => Callable::Whole(compile(qualname)?),
                None => Callable::Any,
            },
        })
    }

    /// Whether it has no colon, and so may mean modules or callables.
    #[must_use]
    pub fn has_no_colon(&self) -> bool {
        !self.text.contains(':')
    }

    /// What it means if it has no colon and names no module: callables of this name, in any module.
    #[must_use]
    pub fn by_name(&self) -> Self {
        if !self.has_no_colon() {
            return self.clone();
        }
        let callable = match &self.callable {
            Callable::Any => Callable::End(self.module.clone()),
            callable => callable.clone(),
        };
        Self {
            text: self.text.clone(),
            module: glob::Pattern::new("*").unwrap_or_default(),
            callable,
        }
    }

    /// Whether it is the name of callables, without any wildcard.
    #[must_use]
    pub fn is_bare_name(&self) -> bool {
        matches!(self.callable, Callable::End(_)) && !self.has_wildcard()
    }

    fn has_wildcard(&self) -> bool {
        self.text.contains(['*', '?', '['])
    }

    /// The pattern as a symbol path, if it can mean one callable only.
    ///
    /// # Errors
    /// If it names one callable but is malformed, or names a nested function.
    pub fn as_symbol_path(&self) -> Result<Option<SymbolPath>> {
        let path = || SymbolPath::parse(&self.text);
        (!self.is_wildcard()).then(path).transpose()
    }

    /// Whether it can mean more than one callable.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.has_no_colon() || self.has_wildcard()
    }

    /// Whether it is `other`, or selects everything that `other` selects, as far as their texts show;
    /// `script` is the script's own name, if it has one.
    #[must_use]
    pub fn covers(&self, other: &Self, script: Option<&str>) -> bool {
        let qualname = other.text.split_once(':').map_or("*", |(_, name)| name);
        let module = if other.is_of_script(script) {
            SCRIPT
        } else {
            other.module()
        };
        self.text == other.text || self.matches(&SymbolPath::new(module, qualname), script)
    }

    /// Its module part, as it was typed.
    #[must_use]
    pub fn module(&self) -> &str {
        self.text.split(':').next().unwrap_or_default()
    }

    /// Whether it names the script as its module, by either name; `script` is its own, if it has one.
    #[must_use]
    pub fn is_of_script(&self, script: Option<&str>) -> bool {
        self.module() == SCRIPT || script == Some(self.module())
    }

    /// Whether it can select what a module holds under `name`, or something inside that.
    #[must_use]
    pub fn reaches(&self, name: &str) -> bool {
        let (_, qualname) = self.text.split_once(':').unwrap_or_default();
        self.is_wildcard() || qualname.split('.').next() == Some(name)
    }

    /// Whether callables of `module` can match, where `script` is the script's own name, if it has
    /// one.
    #[must_use]
    pub fn matches_module(&self, module: &str, script: Option<&str>) -> bool {
        let own_name = script.filter(|_| module == SCRIPT);
        self.module.matches(module) || own_name.is_some_and(|name| self.module.matches(name))
    }

    /// Whether the callable at `path` is selected; `script` as above.
    #[must_use]
    pub fn matches(&self, path: &SymbolPath, script: Option<&str>) -> bool {
        self.matches_module(path.module(), script) && self.matches_qualname(path.qualname())
    }

    /// Whether a callable of this name is selected, if those of its module can be.
    #[must_use]
    pub fn matches_qualname(&self, qualname: &str) -> bool {
        match &self.callable {
            Callable::Any => true,
            Callable::Whole(pattern) => pattern.matches(qualname),
            Callable::End(pattern) => {
                let behind_dots = qualname
                    .match_indices('.')
                    .map(|(dot, _)| &qualname[dot + 1..]);
                std::iter::once(qualname)
                    .chain(behind_dots)
                    .any(|end| pattern.matches(end))
            }
        }
    }

    /// The pattern as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// `**` means what `*` means here; to the `glob` crate it is a matter of folders.
fn single_stars(text: &str) -> String {
    let mut single = text.to_owned();
    while single.contains("**") {
        single = single.replace("**", "*");
    }
    single
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, module: &str, qualname: &str) -> bool {
        Pattern::parse(pattern)
            .expect(pattern)
            .matches(&SymbolPath::new(module, qualname), Some("app"))
    }

    #[test]
    fn wildcards_reach_over_dots_but_not_over_the_colon() {
        assert!(matches("*mod_a:func_?", "package.mod_a", "func_7"));
        assert!(!matches("*mod_a:func_?", "package.mod_a", "func_10"));
        assert!(matches("a:*", "a", "Class.method"));
        assert!(matches("**:Class.[mn]*", "a.b", "Class.method"));
        assert!(!matches("a*", "b", "a"));
    }

    #[test]
    fn without_a_colon_a_pattern_means_all_of_a_module() {
        assert!(matches("package.mod_a", "package.mod_a", "func"));
        assert!(!matches("package", "package.mod_a", "func"));
    }

    #[test]
    fn by_name_it_means_the_end_of_a_qualified_name() {
        let matches = |pattern: &str, qualname: &str| {
            let pattern = Pattern::parse(pattern).expect(pattern).by_name();
            pattern.matches(&SymbolPath::new("a.b", qualname), None)
        };
        assert!(matches("func", "func"));
        assert!(matches("method", "Class.method"));
        assert!(matches("Inner.method", "Outer.Inner.method"));
        assert!(matches("met*", "Class.method"));
        assert!(matches("*thod", "Class.method"));
        assert!(!matches("thod", "Class.method"));
        assert!(!matches("Class", "Class.method"));
        assert!(!matches("a.b:func", "other"));
    }

    #[test]
    fn the_script_goes_by_two_names() {
        assert!(matches("app:f*", "__main__", "func"));
        assert!(matches("a*", "__main__", "func"));
        assert!(matches("__main__:func", "__main__", "func"));
        assert!(!matches("app:f*", "__main__", "other"));
        assert!(!matches("apple:func", "__main__", "func"));
        assert!(!matches("app:func", "other", "func"));
    }

    #[test]
    fn a_path_reaches_one_name_of_its_module_and_a_wildcard_all() {
        let reaches = |pattern: &str| Pattern::parse(pattern).expect(pattern).reaches("Class");
        assert!(
            ["a:Class", "a:Class.method", "a:Cl*", "a:f*", "a"]
                .into_iter()
                .all(reaches)
        );
        assert!(!["a:Cl", "a:Classes", "a:f.Class"].into_iter().any(reaches));
    }

    #[test]
    fn a_malformed_pattern_says_what_is_wrong() {
        for text in ["", ":", "a:", ":b", "a:b:c", "a:[b"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_a_plain_path_can_be_imported() {
        let path = |text: &str| Pattern::parse(text).expect(text).as_symbol_path();
        assert!(path("a:b").expect("well formed").is_some());
        assert!(path("a:b*").expect("well formed").is_none());
        assert!(path("a").expect("well formed").is_none());
        assert!(Pattern::parse("a:f.<locals>.g").is_err());
    }
}
