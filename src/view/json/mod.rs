//! Answers as JSON: one object on one line, without colour, whatever characters the names contain.
//!
//! The keys of an object are declared once, in a [`Shape`], with their types, their meanings and
//! the source of their values; `help json` is derived from that.
//!
//! To add a kind of answer: declare its shape, return it in [`Answer::json`], and list it in
//! `keys.rs` for the command that answers with it.

mod calls;
mod disassembly;
pub mod keys;
mod listings;
mod patches;
mod shape;
mod shell;
mod value;

use super::Answer;
use crate::error::Error;
use crate::protocol::Overspending;

pub use keys::Keys;
pub(super) use listings::{ROW, SHARE};
pub use shape::SchemaKey;
pub(super) use shape::Shape;
pub(super) use value::Json;

impl Answer {
    /// The answer of a command as an object; none if there is nothing to say, or if it is not an
    /// answer.
    pub(super) fn json(&self, command: &'static str) -> Option<Json<'_>> {
        Some(match self {
            Self::Nothing | Self::Sentence(_) => return None,
            Self::Done => shell::DONE.object_of(command, &()),
            Self::Listing(it) => listings::LISTING.object_of(command, it),
            Self::Shares(it) => listings::SHARES.object_of(command, it),
            Self::Watch(it) => listings::WATCH.object_of(command, it),
            Self::Calls(it) => calls::CALLS.object_of(command, it),
            Self::Report(it) => patches::PATCHED.object_of(command, it),
            Self::Unpatched(it) => patches::UNPATCHED.object_of(command, it),
            Self::Verifications(it) => patches::VERIFICATIONS.object_of(command, it),
            Self::Disassemblies(it) => disassembly::DISASSEMBLIES.object_of(command, it),
            Self::Statistics(it) => patches::STATISTICS.object_of(command, it),
            Self::Reset(it) => patches::RESET.object_of(command, it),
            Self::Budget(it) => patches::BUDGET.object_of(command, it),
            Self::Slept(it) => shell::SLEPT.object_of(command, it),
            Self::Ended => shell::ENDED.object_of(command, &()),
            Self::Expectation(it) => shell::EXPECTATION.object_of(command, it),
            Self::Sourced(it) => shell::SOURCED.object_of(command, it),
            Self::Restarted(it) => shell::RESTARTED.object_of(command, it),
            Self::TerminalBack { has_ended } => shell::TERMINAL_BACK.object_of(command, has_ended),
            Self::Leaving { status } => shell::LEAVING.object_of(command, status),
            Self::Settings(it) => shell::SETTINGS.object_of(command, it),
            Self::Aliases(it) => shell::ALIASES.object_of(command, it),
            Self::Recording(it) => shell::RECORDING.object_of(command, it),
            Self::History(it) => shell::HISTORY.object_of(command, it),
            Self::Commands(it) => shell::OVERVIEW.object_of(command, it),
            Self::Help(it) => shell::PAGE.object_of(command, it),
        })
    }
}

/// An error as an object on a line.
pub(super) fn error(error: &Error) -> String {
    shell::ERROR.object(error).line()
}

/// A notice as an object on a line.
pub(super) fn notice(text: &str) -> String {
    shell::NOTICE.object(&text.to_owned()).line()
}

/// The effects of the budget as an object on a line.
pub(super) fn overspending(overspending: &Overspending) -> String {
    patches::OVERSPENDING.object(overspending).line()
}
