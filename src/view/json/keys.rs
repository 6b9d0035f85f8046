//! The keys of every answer, by what commands declare to answer.

use std::fmt;

use super::shape::{Described, SchemaKey};
use super::{calls, disassembly, listings, patches, shell};

/// The keys of an object.
#[derive(Clone, Copy)]
pub struct Keys(&'static dyn Described);

/// `ls`
pub const LISTING: Keys = Keys(&listings::LISTING);
/// `ls --by process`
pub const SHARES: Keys = Keys(&listings::SHARES);
/// `watch`, each interval
pub const WATCH: Keys = Keys(&listings::WATCH);
/// `stats`
pub const STATISTICS: Keys = Keys(&patches::STATISTICS);
/// `stats --reset`
pub const RESET: Keys = Keys(&patches::RESET);
/// `budget`
pub const BUDGET: Keys = Keys(&patches::BUDGET);
/// `dis`
pub const DISASSEMBLIES: Keys = Keys(&disassembly::DISASSEMBLIES);
/// `time`, `errors`
pub const CALLS: Keys = Keys(&calls::CALLS);
/// `patch`
pub const PATCHED: Keys = Keys(&patches::PATCHED);
/// `unpatch`
pub const UNPATCHED: Keys = Keys(&patches::UNPATCHED);
/// `verify`
pub const VERIFICATIONS: Keys = Keys(&patches::VERIFICATIONS);
/// Commands that only report success.
pub const DONE: Keys = Keys(&shell::DONE);
/// `restart`
pub const RESTARTED: Keys = Keys(&shell::RESTARTED);
/// `fg`
pub const TERMINAL_BACK: Keys = Keys(&shell::TERMINAL_BACK);
/// `source`
pub const SOURCED: Keys = Keys(&shell::SOURCED);
/// `expect`
pub const EXPECTATION: Keys = Keys(&shell::EXPECTATION);
/// `sleep`
pub const SLEPT: Keys = Keys(&shell::SLEPT);
/// `wait`
pub const ENDED: Keys = Keys(&shell::ENDED);
/// `set`
pub const SETTINGS: Keys = Keys(&shell::SETTINGS);
/// `alias`
pub const ALIASES: Keys = Keys(&shell::ALIASES);
/// `record`
pub const RECORDING: Keys = Keys(&shell::RECORDING);
/// `history`
pub const HISTORY: Keys = Keys(&shell::HISTORY);
/// `help`
pub const OVERVIEW: Keys = Keys(&shell::OVERVIEW);
/// `help COMMAND`
pub const PAGE: Keys = Keys(&shell::PAGE);
/// `exit`
pub const LEAVING: Keys = Keys(&shell::LEAVING);
/// An error, on stderr.
pub const ERROR: Keys = Keys(&shell::ERROR);
/// The effects of the budget, on stderr.
pub const OVERSPENDING: Keys = Keys(&patches::OVERSPENDING);
/// A notice, on stderr.
pub const NOTICE: Keys = Keys(&shell::NOTICE);

impl Keys {
    /// All but `command`, which comes first in an answer. The keys of inner objects follow the list
    /// that contains them.
    #[must_use]
    pub fn list(self) -> Vec<SchemaKey> {
        self.0.keys_at("")
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.list()).finish()
    }
}
