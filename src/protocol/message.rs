//! The messages between the two sides, and their form: that of postcard, which names no fields. Both sides are of
//! one build.

use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Event, Reason, Reply, Request};
use crate::error::{Error, Result};

/// From the shell to the agent.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToAgent {
    /// Serve this, and reply under this number.
    Request(u64, Request),
    /// Let the program start.
    Release(u64),
    /// Send SIGINT to the program's main thread.
    Interrupt(u64),
    /// Collect names, as soon as there is nothing else to do, and reply afterwards.
    CollectNames(u64, Reason),
    /// The reply to this request is no longer wanted: stop after the current step.
    Cancel(u64),
    /// Make this terminal the program's standard input, unless that is a file already.
    OpenInput(u64, PathBuf),
    /// Whether the program has the terminal, where it may ask for input.
    InFront(bool),
    /// From now on the program ends because the shell leaves: an interrupt of it needs no traceback.
    Quit(u64),
    /// Raise `SystemExit` in the program's main thread.
    RaiseExit,
    /// Let the program go: a held one never starts, one that has ended finalises.
    LetGo,
}

/// From the agent to the shell.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromAgent {
    /// The reply to the request of this number.
    Reply(u64, Result<Reply>),
    /// How far it has got.
    Progress(u64, Steps),
    /// What nobody has asked for.
    Event(Event),
}

/// How far a request has got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps {
    /// Steps that are done.
    pub done: usize,
    /// All steps, 0 while unknown.
    pub total: usize,
    /// How often the GIL was held for it: a sign of progress.
    pub slices: usize,
}

/// A message as bytes.
///
/// # Errors
/// If it has no such form, which is a fault of ours.
pub fn encode(message: &impl Serialize) -> Result<Vec<u8>> {
    postcard::to_stdvec(message).map_err(|error| Error::new(format!("cannot send: {error}")))
}

/// The message of some bytes.
///
/// # Errors
/// If they are none.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    postcard::from_bytes(bytes).map_err(|error| Error::new(format!("cannot receive: {error}")))
}
