//! What can be typed in this session, for completion and colours.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::current::Current;
use super::files::Files;
use super::line::{Part, parts};
use crate::commands::{self, Aliases, Command, Shortening, TOPICS};
use crate::program::{Names, Patched};
use crate::protocol::Reason;
use crate::protocol::Scope;

/// The session, the commands and the files. Reading it never waits.
#[derive(Clone)]
pub(super) struct Known {
    current: Current,
    files: Files,
    aliases: Aliases,
}

impl Known {
    /// The names of the sessions, with files relative to the folder in which the shell was started.
    pub(super) fn new(current: &Current, files: &Files, aliases: &Aliases) -> Self {
        Self {
            current: current.clone(),
            files: files.clone(),
            aliases: aliases.clone(),
        }
    }

    /// Uses these aliases from now on.
    pub(super) fn follow(&mut self, aliases: &Aliases) {
        self.aliases.clone_from(aliases);
    }

    /// The parts of a line with the cursor at a byte.
    pub(super) fn parts(&self, line: &str, cursor: usize) -> Vec<Part> {
        parts(line, cursor, &self.aliases)
    }

    /// The first words of lines.
    pub(super) fn commands(&self) -> Vec<String> {
        let names = commands::all().flat_map(Command::names).map(str::to_owned);
        names.chain(self.aliases()).collect()
    }

    /// What `help` explains.
    pub(super) fn topics() -> Vec<String> {
        let topics = TOPICS.iter().map(|topic| topic.name);
        let names = commands::all().flat_map(Command::names).chain(topics);
        names.map(str::to_owned).collect()
    }

    /// The aliases.
    pub(super) fn aliases(&self) -> Vec<String> {
        self.aliases.names().map(str::to_owned).collect()
    }

    /// Whether a line can start with `word`.
    pub(super) fn is_command(&self, word: &str) -> bool {
        self.aliases.has(word) || commands::meant(word, Shortening::Allowed).is_ok()
    }

    /// The loaded names; waits up to `patience` for a collection that is under way.
    pub(super) fn names(&self, patience: Duration) -> Arc<Names> {
        self.current.session().names(patience)
    }

    /// Requests a collection of the loaded names.
    pub(super) fn refresh(&self, reason: Reason) {
        self.current.session().refresh_names(reason);
    }

    /// The paths of what is, or was, patched, and pending patterns.
    pub(super) fn patched(&self, which: Patched) -> Vec<String> {
        let session = self.current.session();
        let mut names = session.patched_names(which);
        if which == Patched::Now {
            let pending = session.pending_patterns(&Scope::Own).into_iter();
            names.extend(pending.map(|pending| pending.pattern.to_string()));
        }
        names
    }

    /// A path that was typed, relative to the folder in which the shell was started.
    pub(super) fn find(&self, path: &Path) -> PathBuf {
        self.files.find(path)
    }
}
