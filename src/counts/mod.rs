//! Floor 0, what was counted and timed, for each hook in each process, in memory that forked children
//! share and any other process can read: see [`Memory`]. Knows no Python; nothing in it takes a lock that
//! another process could hold.

mod clock;
mod costs;
mod counter;
mod error_sites;
mod error_table;
mod histogram;
mod mapping;
mod memory;
mod meter;
mod numbers;
mod own_memory;
mod process_lock;
mod process_table;
mod processes;
mod readable_rows;
mod readable_timing;
mod recording;
mod recording_sheet;
mod sheets;
#[cfg(test)]
mod testing;
mod text;
mod times;
mod timing;
#[cfg(test)]
mod two_processes;

pub use clock::{TickLength, clock_name, start_clock, ticks};
pub use costs::Costs;
pub use counter::{Counter, CounterId};
pub use error_sites::{ErrorSite, ErrorSites};
pub use histogram::Histogram;
pub use memory::Memory;
pub use meter::{Meter, MeterId};
pub use own_memory::{create_memory, own_memory};
pub use processes::{Process, Processes, count_apart};
pub use readable_timing::{Extremes, ReadableTiming};
pub use recording::{Recording, RecordingId};
pub use sheets::generation;
pub use text::Text;
pub use times::{CallTime, End, EndedCall, Times};
pub use timing::Timing;
