//! The names that completion offers: what is loaded now, without importing anything.

use std::collections::BTreeSet;

use super::pending::Progress;
use super::rows::Scope;
use super::worker::Worker;
use crate::cpython::{Modules, SCRIPT};
use crate::error::Result;

impl Worker {
    /// The next pieces of a path that starts with `prefix`: up to the next `.` of a module, then
    /// `:`, then up to the next `.` of its attributes.
    pub(super) fn names(&self, progress: &Progress, prefix: &str) -> Result<Vec<String>> {
        let mut pieces = BTreeSet::new();
        let script = self.script();
        if let Some((module, _)) = prefix.split_once(':') {
            let scope = Scope::new([glob::Pattern::escape(module).as_str()])?;
            let loaded = Modules::default();
            let found = self.scan(
                progress,
                loaded,
                &scope,
                script.as_deref(),
                |_, callable| {
                    // By the name that was typed: the script has two.
                    let path = format!("{module}:{}", callable.path.qualname());
                    Ok(next_piece(&path, prefix))
                },
            )?;
            pieces.extend(found.into_iter().flatten());
        } else {
            let mut modules = Modules::default();
            let mut found = self.gather(progress, |gil, found| {
                let module = modules.next(gil)?;
                found.extend(module.as_ref().map(|module| format!("{}:", module.name())));
                Ok(module.is_some())
            })?;
            found.extend(script.iter().map(|script| format!("{script}:")));
            pieces.extend(found.iter().filter_map(|name| next_piece(name, prefix)));
            self.drop_dead_ends(progress, &mut pieces, script.as_deref())?;
        }
        Ok(pieces.into_iter().collect())
    }

    /// The paths of what is patched now that start with `prefix`; what the script holds, by the name
    /// that `prefix` gives it.
    pub(super) fn patched_names(&self, prefix: &str) -> Vec<String> {
        let names = self.patches.names_in_place();
        let own_name = self.script().filter(|_| !prefix.is_empty());
        let by_own_name = |name: &String| {
            let qualname = name.strip_prefix(SCRIPT)?.strip_prefix(':')?;
            Some(format!("{}:{qualname}", own_name.as_deref()?))
        };
        let by_own_name: Vec<_> = names.iter().filter_map(by_own_name).collect();
        let names = names.into_iter().chain(by_own_name);
        names.filter(|name| name.starts_with(prefix)).collect()
    }

    /// Takes out `package:` where `package.` leads on and the package itself holds no callables.
    fn drop_dead_ends(
        &self,
        progress: &Progress,
        pieces: &mut BTreeSet<String>,
        script: Option<&str>,
    ) -> Result<()> {
        let leads_on = |piece: &&String| {
            piece
                .strip_suffix(':')
                .is_some_and(|package| pieces.contains(&format!("{package}.")))
        };
        let packages: Vec<String> = pieces.iter().filter(leads_on).cloned().collect();
        for package in packages {
            let scope = Scope::new([package.trim_end_matches(':')])?;
            let loaded = Modules::default();
            let callables = self.scan(progress, loaded, &scope, script, |_, _| Ok(()))?;
            if callables.is_empty() {
                pieces.remove(&package);
            }
        }
        Ok(())
    }
}

/// The beginning of `name` up to and with the first separator behind `prefix`.
fn next_piece(name: &str, prefix: &str) -> Option<String> {
    let rest = name.strip_prefix(prefix)?;
    let end = rest
        .find(['.', ':'])
        .map_or(name.len(), |separator| prefix.len() + separator + 1);
    Some(name[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_completed_piece_by_piece() {
        assert_eq!(next_piece("a.bc:", "a"), Some("a.".into()));
        assert_eq!(next_piece("a.bc:", "a."), Some("a.bc:".into()));
        assert_eq!(
            next_piece("a.bc:Class.method", "a.bc:C"),
            Some("a.bc:Class.".into())
        );
        assert_eq!(
            next_piece("a.bc:Class.method", "a.bc:Class."),
            Some("a.bc:Class.method".into())
        );
        assert_eq!(next_piece("a.bc:", "x"), None);
    }
}
