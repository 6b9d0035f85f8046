//! The names that completion offers: what is loaded now, without importing anything.

use std::collections::BTreeSet;

use super::pending::Progress;
use super::rows::Scope;
use super::worker::Worker;
use crate::cpython::Modules;
use crate::error::Result;

impl Worker {
    /// The next pieces of a path that starts with `prefix`: up to the next `.` of a module, then
    /// `:`, then up to the next `.` of its attributes.
    pub(super) fn names(&self, progress: &Progress, prefix: &str) -> Result<Vec<String>> {
        let mut pieces = BTreeSet::new();
        if let Some((module, _)) = prefix.split_once(':') {
            let scope = Scope::new([glob::Pattern::escape(module).as_str()])?;
            let found = self.scan(progress, Modules::default(), &scope, |_, callable| {
                Ok(next_piece(callable.path.as_str(), prefix))
            })?;
            pieces.extend(found.into_iter().flatten());
        } else {
            let mut modules = Modules::default();
            let found = self.gather(progress, |gil, found| {
                let module = modules.next(gil)?;
                found.extend(module.as_ref().map(|module| format!("{}:", module.name())));
                Ok(module.is_some())
            })?;
            pieces.extend(found.iter().filter_map(|name| next_piece(name, prefix)));
            self.drop_dead_ends(progress, &mut pieces)?;
        }
        Ok(pieces.into_iter().collect())
    }

    /// Takes out `package:` where `package.` leads on and the package itself holds no callables.
    fn drop_dead_ends(&self, progress: &Progress, pieces: &mut BTreeSet<String>) -> Result<()> {
        let leads_on = |piece: &&String| {
            piece
                .strip_suffix(':')
                .is_some_and(|package| pieces.contains(&format!("{package}.")))
        };
        let packages: Vec<String> = pieces.iter().filter(leads_on).cloned().collect();
        for package in packages {
            let scope = Scope::new([package.trim_end_matches(':')])?;
            let callables = self.scan(progress, Modules::default(), &scope, |_, _| Ok(()))?;
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
