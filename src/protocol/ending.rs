//! How the program ended.

use serde::{Deserialize, Serialize};

/// How the program ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// With an exit status, as a shell reports it of `python`: 0 to 255.
    Status(i32),
    /// With an uncaught exception.
    Raised {
        /// The exit status, as above.
        status: i32,
        /// The name of the exception's type.
        exception: String,
    },
}

impl Ending {
    /// The exit status, as a shell reports it of `python`: 0 to 255.
    #[must_use]
    pub fn status(&self) -> i32 {
        match self {
            Self::Status(status) | Self::Raised { status, .. } => *status,
        }
    }
}
