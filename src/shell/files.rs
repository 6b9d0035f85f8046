//! The user's files and the initial folder, read once: the running program may change the
//! environment and the working directory at any time.

use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, base_strategy::Xdg};

/// The paths of files.
#[derive(Clone)]
pub(super) struct Files {
    /// `$XDG_STATE_HOME/instrsh/history`; none without a home.
    pub(super) history: Option<PathBuf>,
    /// `$XDG_CONFIG_HOME/instrsh/init`, which runs at the start of an interactive shell.
    pub(super) init: Option<PathBuf>,
    /// The base of relative paths.
    folder: PathBuf,
}

impl Files {
    /// Must be called before the program starts.
    pub(super) fn new() -> Self {
        let folders = Xdg::new().ok();
        let state = folders.as_ref().and_then(BaseStrategy::state_dir);
        Self {
            history: state.map(|state| state.join("instrsh/history")),
            init: folders.map(|folders| folders.config_dir().join("instrsh/init")),
            folder: std::env::current_dir().unwrap_or_default(),
        }
    }

    /// A path that was typed, relative to the folder in which the shell was started.
    pub(super) fn find(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }
}
