//! The names that can be typed: what was loaded when names were last collected.
//!
//! The prompt looks names up here without the GIL: Tab and colours must not wait for a program that
//! holds it.

use std::sync::Arc;

use crate::protocol::{ModuleNames, Pattern, SCRIPT};

/// The names of all loaded modules and of their callables.
#[derive(Debug, Default)]
pub struct Names {
    /// Sorted by name with the colon, which is the order of the paths. The script appears under
    /// both of its names.
    modules: Vec<(String, Arc<ModuleNames>)>,
}

impl Names {
    /// The names of these modules; `script` is the script's own name.
    pub(super) fn new(
        modules: impl IntoIterator<Item = Arc<ModuleNames>>,
        script: Option<&str>,
    ) -> Self {
        let mut named = Vec::new();
        for module in modules {
            if module.name == SCRIPT
                && let Some(script) = script
            {
                named.push((format!("{script}:"), Arc::clone(&module)));
            }
            named.push((format!("{}:", module.name), module));
        }
        named.sort_by(|a, b| a.0.cmp(&b.0));
        Self { modules: named }
    }

    /// The module of this name, which may be the script's own name.
    #[must_use]
    pub fn module(&self, name: &str) -> Option<&Arc<ModuleNames>> {
        let key = format!("{name}:");
        let found = self.modules.binary_search_by(|(name, _)| name.cmp(&key));
        found.ok().map(|place| &self.modules[place].1)
    }

    /// Whether nothing was collected yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.modules.is_empty()
    }

    /// The modules that contain callables; the script under the name that it is loaded as.
    pub fn modules(&self) -> impl Iterator<Item = &ModuleNames> {
        let modules = self.modules.iter();
        let loaded = modules.filter(|(key, module)| key.trim_end_matches(':') == module.name);
        let loaded = loaded.map(|(_, module)| &**module);
        loaded.filter(|module| !module.callables.is_empty())
    }

    /// The next pieces of the paths that start with `prefix`: up to the next `.` of a module, then
    /// `:`, then up to the next `.` of an attribute. For an empty prefix, those of the program's
    /// own modules if there are any.
    #[must_use]
    pub fn pieces(&self, prefix: &str) -> Vec<String> {
        let mut pieces: Vec<_> = if let Some((module, rest)) = prefix.split_once(':') {
            let names = self.module(module).into_iter();
            let names = names.flat_map(|names| starting_with(&names.callables, rest));
            let pieces = names.map(|name| next_piece(name, rest));
            pieces.map(|piece| format!("{module}:{piece}")).collect()
        } else {
            let is_own = |module: &ModuleNames| module.is_own;
            let shows_all = !prefix.is_empty() || !self.modules().any(is_own);
            let is_shown = |module: &ModuleNames| {
                !module.callables.is_empty() && (shows_all || is_own(module))
            };
            let keys = self.keys_from(prefix);
            let keys = keys.filter(|(_, module)| is_shown(module));
            let pieces = keys.map(|(key, _)| next_piece(key, prefix).to_owned());
            pieces.collect()
        };
        pieces.dedup();
        pieces
    }

    /// Whether `text` is a path or pattern that matches something here, or may do so once its
    /// module is imported. Unfinished text may continue.
    #[must_use]
    pub fn may_mean(&self, text: &str, is_finished: bool) -> bool {
        if text.contains(['*', '?', '[']) {
            return !is_finished && !text.contains(':') || self.pattern_matches(text, is_finished);
        }
        match text.split_once(':') {
            None => !is_finished || self.module(text).is_some() || self.pattern_matches(text, true),
            Some((module, rest)) => self
                .module(module)
                .is_none_or(|names| leads_to(names, rest, is_finished)),
        }
    }

    /// Whether the name of a module starts with `prefix`.
    #[must_use]
    pub fn has_module_from(&self, prefix: &str) -> bool {
        self.keys_from(prefix).next().is_some()
    }

    fn pattern_matches(&self, text: &str, is_finished: bool) -> bool {
        let text = if is_finished || text.ends_with('*') {
            text.to_owned()
        } else {
            format!("{text}*")
        };
        let Ok(pattern) = Pattern::parse(&text) else {
            // A bracket may still be closed.
            return !is_finished;
        };
        self.has_match(&pattern) || pattern.has_no_colon() && self.has_match(&pattern.by_name())
    }

    fn has_match(&self, pattern: &Pattern) -> bool {
        self.modules.iter().any(|(key, module)| {
            let name = key.trim_end_matches(':');
            let mut callables = module.callables.iter();
            pattern.matches_module(name, None)
                && callables.any(|qualname| pattern.matches_qualname(qualname))
        })
    }

    fn keys_from(&self, prefix: &str) -> impl Iterator<Item = &(String, Arc<ModuleNames>)> {
        let start = self
            .modules
            .partition_point(|(key, _)| key.as_str() < prefix);
        let rest = self.modules[start..].iter();
        rest.take_while(move |(key, _)| key.starts_with(prefix))
    }
}

/// Whether a callable has this name or one that continues it, or may have: other names can lead
/// to callables.
fn leads_to(module: &ModuleNames, name: &str, is_finished: bool) -> bool {
    let mut callables = starting_with(&module.callables, name);
    let goes_on = |found: &str| {
        let rest = found[name.len()..].chars().next();
        !is_finished || rest.is_none_or(|next| next == '.')
    };
    let is_there = |name: &str| {
        let found = module.others.binary_search_by(|other| (**other).cmp(name));
        found.is_ok()
    };
    let mut dots = name.match_indices('.').map(|(dot, _)| dot);
    callables.any(goes_on)
        || dots.any(|dot| is_there(&name[..dot]))
        || is_there(name)
        || !is_finished && starting_with(&module.others, name).next().is_some()
        // PEP 562: the module creates attributes on access.
        || module.callables().any(|name| name == "__getattr__")
        || is_there("__getattr__")
}

/// The sorted names that start with `prefix`.
fn starting_with<'a>(names: &'a [String], prefix: &str) -> impl Iterator<Item = &'a str> {
    let start = names.partition_point(|name| name.as_str() < prefix);
    let rest = names[start..].iter().map(String::as_str);
    rest.take_while(move |name| name.starts_with(prefix))
}

/// The beginning of `name` up to and including the first separator after `prefix`.
fn next_piece<'a>(name: &'a str, prefix: &str) -> &'a str {
    let rest = &name[prefix.len()..];
    let end = rest.find(['.', ':']);
    end.map_or(name, |separator| &name[..=prefix.len() + separator])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names for tests: modules, their callables, and other names.
    fn names(modules: &[(&str, bool, &[&str], &[&str])]) -> Names {
        let sorted = |names: &[&str]| {
            let mut names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
            names.sort();
            names
        };
        let modules = modules.iter().map(|&(name, is_own, callables, others)| {
            Arc::new(ModuleNames {
                name: name.to_owned(),
                is_own,
                callables: sorted(callables),
                others: sorted(others),
            })
        });
        Names::new(modules, Some("app"))
    }

    fn some() -> Names {
        names(&[
            ("package", true, &[], &["mod"]),
            (
                "package.mod",
                true,
                &["func", "Class.method", "Class.other", "Class2.method"],
                &["CONSTANT", "join", "Child", "Class.data"],
            ),
            ("package.lazy", true, &["__getattr__"], &[]),
            ("json", false, &["dumps"], &[]),
            (SCRIPT, true, &["main"], &[]),
        ])
    }

    #[test]
    fn a_path_is_completed_piece_by_piece() {
        let names = some();
        let pieces = |prefix| names.pieces(prefix);
        // The package itself contains nothing, so its colon leads nowhere.
        assert_eq!(pieces("pack"), ["package."]);
        assert_eq!(pieces("package."), ["package.lazy:", "package.mod:"]);
        assert_eq!(
            pieces("package.mod:"),
            [
                "package.mod:Class.",
                "package.mod:Class2.",
                "package.mod:func"
            ]
        );
        assert_eq!(
            pieces("package.mod:Class."),
            ["package.mod:Class.method", "package.mod:Class.other"]
        );
        assert!(pieces("x").is_empty());
    }

    #[test]
    fn the_script_goes_by_two_names() {
        let names = some();
        assert_eq!(names.pieces("app:"), ["app:main"]);
        assert_eq!(names.pieces("__main__:m"), ["__main__:main"]);
        assert!(names.may_mean("app:main", true));
    }

    #[test]
    fn without_a_prefix_the_own_modules_come_up() {
        assert_eq!(some().pieces(""), ["__main__:", "app:", "package."]);
        assert_eq!(some().pieces("js"), ["json:"]);
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let names = some();
        let may = |text| (names.may_mean(text, false), names.may_mean(text, true));
        let (right, begun, wrong) = ((true, true), (true, false), (false, false));
        assert_eq!(may("package.mod:func"), right);
        assert_eq!(may("package.mod:fun"), begun);
        assert_eq!(may("package.mod:fumc"), wrong);
        assert_eq!(may("package.mod:Class"), right);
        assert_eq!(may("package.mod:Class.methodical"), wrong);
        assert_eq!(may("package.mod"), right);
        assert_eq!(may("package.mo"), begun);
        assert_eq!(may("method"), right);
        assert_eq!(may("Class.method"), right);
    }

    #[test]
    fn what_may_lead_elsewhere_may_be_meant() {
        let names = some();
        for path in [
            "package.mod:join",
            "package.mod:Child.inherited",
            "package.mod:Class.data.method",
            "package.lazy:anything",
            "not_loaded:anything",
        ] {
            assert!(names.may_mean(path, true), "{path}");
        }
    }

    #[test]
    fn a_pattern_must_match_something() {
        let names = some();
        let may = |text| (names.may_mean(text, false), names.may_mean(text, true));
        assert_eq!(may("*mod:f*"), (true, true));
        assert_eq!(may("*mod:Class*.m"), (true, false));
        assert_eq!(may("*mod:x"), (false, false));
        assert_eq!(may("*nothing"), (true, false));
        assert_eq!(may("Cl*.meth*"), (true, true));
        assert_eq!(may("*mod:[f"), (true, false));
    }
}
