//! What the agent tells by itself. From these the shell knows at any time what is patched and pending, and
//! which names can be typed, also while the program holds the GIL, and after its end.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Budget, Ending, Finding, Kind, ModuleNames, Overspending, PendingPattern, Recorders, SymbolPath,
};
use crate::counts::MeterId;

/// Something that happened without having been asked for. What a request changes is told before its reply.
#[derive(Debug, Serialize, Deserialize)]
pub enum Event {
    /// Patches were installed or removed.
    Patched(Vec<PatchNote>),
    /// The pending patterns, all of them: they have changed.
    Pending(Vec<PendingPattern>),
    /// What a pending pattern has found.
    Found(Finding),
    /// The budget, or its effects, have changed.
    Budget(Option<Budget>),
    /// The names that can be typed have changed.
    Names(NewNames),
    /// The program has ended, and its interpreter is kept until the shell lets it go.
    Ended(Ending),
    /// The program asks for input, which is empty.
    WantsInput,
    /// Patches exceeded the budget and were undone.
    Overspent(Overspending),
}

/// The state of a patch.
#[derive(Debug, Serialize, Deserialize)]
pub struct PatchNote {
    /// The name it was patched by.
    pub path: SymbolPath,
    /// How it is bound, and what it returns.
    pub kind: Kind,
    /// What counts it.
    pub meter: MeterId,
    /// Whether no other function was patched by this name later.
    pub is_newest: bool,
    /// What is installed; none if nothing is any more.
    pub installed: Option<Installed>,
}

/// An installed patch.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Installed {
    /// What it records.
    pub recorders: Recorders,
    /// The number of added instructions.
    pub instructions_added: usize,
    /// The time that reading, rewriting and installing took.
    pub rewrite_time: Duration,
}

/// How the names that can be typed have changed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct NewNames {
    /// Modules that are new or have other names than before.
    pub modules: Vec<ModuleNames>,
    /// The names of modules that are gone.
    pub gone: Vec<String>,
    /// The script's own name, by which it would be imported.
    pub script: Option<String>,
}
