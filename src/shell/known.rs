//! What can be typed in this session, for Tab and for the colours of a line.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::files::Files;
use super::line::{Part, parts};
use crate::commands::{self, Aliases, Command, Shortening, TOPICS};
use crate::session::{Names, Patched, Reason, Scope, Session};

/// The session, the commands and the files. Nothing of it is waited for.
#[derive(Clone)]
pub(super) struct Known {
    session: Session,
    files: Files,
    aliases: Aliases,
}

impl Known {
    /// What is known in a session, with the files as they are found from where the shell was started.
    pub(super) fn new(session: &Session, files: &Files, aliases: &Aliases) -> Self {
        Self {
            session: session.clone(),
            files: files.clone(),
            aliases: aliases.clone(),
        }
    }

    /// Knows these aliases from now on.
    pub(super) fn follow(&mut self, aliases: &Aliases) {
        self.aliases.clone_from(aliases);
    }

    /// The parts of a line with the cursor at a byte.
    pub(super) fn parts(&self, line: &str, cursor: usize) -> Vec<Part> {
        parts(line, cursor, &self.aliases)
    }

    /// What a line can begin with.
    pub(super) fn commands(&self) -> Vec<String> {
        let names = commands::all().flat_map(Command::names).map(str::to_owned);
        names.chain(self.aliases()).collect()
    }

    /// What can be explained.
    pub(super) fn topics() -> Vec<String> {
        let topics = TOPICS.iter().map(|topic| topic.name);
        let names = commands::all().flat_map(Command::names).chain(topics);
        names.map(str::to_owned).collect()
    }

    /// The names that stand for commands.
    pub(super) fn aliases(&self) -> Vec<String> {
        self.aliases.names().map(str::to_owned).collect()
    }

    /// Whether a line can begin with `word`.
    pub(super) fn is_command(&self, word: &str) -> bool {
        self.aliases.has(word) || commands::meant(word, Shortening::Allowed).is_ok()
    }

    /// What is loaded, within `patience` if it is being looked at right now.
    pub(super) fn names(&self, patience: Duration) -> Arc<Names> {
        self.session.names(patience)
    }

    /// Lets what is loaded be looked at, soon.
    pub(super) fn refresh(&self, reason: Reason) {
        self.session.refresh_names(reason);
    }

    /// Has `tell` called, on another thread, whenever something else is loaded.
    pub(super) fn tell_of_news(&self, tell: impl Fn() + Send + Sync + 'static) {
        self.session.tell_of_names(tell);
    }

    /// The paths of what is patched, or was; and what still waits to be.
    pub(super) fn patched(&self, which: Patched) -> Vec<String> {
        let mut names = self.session.patched_names(which);
        if which == Patched::Now {
            let pending = self.session.pending_patterns(&Scope::Own).into_iter();
            names.extend(pending.map(|pending| pending.pattern));
        }
        names
    }

    /// A path that was typed, from the folder that the shell was started in.
    pub(super) fn find(&self, path: &Path) -> PathBuf {
        self.files.find(path)
    }
}
