//! The lines typed so far, each once, and the file that keeps them for later sessions.
//!
//! The file is only added to, so that several sessions can share it: it has a line as often as it was
//! typed, until the editor shortens it.

use std::collections::HashSet;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustyline::config::Config;
use rustyline::history::{FileHistory, History, MemHistory};

use crate::error::{Error, Result};

/// Makes `line` the last one, wherever it stood; false if it is none that is kept.
pub(super) fn add(history: &mut MemHistory, line: &str) -> bool {
    let others: Vec<_> = history
        .into_iter()
        .filter(|it| *it != line)
        .cloned()
        .collect();
    if others.len() < history.len() {
        // A history in memory refuses nothing but what it would not keep.
        let _ = history.clear();
        for other in others {
            let _ = history.add_owned(other);
        }
    }
    history.add(line).unwrap_or(false)
}

/// Whether a history is to be kept there: a link to `/dev/null` is how one asks for none.
pub(super) fn is_wanted(path: &Path) -> bool {
    let leads_to = path.canonicalize();
    leads_to.map_or(true, |path| path.as_os_str() != "/dev/null")
}

/// Makes a folder that is its owner's alone, as the XDG Base Directory Specification wants it.
fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A history in a file.
pub(super) struct Kept {
    path: PathBuf,
    lines: FileHistory,
}

impl Kept {
    /// The file and what it has kept, each line once, the oldest first.
    pub(super) fn load(path: PathBuf, config: &Config) -> (Self, Vec<String>) {
        let mut lines = FileHistory::with_config(config);
        if path.is_file() {
            // What cannot be read cannot be kept either, and that is told.
            let _ = lines.load(&path);
        }
        let mut seen = HashSet::new();
        let newest = lines.iter().rev().filter(|line| seen.insert(*line));
        let mut each: Vec<_> = newest.cloned().collect();
        each.reverse();
        (Self { path, lines }, each)
    }

    /// Keeps one more line.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn add(&mut self, line: &str) -> Result<()> {
        let folder = self.path.parent().map_or(Ok(()), make_private);
        let outcome = folder.map_err(|error| error.to_string()).and_then(|()| {
            if self.path.exists() && !self.path.is_file() {
                return Err("it is not a regular file".to_owned());
            }
            // What is not kept now was kept by the line before.
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
