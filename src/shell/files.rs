//! The user's own files and the folder of the start: asked for once, since a running target may
//! change the environment and the working directory at any moment.

use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, base_strategy::Xdg};

/// Where files are.
#[derive(Clone)]
pub(super) struct Files {
    /// `$XDG_STATE_HOME/instrsh/history`; none without a home.
    pub(super) history: Option<PathBuf>,
    /// `$XDG_CONFIG_HOME/instrsh/init`, run at the start of an interactive shell.
    pub(super) init: Option<PathBuf>,
    /// What relative paths are relative to.
    folder: PathBuf,
}

impl Files {
    /// Must be called before the target starts.
    pub(super) fn new() -> Self {
        let folders = Xdg::new().ok();
        let state = folders.as_ref().and_then(BaseStrategy::state_dir);
        Self {
            history: state.map(|state| state.join("instrsh/history")),
            init: folders.map(|folders| folders.config_dir().join("instrsh/init")),
            folder: std::env::current_dir().unwrap_or_default(),
        }
    }

    /// A path that was typed, from the folder that the shell was started in.
    pub(super) fn find(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }
}
