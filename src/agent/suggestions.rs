//! Suggestions for a pattern that matches nothing.

use std::collections::{BTreeSet, HashSet};

use super::progress::Progress;
use super::worker::Worker;
use crate::cpython::{Modules, SCRIPT_WATCH};
use crate::error::{Error, Result, count, nearest};
use crate::protocol::{Among, Pattern, Scope, SymbolPath};

/// Paths that a hint names.
const PATHS_NAMED: usize = 3;

impl Worker {
    /// The meaning of patterns: one without a colon that matches no loaded module, and waits for
    /// none, means callables of this name.
    pub(super) fn as_meant(
        &self,
        progress: &Progress,
        patterns: &[Pattern],
    ) -> Result<Vec<Pattern>> {
        let is_open = |pattern: &&Pattern| pattern.has_no_colon() && !self.lazy.is_pending(pattern);
        let mut open: Vec<&Pattern> = patterns.iter().filter(is_open).collect();
        if open.is_empty() {
            return Ok(patterns.to_vec());
        }
        let script = self.script();
        let mut keep_without = |module: &str| {
            open.retain(|pattern| !pattern.matches_module(module, script.as_deref()));
        };
        // A module that is gone may have been patched.
        for patch in self.patches.newest() {
            keep_without(patch.path.module());
        }
        let mut modules = Modules::default();
        self.gather(progress, |gil, _: &mut Vec<()>| {
            let module = modules.next(gil)?;
            if let Some(module) = &module {
                keep_without(module.name());
            }
            Ok(module.is_some())
        })?;
        let names: HashSet<_> = open.into_iter().map(Pattern::as_str).collect();
        let meant = |pattern: &Pattern| {
            if names.contains(pattern.as_str()) {
                pattern.by_name()
            } else {
                pattern.clone()
            }
        };
        Ok(patterns.iter().map(meant).collect())
    }

    /// What to type instead of a word that is not a command, if it is the name of callables in `among`.
    pub(super) fn named(
        &self,
        progress: &Progress,
        pattern: &Pattern,
        among: Among,
    ) -> Result<Option<String>> {
        let scope = Scope::Matching(self.as_meant(progress, &[pattern.by_name()])?);
        let rows = self.rows(progress, &scope, self.script().as_deref())?;
        let mut paths: BTreeSet<_> = rows.iter().map(|row| &row.path).collect();
        if among == Among::Own {
            let own: HashSet<_> = self.own_paths().into_iter().collect();
            paths.retain(|path| own.contains(path));
        }
        Ok((!paths.is_empty()).then(|| self.one_of(pattern, &paths)))
    }

    /// What to type instead of it, if it is similar to a name.
    pub(super) fn like(&self, pattern: &Pattern) -> Option<String> {
        hint(pattern, &self.own_paths())
    }

    /// The error for a name of several callables where only one is allowed.
    pub(super) fn ambiguous(&self, pattern: &Pattern, paths: &BTreeSet<&SymbolPath>) -> Error {
        let callables = count(paths.len(), "callable");
        let hint = self.one_of(pattern, paths);
        Error::new(format!("`{pattern}` names {callables}")).hint(hint)
    }

    /// ``did you mean `a:f`, `b:f` or `c:f`?``, the program's own first.
    fn one_of(&self, pattern: &Pattern, paths: &BTreeSet<&SymbolPath>) -> String {
        let own: HashSet<_> = self.own_paths().into_iter().collect();
        let mut paths: Vec<_> = paths.iter().collect();
        paths.sort_by_key(|path| !own.contains(path));
        let named = paths.iter().take(PATHS_NAMED);
        let named: Vec<_> = named.map(|path| format!("`{path}`")).collect();
        let more = match paths.len() - named.len() {
            0 => String::new(),
            more => format!(" `ls {pattern}` shows {more} more"),
        };
        let named = match named.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("{} or {last}", others.join(", "))
            }
            _ => named.concat(),
        };
        format!("did you mean {named}?{more}")
    }

    /// No pattern is matched, so that it does not matter what the script is called.
    fn own_paths(&self) -> Vec<SymbolPath> {
        let rows = self.rows(&Progress::default(), &Scope::Own, None);
        rows.into_iter().flatten().map(|row| row.path).collect()
    }

    /// The error for a pattern that matches nothing, with a suggestion if there is one.
    pub(super) fn nothing_matches(&self, pattern: &Pattern) -> Error {
        let hint = hint(pattern, &self.own_paths()).unwrap_or_else(|| {
            if self.is_of_script(pattern) {
                return SCRIPT_WATCH.stage().hint().into();
            }
            match pattern.as_str().rsplit_once('.') {
                Some((module, name)) if !pattern.as_str().contains(':') => {
                    format!("a symbol path has a colon: `{module}:{name}`")
                }
                _ => "`ls` shows what is loaded; `patch module:func` imports what is not".into(),
            }
        });
        Error::new(format!("nothing matches `{pattern}`")).hint(hint)
    }
}

/// The suggestion, from the names of the program's own code.
fn hint(pattern: &Pattern, paths: &[SymbolPath]) -> Option<String> {
    let text = pattern.as_str();
    // No name starts with it, and in other shells it writes a file.
    if text.starts_with('>') {
        return Some("to write an answer to a file, type `ls | cat > FILE`".into());
    }
    let did_you_mean = |what: &str| format!("did you mean `{what}`?");
    let matches = |text: &str| {
        let pattern = Pattern::parse(text).ok()?;
        let is_matched = paths.iter().any(|path| pattern.matches(path, None));
        is_matched.then(|| did_you_mean(text))
    };
    let modules: BTreeSet<_> = paths.iter().map(SymbolPath::module).collect();
    let is_wildcard = text.contains(['*', '?', '[']);
    if let Some((module, _)) = text.split_once(':') {
        if !is_wildcard {
            return nearest(text, paths.iter().map(SymbolPath::as_str)).map(did_you_mean);
        }
        let is_there = || Some(format!("`ls {module}` lists its callables"));
        return matches(&format!("*{text}"))
            .or_else(|| matches(module).and_then(|_| is_there()))
            .or_else(|| matches(&format!("*{module}")));
    }
    if is_wildcard {
        return matches(&format!("*{text}"));
    }
    let with_colon = || {
        let (module, name) = text.rsplit_once('.')?;
        matches(&format!("{module}:{name}"))
    };
    let inside = || {
        let (typed, meant) = (
            format!("{text}.*"),
            Pattern::parse(&format!("{text}.*")).ok()?,
        );
        let meant = [meant.by_name(), meant];
        let is_matched = |path| meant.iter().any(|meant| meant.matches(path, None));
        paths.iter().any(is_matched).then(|| did_you_mean(&typed))
    };
    with_colon()
        .or_else(inside)
        .or_else(|| nearest(text, modules).map(did_you_mean))
        .or_else(|| nearest(text, paths.iter().map(SymbolPath::as_str)).map(did_you_mean))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint_at(pattern: &str) -> Option<String> {
        let paths = [("app.bank.loans", "offer"), ("app.bank.loans", "Loan.rate")];
        let paths = paths.map(|(module, name)| SymbolPath::new(module, name));
        hint(&Pattern::parse(pattern).expect(pattern), &paths)
    }

    #[test]
    fn what_was_left_out_is_added() {
        for (typed, meant) in [
            ("loans", "app.bank.loans"),
            ("offer", "app.bank.loans:offer"),
            ("loans:offer", "app.bank.loans:offer"),
            ("app.bank.loans.offer", "app.bank.loans:offer"),
            ("loans:off*", "*loans:off*"),
            ("loan?", "*loan?"),
            ("app.bank.loan:offer", "app.bank.loans:offer"),
            ("app.bank.lones", "app.bank.loans"),
            ("app.bank", "app.bank.*"),
            ("Loan", "Loan.*"),
        ] {
            let meant = format!("did you mean `{meant}`?");
            assert_eq!(hint_at(typed), Some(meant), "{typed}");
        }
    }

    #[test]
    fn where_only_the_name_is_wrong_its_neighbours_can_be_seen() {
        let neighbours = Some("`ls *loans` lists its callables".into());
        assert_eq!(hint_at("*loans:nothing*"), neighbours);
        assert_eq!(hint_at("nowhere:*"), None);
        assert_eq!(hint_at("zzz"), None);
    }

    #[test]
    fn who_means_a_file_is_told_how() {
        let how = Some("to write an answer to a file, type `ls | cat > FILE`".into());
        assert_eq!(hint_at(">"), how);
        assert_eq!(hint_at(">>out.txt"), how);
    }
}
