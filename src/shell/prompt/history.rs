//! The lines typed so far, each once, and the file that keeps them for later sessions.
//!
//! The file is only appended to, so that several sessions can share it. It contains a line as often
//! as it was typed, until the editor compacts it.

use std::collections::HashSet;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustyline::config::Config;
use rustyline::history::{FileHistory, History, MemHistory};

use crate::error::{Error, Result};

/// Moves `line` to the end, or adds it; false if such lines are not kept.
pub(super) fn add(history: &mut MemHistory, line: &str) -> bool {
    let others: Vec<_> = history
        .into_iter()
        .filter(|it| *it != line)
        .cloned()
        .collect();
    if others.len() < history.len() {
        // A history in memory refuses only lines that it does not keep.
        let _ = history.clear();
        for other in others {
            let _ = history.add_owned(other);
        }
    }
    history.add(line).unwrap_or(false)
}

/// Whether to keep a history there: a link to `/dev/null` turns it off.
pub(super) fn is_wanted(path: &Path) -> bool {
    let leads_to = path.canonicalize();
    leads_to.map_or(true, |path| path.as_os_str() != "/dev/null")
}

/// Creates a folder that only its owner can read, as the XDG Base Directory Specification requires.
fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A history in a file.
pub(super) struct Kept {
    path: PathBuf,
    lines: FileHistory,
}

impl Kept {
    /// The file, and its lines, each once, the oldest first.
    pub(super) fn load(path: PathBuf, config: &Config) -> (Self, Vec<String>) {
        let mut lines = FileHistory::with_config(config);
        if path.is_file() {
            // If it cannot be read, it cannot be written either, which is reported.
            let _ = lines.load(&path);
        }
        let mut seen = HashSet::new();
        let newest = lines.iter().rev().filter(|line| seen.insert(*line));
        let mut each: Vec<_> = newest.cloned().collect();
        each.reverse();
        (Self { path, lines }, each)
    }

    /// Adds a line.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn add(&mut self, line: &str) -> Result<()> {
        let folder = self.path.parent().map_or(Ok(()), make_private);
        let outcome = folder.map_err(|error| error.to_string()).and_then(|()| {
            if self.path.exists() && !self.path.is_file() {
                return Err("it is not a regular file".to_owned());
            }
            // A line that is not kept equals the line before.
            let _ = self.lines.add(line);
            let outcome = self.lines.append(&self.path);
            outcome.map_err(|error| error.to_string())
        });
        outcome.map_err(|error| {
            let path = self.path.display();
            Error::new(format!("cannot save the history to `{path}`: {error}")).hint(
                "before starting `instrsh`, choose another folder: `export XDG_STATE_HOME=FOLDER`",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_typed_again_becomes_the_last_one() {
        let mut history = MemHistory::new();
        history.ignore_space(true);
        for line in ["a", "b", "a", "c", "b", " a", ""] {
            add(&mut history, line);
        }
        let lines: Vec<_> = history.into_iter().collect();
        assert_eq!(lines, ["a", "c", "b"]);
    }
}
