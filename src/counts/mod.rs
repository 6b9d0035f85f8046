//! Floor 0, what was counted: the hits of each hook in each process, in memory that forked children
//! share. Knows no Python; nothing in it takes a lock that another process could hold.

mod counter;
mod process_lock;
mod processes;
mod shared_memory;

pub use counter::{Counter, CounterId};
pub use processes::{Process, Processes, count_apart};
