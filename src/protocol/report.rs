//! What a request to patch or unpatch has done.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Kind, Pendency, Place, Recorders, SymbolPath};
use crate::counts::CounterId;
use crate::error::Error;

/// The effects of a request, on callables and on lazy patterns.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// The outcome for each callable.
    pub outcomes: Vec<Outcome>,
    /// What happened to lazy patterns, as they were typed.
    pub lazy: Vec<(String, Pendency)>,
    /// The number of further matches that an interruption or a lack of memory left unchanged.
    pub untouched: usize,
    /// The number of live processes that the program forked earlier, which were not changed.
    pub children: usize,
}

/// The outcome for one callable.
#[derive(Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// Its name.
    pub path: SymbolPath,
    /// How it is bound, and what it returns.
    pub kind: Kind,
    /// Remarks on how the name was resolved.
    pub notes: Vec<String>,
    /// The identity of its patch, if it has one.
    pub counter: Option<CounterId>,
    /// What was done.
    pub change: Change,
    /// Calls that still run the removed code, and finish with it.
    pub in_flight: Vec<Frame>,
}

impl Outcome {
    /// An outcome without any remarks.
    #[must_use]
    pub fn new(path: SymbolPath, kind: Kind, change: Change) -> Self {
        Self {
            path,
            kind,
            notes: Vec::new(),
            counter: None,
            change,
            in_flight: Vec::new(),
        }
    }
}

/// What `patch` or `unpatch` did.
#[derive(Debug, Serialize, Deserialize)]
pub enum Change {
    /// The patched code object is installed.
    Patched {
        /// What is recorded.
        recorders: Recorders,
        /// What was recorded before, if it was patched already.
        former: Option<Recorders>,
        /// The number of added instructions.
        instructions_added: usize,
        /// The time that reading, rewriting and installing took.
        time: Duration,
    },
    /// A dry run: it would be patched.
    WouldPatch,
    /// It records what is wanted already; nothing was changed.
    AlreadyPatched(Recorders),
    /// The identical original code object is back in the function that was patched.
    Unpatched(Place),
    /// It was not patched; nothing was changed.
    NotPatched,
    /// Other code has replaced the code object, which was left alone.
    Replaced,
    /// The same, but theirs was derived from a patched one: its hook no longer counts.
    Copied,
    /// The function no longer exists, nor does its patch.
    Gone,
    /// It cannot be patched; nothing was changed.
    Refused(Error),
}

/// A call that is running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The name of its thread, or its number if `threading` does not know it.
    pub thread: String,
    /// The source line that is running, if known.
    pub line: Option<u32>,
}
