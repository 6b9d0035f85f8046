//! The program and its agent as the shell sees them: a process that is started and ended; requests go out, replies
//! and events come in.
//!
//! A [`Session`] is a handle on the connection. A request returns a [`Pending`] reply, so that the caller
//! can wait for it together with a key, a signal or a deadline. What must be known at once, also while the
//! program holds the GIL, is kept here, up to date by events. Knows no interpreter and no terminal.

#[cfg(test)]
mod after_a_crash;
mod afterwards;
mod connection;
mod environment;
mod history;
mod invocation;
mod leaving;
mod ledger;
mod listed;
mod names;
mod order;
mod pending;
mod process;
mod session;

pub use environment::{Python, built_for, set_built_for};
pub use history::{History, Totals};
pub use invocation::{Entry, Program};
pub use leaving::{Left, leave};
pub use ledger::{News, Patched};
pub use listed::Listed;
#[cfg(test)]
pub(crate) use listed::testing;
pub use names::Names;
pub use pending::{Pending, Progress};
pub use process::{OWN_BINARY, Process, ProcessEnd, how_it_ended};
pub use session::Session;
