//! The callables of a scope, and their counts again and again.
//!
//! Listing callables reads the program's namespaces, which takes long for many; counting them does not.
//! So a roster crosses the border once, and each sample holds numbers alone.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Row, Scope};

/// In [`Sample::calls`]: the program does not count the calls of this row.
pub const NOT_COUNTED: u64 = u64::MAX;

/// Names a roster, and says what to list if it is no longer known.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RosterId {
    /// No other roster has it; 0 is that of none.
    pub number: u64,
    /// Whose callables it lists; the meaning of its patterns is determined.
    pub scope: Scope,
}

/// The callables of a scope, as listed at one time.
#[derive(Debug, Serialize, Deserialize)]
pub struct Roster {
    /// Its name.
    pub id: RosterId,
    /// The callables by path, with their counts at the time of listing.
    pub rows: Vec<Row>,
}

/// The program's own counts of the calls of a roster at one moment. What patches have recorded is read from
/// the memory in which they do.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sample {
    /// The callables, if they are not those of the roster that was asked for.
    pub roster: Option<Roster>,
    /// The time since the session began.
    pub taken: Duration,
    /// The calls of each row, by the program's own count; empty if it counts none.
    pub calls: Vec<u64>,
}
