//! What has changed and the shell has not been told of yet.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::outbox::Outbox;
use super::patch::Patch;
use super::worker::Worker;
use crate::protocol::{Event, Finding, Installed, PatchNote, PendingPattern};

/// Changes since the shell was told of any.
#[derive(Default)]
pub(super) struct Changes {
    patches: Mutex<Vec<PatchNote>>,
    are_patterns_changed: AtomicBool,
    findings: Mutex<Vec<Finding>>,
    /// Held while the shell is told, so that no thread overtakes another.
    telling: Mutex<()>,
}

impl Changes {
    fn patches(&self) -> MutexGuard<'_, Vec<PatchNote>> {
        self.patches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A patch was installed, removed or forgotten.
    fn of_patch(&self, patch: &Patch, is_newest: bool, installed: Option<Installed>) {
        self.patches().push(PatchNote {
            path: patch.path.clone(),
            kind: patch.kind,
            meter: patch.meter().id(),
            is_newest,
            installed,
        });
    }

    /// Pending patterns were added or removed.
    pub(super) fn of_patterns(&self) {
        self.are_patterns_changed.store(true, Ordering::Release);
    }

    /// A pattern, which may still be pending, has found something. There may be very many others, so
    /// that each import cannot tell of all.
    pub(super) fn of_finding(&self, finding: Finding, is_pending: bool) {
        if is_pending {
            self.findings().push(finding);
        } else {
            self.of_patterns();
        }
    }

    fn findings(&self) -> MutexGuard<'_, Vec<Finding>> {
        self.findings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the shell what has changed.
    fn tell(&self, outbox: &Outbox, pending: impl FnOnce() -> Vec<PendingPattern>) {
        let telling = self.telling.lock();
        let _telling = telling.unwrap_or_else(PoisonError::into_inner);
        let patches = mem::take(&mut *self.patches());
        if !patches.is_empty() {
            outbox.tell(Event::Patched(patches));
        }
        if self.are_patterns_changed.swap(false, Ordering::AcqRel) {
            outbox.tell(Event::Pending(pending()));
        }
        let findings = mem::take(&mut *self.findings());
        for finding in findings {
            outbox.tell(Event::Found(finding));
        }
    }
}

impl Worker {
    /// Patches were installed or removed. Must be called without the GIL: the list of very many grows.
    pub(super) fn have_changed(&self, patches: impl IntoIterator<Item = Arc<Patch>>) {
        for patch in patches {
            let is_newest = self.patches.is_newest(&patch);
            self.changes.of_patch(&patch, is_newest, patch.installed());
        }
    }

    /// Patches were forgotten with their functions, whose names others have.
    pub(super) fn have_gone(&self, patches: &[Arc<Patch>]) {
        for patch in patches {
            self.changes.of_patch(patch, false, None);
        }
    }

    /// Tells the shell what has changed. Must be called before the reply to what has changed it, and
    /// without the GIL.
    pub(super) fn tell_changes(&self) {
        self.changes.tell(&self.outbox, || self.lazy.pending());
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use crossbeam_channel::unbounded;

    use super::*;
    use crate::counts::{Counter, Meter};
    use crate::protocol::{Flavour, Form, FromAgent, Kind, SymbolPath, decode};

    #[test]
    fn the_shell_is_told_in_the_order_of_the_changes() {
        const CHANGES: usize = 20_000;
        let (changes, made) = (Changes::default(), Mutex::new(0_usize));
        let (to_shell, from_agent) = unbounded();
        let outbox = Outbox::new(to_shell);
        let meter = Meter::new(Counter::new().expect("memory"), None).id();
        let change_and_tell = || {
            for _ in 0..CHANGES {
                let mut made = made.lock().expect("no thread panics");
                changes.patches().push(PatchNote {
                    path: SymbolPath::new("m", &made.to_string()),
                    kind: Kind {
                        form: Form::Function,
                        flavour: Flavour::Plain,
                    },
                    meter,
                    is_newest: true,
                    installed: None,
                });
                *made += 1;
                drop(made);
                changes.tell(&outbox, Vec::new);
            }
        };
        thread::scope(|scope| {
            scope.spawn(change_and_tell);
            scope.spawn(change_and_tell);
        });
        drop(outbox);
        let mut told = 0..2 * CHANGES;
        for bytes in from_agent {
            let Ok(FromAgent::Event(Event::Patched(notes))) = decode(&bytes) else {
                panic!("only patches have changed");
            };
            for note in notes {
                let next = told.next().expect("each change is told once");
                assert_eq!(note.path.qualname(), next.to_string());
            }
        }
        assert!(told.is_empty());
    }

    #[test]
    fn a_finding_is_told_without_all_the_other_pending_patterns() {
        let changes = Changes::default();
        let finding = |text: &str| Finding {
            pattern: text.to_owned(),
            met: vec![SymbolPath::new("m", "f")],
            patched: 1,
            trouble: None,
        };
        changes.of_finding(finding("m:*"), true);
        let (to_shell, from_agent) = unbounded();
        let outbox = Outbox::new(to_shell);
        changes.tell(&outbox, || panic!("they have not changed"));
        changes.of_finding(finding("m:f"), false);
        changes.tell(&outbox, Vec::new);
        drop(outbox);
        let events = from_agent.iter().map(|bytes| match decode(&bytes) {
            Ok(FromAgent::Event(Event::Found(found))) => found.pattern,
            Ok(FromAgent::Event(Event::Pending(_))) => "all".to_owned(),
            other => panic!("{other:?}"),
        });
        assert_eq!(events.collect::<Vec<_>>(), ["m:*", "all"]);
    }
}
