//! Floor 0, the operating system: signals, terminals, threads, and processes that are started.
//!
//! What the shell changes for itself, its children find as the shell was given it.

mod lent_terminal;
mod origin;
mod pseudo_terminal;
mod quiet_threads;
mod session_leader;
mod sh;
mod signals;
mod start;
mod status;
mod suspending;

pub use origin::begin;
pub use pseudo_terminal::PseudoTerminal;
pub use quiet_threads::spawn_quiet;
pub use sh::{LONGEST_SH_COMMAND, Sh, ShEnd, TerminalOf};
pub use signals::{Arrived, end_by, follow, listen};
pub use start::{Input, Start, Streams};
pub use status::{Status, children_of};
pub use suspending::{begin_stopping_with, suspend};
