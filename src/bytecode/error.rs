//! Why a code object is refused: a sentence, and the byte if there is one.
//!
//! The sentence is written where the error is detected. It is lower case, without a full stop, and
//! is followed by the position: "unknown opcode 255 at byte 12 of the code".

use std::fmt;

/// The part of a code object that an error is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Code,
    LineTable,
    ExceptionTable,
}

/// Why a code object cannot be decoded, encoded or modified.
///
/// Boxed, since a result is as large as its error, and each instruction passes several of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Reason>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Reason {
    sentence: String,
    place: Option<(Part, usize)>,
}

impl Error {
    /// An error at the byte `offset` of `part`.
    pub(super) fn at(part: Part, offset: usize, sentence: impl Into<String>) -> Self {
        Self::new(sentence, Some((part, offset)))
    }

    /// An error at the code unit `unit` (2 bytes each) of the code.
    pub(super) fn at_unit(unit: usize, sentence: impl Into<String>) -> Self {
        Self::at(Part::Code, unit * 2, sentence)
    }

    /// An error of the code object as a whole.
    pub(super) fn whole(sentence: impl Into<String>) -> Self {
        Self::new(sentence, None)
    }

    /// The same of rewritten code, in whose bytes nobody can look up the place.
    pub(super) fn of_the_result(self) -> Self {
        Self::whole(format!("in the rewritten code, {}", self.0.sentence))
    }

    fn new(sentence: impl Into<String>, place: Option<(Part, usize)>) -> Self {
        Self(Box::new(Reason {
            sentence: sentence.into(),
            place,
        }))
    }

    /// The part and the offset in it, in bytes, unless the error is one of the whole.
    #[must_use]
    pub fn place(&self) -> Option<(Part, usize)> {
        self.0.place
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.sentence)?;
        match self.0.place {
            Some((part, offset)) => write!(f, " at byte {offset} of the {part}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Code => "code",
            Part::LineTable => "line table",
            Part::ExceptionTable => "exception table",
        })
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_reads_on_into_the_place() {
        let error = Error::at_unit(6, "unknown opcode 255");
        assert_eq!(
            error.to_string(),
            "unknown opcode 255 at byte 12 of the code"
        );
        assert_eq!(error.place(), Some((Part::Code, 12)));
        assert_eq!(Error::whole("no `RESUME 0`").to_string(), "no `RESUME 0`");
    }
}
