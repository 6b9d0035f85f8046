//! Floor 2, the state of the patched process: its callables, the patches, their counters, and the
//! worker thread that applies them.
//!
//! A [`Session`] is a handle. Each [`Request`] and [`Reply`] is plain data, and so is an [`Event`], which
//! nobody asked for. A request returns a [`Pending`] answer, so that the caller can wait for it
//! together with a key, a signal or a deadline. This room knows no terminal, and not how the interpreter
//! was started.

mod arrival;
mod budget;
mod caches;
mod closing;
mod disassembly;
mod event;
mod fairness;
mod handle;
mod history;
mod holds;
mod in_flight;
mod lazy;
mod lingering;
mod listed;
mod measuring;
mod name_index;
mod names;
mod order;
mod patch;
mod patches;
mod patching;
mod pending;
mod remembered;
mod report;
mod rows;
mod sampling;
mod selection;
mod serve;
mod shared;
mod shares;
mod statistics;
mod suggestions;
mod survey;
mod unpatching;
mod verification;
mod worker;

pub use closing::Closing;
pub use handle::Session;
pub use history::{History, Totals};
pub use listed::Listed;
#[cfg(test)]
pub(crate) use listed::testing;
pub use name_index::{Patched, Reason};
pub use names::{ModuleNames, Names};
pub use pending::{Pending, Progress};
