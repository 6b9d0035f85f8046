//! Floor 0, the operating system as the shell needs it: signals, terminals, and processes that it starts.
//!
//! What the shell changes for itself, its children find as the shell was given it: see [`origin`].

mod lent_terminal;
mod origin;
mod pseudo_terminal;
mod session_leader;
mod sh;
mod signals;
mod start;
mod status;
mod suspending;

pub use origin::begin;
pub use pseudo_terminal::PseudoTerminal;
pub use sh::{LONGEST_SH_COMMAND, Sh, ShEnd, TerminalOf};
pub use signals::{Arrived, end_by, follow, listen};
pub use start::{Input, Start, Streams};
pub use status::{Status, children_of};
pub use suspending::{begin_stopping_with, suspend};
