//! Errors as users see them: one sentence, and a hint what to type next.
//!
//! Sentences are lower case, quote names in backticks and end without a full stop. The hint stands
//! on its own line and can be followed as it is. The view paints errors.

use std::fmt;
use std::io::{self, ErrorKind};

use serde::{Deserialize, Serialize};

/// One error as the user sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    message: String,
    hint: Option<String>,
    /// `FILE:LINE:`, the position of the command in a script.
    place: Option<String>,
    kind: Kind,
    /// Whether the command was asked for JSON.
    is_for_json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    /// It did not work.
    Failure,
    /// It could not be understood.
    Usage,
    /// Ctrl-C.
    Interrupted,
    /// The reader of the answers is gone.
    Closed,
}

/// The result of everything that can fail in front of the user.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A well-formed request that did not work: exit status 1.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            place: None,
            kind: Kind::Failure,
            is_for_json: false,
        }
    }

    /// A failed system call; `doing` describes what was attempted.
    #[must_use]
    pub fn system(doing: impl fmt::Display, error: &io::Error) -> Self {
        Self::new(format!("{doing}: {error}")).hint(match error.kind() {
            ErrorKind::NotFound => "check the path with `ls -l` in another terminal",
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "check the permissions with `ls -ld` in another terminal"
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                "find the full disk with `df -h` in another terminal"
            }
            _ => "check the limits with `ulimit -a` in another terminal",
        })
    }

    /// A request that cannot be understood: exit status 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Usage,
            ..Self::new(message)
        }
    }

    /// The same error, with exit status 2.
    #[must_use]
    pub fn into_usage(self) -> Self {
        Self {
            kind: Kind::Usage,
            ..self
        }
    }

    /// The user pressed Ctrl-C: exit status 130, as in other shells.
    #[must_use]
    pub fn interrupted() -> Self {
        Self {
            kind: Kind::Interrupted,
            ..Self::new("interrupted")
        }
    }

    /// An answer cannot be written. A closed pipe ends the shell quietly.
    #[must_use]
    pub fn unwritable(error: &io::Error) -> Self {
        let kind = if error.kind() == ErrorKind::BrokenPipe {
            Kind::Closed
        } else {
            Kind::Failure
        };
        Self {
            kind,
            ..Self::system("cannot write the answer", error)
        }
    }

    /// Adds the position in a script, unless a more precise one is known.
    #[must_use]
    pub fn at(mut self, place: &str) -> Self {
        self.place.get_or_insert_with(|| place.to_owned());
        self
    }

    /// Marks the error of a command that was asked for JSON.
    #[must_use]
    pub fn for_json(self) -> Self {
        Self {
            is_for_json: true,
            ..self
        }
    }

    /// Adds what to type next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the hint of another error, if it has one.
    #[must_use]
    pub fn hint_of(mut self, other: &Self) -> Self {
        self.hint.clone_from(&other.hint);
        self
    }

    /// The sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to type next.
    #[must_use]
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The position of the command in a script.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// The exit status of a process that ends with this error.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        match self.kind {
            Kind::Failure | Kind::Closed => 1,
            Kind::Usage => 2,
            Kind::Interrupted => 130,
        }
    }

    /// Whether the user pressed Ctrl-C.
    #[must_use]
    pub fn is_interruption(&self) -> bool {
        self.kind == Kind::Interrupted
    }

    /// Whether the command was asked for JSON.
    #[must_use]
    pub fn is_for_json(&self) -> bool {
        self.is_for_json
    }

    /// Whether nothing is printed.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.kind == Kind::Closed
    }

    /// Whether it ends a script even with `--keep-going`.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self.kind, Kind::Closed | Kind::Interrupted)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// `1 callable`, `2 callables`: a number with its noun in the right plural.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// Names with a lower similarity are not suggested.
const NEAR_ENOUGH: f64 = 0.6;

/// The most similar of `names`, if it may be a typing error.
#[must_use]
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = wanted.chars().count();
    names
        .into_iter()
        .map(|name| (likeness(wanted, length, name), name))
        .filter(|(likeness, _)| *likeness >= NEAR_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name)
}

/// The hint ``did you mean `...`?`` with the nearest of `names`, if any is near.
#[must_use]
pub fn did_you_mean<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(wanted, names).map(|name| format!("did you mean `{name}`?"))
}

/// The similarity, from 0 to 1 (equal); a name that ends with `wanted` is similar. `length` is the
/// length of `wanted` in characters.
#[expect(clippy::cast_precision_loss, reason = "a share is read by nobody")]
fn likeness(wanted: &str, length: usize, name: &str) -> f64 {
    if wanted.len() > 2 && name.ends_with(wanted) {
        return 0.99;
    }
    // A name of a very different length cannot be similar; a word of many megabytes is not
    // compared.
    let (short, long) = match name.chars().count() {
        other if other < length => (other, length),
        other => (length, other),
    };
    if (short as f64) < NEAR_ENOUGH * long as f64 {
        return 0.0;
    }
    strsim::normalized_damerau_levenshtein(wanted, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        let names = ["patch", "unpatch", "watch"];
        assert_eq!(
            did_you_mean("ptach", names),
            Some("did you mean `patch`?".into())
        );
        assert_eq!(nearest("zzz", names), None);
        assert_eq!(
            nearest("mod_a:func", ["x.mod_a:func"]),
            Some("x.mod_a:func")
        );
    }

    #[test]
    fn a_name_of_another_length_can_be_near() {
        assert_eq!(nearest("abcxx", ["abc"]), Some("abc"));
        assert_eq!(nearest("abc", ["abcxx"]), Some("abcxx"));
        assert_eq!(nearest("abcxxx", ["abc"]), None);
        assert_eq!(nearest(&"a".repeat(10_000_000), ["patch"]), None);
    }

    #[test]
    fn a_noun_takes_its_plural() {
        assert_eq!(count(1, "callable"), "1 callable");
        assert_eq!(count(0, "callable"), "0 callables");
    }
}
