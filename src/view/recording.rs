//! `record`: whether a recording is running, and its file.

use super::Recording;
use super::table::clean;
use crate::error::count;

impl Recording {
    pub(super) fn paint(&self) -> String {
        match self {
            Self::Nothing => "not recording\n".to_owned(),
            Self::Begun(file) => format!("recording to `{}`\n", clean(file)),
            Self::GoesOn { file, commands } => format!(
                "recording to `{}`, {} so far\n",
                clean(file),
                count(*commands, "command")
            ),
            Self::Ended { file, commands } => format!(
                "recorded {} to `{}`\n",
                count(*commands, "command"),
                clean(file)
            ),
        }
    }
}
