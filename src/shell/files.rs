//! The user's own files, where the XDG base directory specification puts them.

use std::path::PathBuf;

use etcetera::{BaseStrategy, base_strategy::Xdg};

/// `$XDG_STATE_HOME/instrsh/history`; none without a home.
pub(super) fn history() -> Option<PathBuf> {
    Some(Xdg::new().ok()?.state_dir()?.join("instrsh/history"))
}

/// `$XDG_CONFIG_HOME/instrsh/init`, run at the start of an interactive shell.
pub(super) fn init() -> Option<PathBuf> {
    Some(Xdg::new().ok()?.config_dir().join("instrsh/init"))
}
