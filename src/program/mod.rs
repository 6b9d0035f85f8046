//! The program and its agent as the shell sees them: requests go out, replies and events come in.
//!
//! A [`Session`] is a handle on the connection. A request returns a [`Pending`] reply, so that the caller
//! can wait for it together with a key, a signal or a deadline. What must be known at once, also while the
//! program holds the GIL, is kept here, up to date by events. Knows no interpreter and no terminal.

mod closing;
mod connection;
mod history;
mod ledger;
mod listed;
mod names;
mod order;
mod pending;
mod session;

pub use closing::Closing;
pub use history::{History, Totals};
pub use ledger::{News, Patched};
pub use listed::Listed;
#[cfg(test)]
pub(crate) use listed::testing;
pub use names::Names;
pub use pending::{Pending, Progress};
pub use session::{Line, Session};
