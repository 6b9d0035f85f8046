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
    /// Its process is gone without an end of the interpreter, or has become another program.
    Gone(Gone),
}

/// How a process was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// What has happened, as a sentence.
    pub sentence: String,
    /// What to do about it.
    pub hint: String,
    /// The exit status that a shell reports of it.
    pub status: i32,
}

impl Ending {
    /// The exit status, as a shell reports it of `python`: 0 to 255.
    #[must_use]
    pub fn status(&self) -> i32 {
        match self {
            Self::Status(status) | Self::Raised { status, .. } => *status,
            Self::Gone(gone) => gone.status,
        }
    }
}
