//! What crosses the border between the shell and the agent beside the program: plain data.
//!
//! A [`Request`] is answered by a [`Reply`]; an [`Event`] comes unasked. The answers of commands are
//! these types, too: the view paints them. Knows no interpreter and no terminal.

mod budget;
mod calls;
mod disassembly;
mod ending;
mod event;
pub mod frame;
mod kind;
mod launch;
mod message;
mod module_names;
mod pattern;
mod pending_pattern;
mod recorders;
mod remembered;
mod reply;
mod report;
mod request;
mod row;
mod sample;
mod scope;
mod share;
mod state;
mod statistics;
mod symbol_path;
mod verification;

pub use budget::{Budget, Overspending};
pub use calls::{CallReport, IntervalReport};
pub use disassembly::{Disassembly, Instruction, Listing, ProtectedRange, Side};
pub use ending::{Ending, Gone};
pub use event::{Event, Installed, NewNames, PatchNote};
pub use kind::{Flavour, Form, Kind};
pub use launch::{DEMO, Hello, Launch, Main, SOCKET_VARIABLE, Started, unsuitable_options};
pub use message::{FromAgent, Steps, ToAgent, decode, encode};
pub use module_names::ModuleNames;
pub use pattern::Pattern;
pub use pending_pattern::{Finding, Pendency, PendingPattern};
pub use recorders::{Recorders, Wanted};
pub use remembered::{PutBack, Remembered, RememberedPatch, RememberedPattern};
pub use reply::{Interruption, Reply};
pub use report::{Change, Frame, Outcome, Report};
pub use request::{Among, PatchRequest, Reason, Renewal, Request};
pub use row::{Row, Rows, RowsRequest, Summary};
pub use sample::{NOT_COUNTED, Roster, RosterId, Sample};
pub use scope::Scope;
pub use share::{Counted, Share};
pub use state::{Place, State};
pub use statistics::{HoldTimes, PatchStatistics, Reset, Statistics};
pub use symbol_path::{SCRIPT, SymbolPath};
pub use verification::{CodeCopy, Difference, Verification, Verifications};
