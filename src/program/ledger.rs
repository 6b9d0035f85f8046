//! What the agent has told so far: what is patched, what is pending, and which names can be typed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::Names;
use crate::counts::{CounterId, MeterId};
use crate::protocol::{
    Budget, Ending, Event, Finding, Gone, Installed, Kind, ModuleNames, NewNames, Overspending,
    PatchNote, Pattern, PendingPattern, Recorders, Remembered, RememberedPatch, RememberedPattern,
    SCRIPT, Scope, SymbolPath,
};

/// The events of a session, in sum.
#[derive(Default)]
pub(super) struct Ledger {
    /// The newest patch of each path.
    patches: BTreeMap<SymbolPath, Known>,
    /// Those that are installed although they are not the newest of their paths.
    older: HashMap<CounterId, MeterId>,
    pending: Vec<PendingPattern>,
    /// What each pending pattern, as it was typed, has found.
    met: HashMap<String, HashSet<SymbolPath>>,
    budget: Option<Budget>,
    ending: Option<Ending>,
    modules: BTreeMap<String, Arc<ModuleNames>>,
    script: Option<String>,
    names: Arc<Names>,
}

/// What is known of a patch.
pub(super) struct Known {
    /// How its callable is bound, and what it returns.
    pub(super) kind: Kind,
    /// What counts it.
    pub(super) meter: MeterId,
    /// None if it is not installed any more.
    pub(super) installed: Option<Installed>,
}

/// An event that concerns the person at the shell.
#[derive(Debug)]
pub enum News {
    /// Patches exceeded the budget and were undone.
    Overspent(Overspending),
    /// The names that can be typed have changed.
    NamesChanged,
    /// The program asks for input, which is empty.
    WantsInput,
    /// The program's process is gone.
    Gone(Gone),
}

/// Which patches to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patched {
    /// Installed patches.
    Now,
    /// Patches that were ever installed.
    Ever,
}

impl Ledger {
    /// Enters an event; what of it concerns a person.
    pub(super) fn enter(&mut self, event: Event) -> Option<News> {
        match event {
            Event::Patched(notes) => self.enter_patches(notes),
            Event::Pending(pending) => self.enter_pending(pending),
            Event::Found(finding) => self.enter_finding(finding),
            Event::Budget(budget) => self.budget = budget,
            Event::Ended(ending) => self.ending = Some(ending),
            Event::WantsInput => return Some(News::WantsInput),
            Event::Names(new) => {
                self.enter_names(new);
                return Some(News::NamesChanged);
            }
            Event::Overspent(overspending) => return Some(News::Overspent(overspending)),
        }
        None
    }

    /// Enters that the agent is gone, unless the program has ended before.
    pub(super) fn enter_loss(&mut self, gone: Gone) -> Option<News> {
        if self.ending.is_some() {
            return None;
        }
        self.ending = Some(Ending::Gone(gone.clone()));
        Some(News::Gone(gone))
    }

    fn enter_patches(&mut self, notes: Vec<PatchNote>) {
        for note in notes {
            let PatchNote { path, meter, .. } = note;
            let known = Known {
                kind: note.kind,
                meter,
                installed: note.installed,
            };
            let older = if note.is_newest {
                let before = self.patches.insert(path, known);
                before.filter(|it| it.meter.counter != meter.counter)
            } else {
                Some(known)
            };
            let Some(Known {
                meter, installed, ..
            }) = older
            else {
                continue;
            };
            if installed.is_some() {
                self.older.insert(meter.counter, meter);
            } else {
                self.older.remove(&meter.counter);
            }
        }
    }

    fn enter_pending(&mut self, pending: Vec<PendingPattern>) {
        let texts: HashSet<_> = pending.iter().map(|it| it.pattern.as_str()).collect();
        self.met.retain(|text, _| texts.contains(text.as_str()));
        self.pending = pending;
    }

    fn enter_finding(&mut self, finding: Finding) {
        let mut pending = self.pending.iter_mut();
        // It may have been removed meanwhile.
        if let Some(found) = pending.find(|it| it.pattern.as_str() == finding.pattern) {
            (found.patched, found.trouble) = (finding.patched, finding.trouble);
            let met = self.met.entry(finding.pattern).or_default();
            met.extend(finding.met);
        }
    }

    fn enter_names(&mut self, new: NewNames) {
        for name in new.gone {
            self.modules.remove(&name);
        }
        let modules = new.modules.into_iter();
        let modules = modules.map(|module| (module.name.clone(), Arc::new(module)));
        self.modules.extend(modules);
        self.script = new.script;
        let modules = self.modules.values().cloned();
        self.names = Arc::new(Names::new(modules, self.script.as_deref()));
    }

    /// The names that can be typed.
    pub(super) fn names(&self) -> Arc<Names> {
        Arc::clone(&self.names)
    }

    /// How the program ended, if it has.
    pub(super) fn ending(&self) -> Option<Ending> {
        self.ending.clone()
    }

    /// The newest patch of each path that was ever patched, by path.
    pub(super) fn patches(&self) -> &BTreeMap<SymbolPath, Known> {
        &self.patches
    }

    /// The script's own name, if it is known.
    pub(super) fn script(&self) -> Option<&str> {
        self.script.as_deref()
    }

    /// Whether a pattern is pending.
    pub(super) fn is_pending(&self, pattern: &Pattern) -> bool {
        let mut pending = self.pending.iter();
        pending.any(|it| it.pattern.as_str() == pattern.as_str())
    }

    /// The meters of all installed patches.
    pub(super) fn meters_in_place(&self) -> Vec<MeterId> {
        let installed = self.patches.values().filter(|it| it.installed.is_some());
        let newest = installed.map(|it| it.meter);
        newest.chain(self.older.values().copied()).collect()
    }

    /// The budget, if there is one.
    pub(super) fn budget(&self) -> Option<Budget> {
        self.budget
    }

    /// The pending patterns within a scope.
    pub(super) fn pending(&self, scope: &Scope) -> Vec<PendingPattern> {
        let pending = self.pending.iter().filter(|pending| pending.is_in(scope));
        pending.cloned().collect()
    }

    /// The paths of patches; those of the script under both of its names.
    pub(super) fn patched(&self, which: Patched) -> Vec<String> {
        let patches = self.patches.iter();
        let meant = patches.filter(|(_, now)| which == Patched::Ever || now.installed.is_some());
        let mut paths: Vec<_> = meant.map(|(path, _)| path.to_string()).collect();
        if let Some(script) = &self.script {
            let of_script = |path: &String| {
                let qualname = path.strip_prefix(SCRIPT)?.strip_prefix(':')?;
                Some(format!("{script}:{qualname}"))
            };
            let by_own_name: Vec<_> = paths.iter().filter_map(of_script).collect();
            paths.extend(by_own_name);
        }
        paths
    }

    /// Whether a pending pattern will patch a callable again, in this way.
    fn is_covered(&self, path: &SymbolPath, recorders: Recorders) -> bool {
        let mut alike = self.pending.iter().filter(|it| it.recorders == recorders);
        alike.any(|it| {
            let met = self.met.get(it.pattern.as_str());
            met.is_some_and(|met| met.contains(path))
        })
    }

    /// What is patched and pending, for another session.
    pub(super) fn remembered(&self) -> Remembered {
        let patched = self.patches.iter();
        let patched = patched.filter_map(|(path, now)| {
            let recorders = now.installed?.recorders;
            Some(RememberedPatch {
                path: path.to_string(),
                recorders,
                is_covered: self.is_covered(path, recorders),
            })
        });
        let pending = self.pending.iter().map(|pending| RememberedPattern {
            text: pending.pattern.as_str().to_owned(),
            limit: pending.limit,
            recorders: pending.recorders,
        });
        Remembered {
            patched: patched.collect(),
            pending: pending.collect(),
            budget: self.budget.map(|budget| budget.percent),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::counts::{Counter, Meter};
    use crate::protocol::{Flavour, Form};

    #[test]
    fn an_older_patch_of_a_path_is_known_until_it_is_gone() {
        let meter = || Meter::new(Counter::new().expect("memory"), None).id();
        let (older, newer) = (meter(), meter());
        let hits = Some(Installed {
            recorders: Recorders::default(),
            instructions_added: 3,
            rewrite_time: Duration::ZERO,
        });
        let mut ledger = Ledger::default();
        let mut enter = |meter, is_newest, installed| {
            ledger.enter(Event::Patched(vec![PatchNote {
                path: SymbolPath::new("m", "f"),
                kind: Kind {
                    form: Form::Function,
                    flavour: Flavour::Plain,
                },
                meter,
                is_newest,
                installed,
            }]));
            let is_patched = !ledger.patched(Patched::Now).is_empty();
            (is_patched, ledger.meters_in_place())
        };
        assert_eq!(enter(older, true, hits), (true, vec![older]));
        assert_eq!(enter(older, true, hits), (true, vec![older]));
        assert_eq!(enter(newer, true, hits), (true, vec![newer, older]));
        assert_eq!(enter(newer, true, None), (false, vec![older]));
        assert_eq!(enter(newer, true, hits), (true, vec![newer, older]));
        assert_eq!(enter(older, false, None), (true, vec![newer]));
        assert_eq!(enter(older, false, hits), (true, vec![newer, older]));
        assert_eq!(enter(older, false, None), (true, vec![newer]));
    }
}
