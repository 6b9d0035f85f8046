//! What the worker can be asked: plain data, which may come from anywhere.

use serde::{Deserialize, Serialize};

use super::{Pattern, Recorders, Remembered, RosterId, RowsRequest, Scope, Side, Wanted};
use crate::counts::CounterId;
use crate::measures::Source;

/// A request to the worker. What each one does is documented with the method of `Session` that makes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Request {
    /// Callables with their counts.
    Rows(RowsRequest),
    /// The number of callables of the program's own code.
    CountOwn,
    /// What the callables of each pattern add up to, for a measure that is read from this source.
    Summaries(Vec<(Pattern, Option<Source>)>),
    /// The callables of a scope, for repeated counting.
    List(Scope),
    /// Their current counts.
    Sample(RosterId, Renewal),
    /// Whether the program is in the middle of an import.
    IsImporting,
    /// Patches callables.
    Patch(PatchRequest),
    /// Unpatches callables.
    Unpatch(Vec<Pattern>),
    /// Unpatches everything.
    UnpatchAll,
    /// Patches what another session has remembered.
    PutBack(Remembered),
    /// Compares what was ever patched with its state before.
    Verify(Vec<Pattern>),
    /// The number of removed code objects in use.
    LingeringCodes,
    /// What to type instead of the name of callables.
    Named(Pattern, Among),
    /// What to type instead of a similar name.
    Like(Pattern),
    /// Disassembles callables.
    Disassemble(Vec<Pattern>, Side),
    /// What was recorded of callables.
    CallReports(Vec<CounterId>),
    /// Begins an interval in which callables are measured.
    BeginInterval(Vec<CounterId>),
    /// Ends it, and puts back what was recorded before.
    EndInterval(Vec<(CounterId, Option<Recorders>)>),
    /// The session in numbers.
    Statistics {
        /// Of which callables.
        scope: Scope,
        /// Only the first patches.
        limit: usize,
    },
    /// Sets hits to zero.
    Reset(Scope),
    /// Sets the budget, in percent of a core.
    SetBudget(Option<f64>),
    /// What was recorded of callables that are or were patched, split by process.
    Shares {
        /// Of which callables.
        scope: Scope,
        /// Only those that are patched, or were and are not as before.
        only_patched: bool,
    },
}

/// What to patch, and under which conditions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PatchRequest {
    /// The callables to patch.
    pub patterns: Vec<Pattern>,
    /// Also what is imported or defined later.
    pub lazy: bool,
    /// Refuse more matches than this.
    pub limit: Option<usize>,
    /// Only report what would be done.
    pub dry_run: bool,
    /// What to record.
    pub wanted: Wanted,
}

/// Where to look for callables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Among {
    /// In the program's own code.
    Own,
    /// In everything that is loaded.
    All,
}

/// When to list the callables again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Renewal {
    /// When that is cheap.
    WhenCheap,
    /// Now, because something has changed.
    Now,
}

/// Why names are requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// A new line begins, which may name something new.
    NewLine,
    /// The line continues.
    Key,
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::de::DeserializeOwned;

    use super::*;
    use crate::protocol::{FromAgent, ToAgent};

    /// Closures and handles of threads are not of this kind.
    fn is_data<T: Debug + Serialize + DeserializeOwned + Send + 'static>() {}

    #[test]
    fn what_travels_is_data() {
        is_data::<ToAgent>();
        is_data::<FromAgent>();
    }
}
