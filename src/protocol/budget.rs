//! What all patches together may cost, and what happened because of it.

use serde::{Deserialize, Serialize};

use super::SymbolPath;

/// A budget and its effects so far.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Budget {
    /// What the patches may take of a core, in percent.
    pub percent: f64,
    /// How often the cost was checked since the budget was set.
    pub looks: u64,
    /// How many callables were unpatched because of it.
    pub unpatched: usize,
}

/// What was unpatched when all patches together exceeded the budget.
#[derive(Debug, Serialize, Deserialize)]
pub struct Overspending {
    /// The budget, in percent of a core.
    pub percent: f64,
    /// The share that they took; 1 is a whole core.
    pub core_share: f64,
    /// The unpatched callables and their shares, the most expensive first.
    pub unpatched: Vec<(SymbolPath, f64)>,
    /// Callables that were left alone because other code has replaced their code object.
    pub replaced: Vec<SymbolPath>,
    /// The number of live processes that the program forked earlier, in which they are still
    /// patched.
    pub children: usize,
}
