//! What is answered, and in which form.

use serde::{Deserialize, Serialize};

/// In which form answers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// For people.
    Text,
    /// One object on one line.
    Json,
}

/// The command that is answered, and how.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Its name.
    pub command: &'static str,
    /// What it was asked for.
    pub form: Form,
}
