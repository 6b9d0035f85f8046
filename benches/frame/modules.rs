//! The modules that a benchmark's program imports: the peers, and the limit in C.

use std::path::{Path, PathBuf};

use super::limit::built_limit;
use crate::common::packages::Environment;

/// Folders of modules.
pub(crate) struct Modules {
    folders: Vec<PathBuf>,
    /// What is not available, each with the reason.
    pub(crate) absent: Vec<(String, String)>,
}

impl Modules {
    /// Installs the peers and builds the limit, as far as possible on this machine.
    pub(crate) fn prepare() -> Self {
        let peers = Environment::of("peers").map(|environment| environment.packages());
        let (mut folders, mut absent) = (Vec::new(), Vec::new());
        for (what, folder) in [("the peers", peers), ("the limit in C", built_limit())] {
            match folder {
                Ok(folder) => folders.push(folder),
                Err(error) => absent.push((what.to_owned(), error.to_string())),
            }
        }
        Self { folders, absent }
    }

    /// The arguments of a program, followed by the folders.
    pub(crate) fn behind<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        let folders = self.folders.iter().map(PathBuf::as_path);
        let folders = folders.filter_map(Path::to_str);
        arguments.iter().copied().chain(folders).collect()
    }
}
