//! The command that is being answered, and the form of its answer.

/// The form of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text, for people.
    Text,
    /// JSON, one object on one line.
    Json,
}

/// The command that is answered, and how.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Its name.
    pub command: &'static str,
    /// The requested form.
    pub form: Form,
}
