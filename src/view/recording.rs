//! `record`: whether and where the session is written down.

use super::Recording;
use super::table::clean;
use crate::error::count;

impl Recording {
    pub(super) fn paint(&self) -> String {
        match self {
            Self::Nothing => "nothing is recorded\n".to_owned(),
            Self::Begun(file) => format!("recording into `{}`\n", clean(file)),
            Self::GoesOn { file, commands } => format!(
                "recording into `{}`, {} so far\n",
                clean(file),
                count(*commands, "command")
            ),
            Self::Ended { file, commands } => format!(
                "recorded {} into `{}`\n",
                count(*commands, "command"),
                clean(file)
            ),
        }
    }
}
