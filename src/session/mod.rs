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
mod measuring;
mod name_index;
mod names;
mod order;
mod patch;
mod patches;
mod patching;
mod pattern;
mod pending;
mod recorders;
mod remembered;
mod reply;
mod report;
mod request;
mod roll;
mod rows;
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

pub use budget::{Budget, Overspending};
pub use caches::Roster;
pub use closing::Closing;
pub use disassembly::{Disassembly, Instruction, Listing, ProtectedRange, Side};
pub use event::Event;
pub use handle::Session;
pub use history::{History, Totals};
pub use holds::HoldTimes;
pub use lazy::{Pendency, PendingPattern};
pub use measuring::{CallReport, IntervalReport};
pub use name_index::{Patched, Reason};
pub use names::{ModuleNames, Names};
pub use patch::{Place, State};
pub use patching::{Change, Outcome};
pub use pattern::Pattern;
pub use pending::{Pending, Progress};
pub use recorders::{Recorders, Wanted};
pub use remembered::{PutBack, Remembered, RememberedPattern};
pub use reply::Reply;
pub use report::Report;
pub use request::{PatchRequest, Request};
#[cfg(test)]
pub(crate) use roll::testing;
pub use roll::{Renewal, Roll, Tally};
pub use rows::{Row, Scope};
pub use shares::{Counted, Share};
pub use statistics::{PatchStatistics, Reset, Statistics};
pub use suggestions::Among;
pub use verification::{CodeCopy, Verification, Verifications};

pub use crate::counts::{Process, Processes};
pub use crate::cpython::Frame;
