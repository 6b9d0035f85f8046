//! Floor 0, what was counted and timed, for each hook in each process, in memory that forked children
//! share. Knows no Python; nothing in it takes a lock that another process could hold.

mod clock;
mod costs;
mod counter;
mod error_sites;
mod histogram;
mod histogram_memory;
mod meter;
mod numbers;
mod process_lock;
mod processes;
mod recording;
mod shared_memory;
mod sheets;
mod text;
mod times;
mod timing;

pub use clock::{TickLength, clock_name, start_clock, ticks};
pub use costs::Costs;
pub use counter::{Counter, CounterId};
pub use error_sites::{ErrorSite, ErrorSites};
pub use histogram::Histogram;
pub use meter::Meter;
pub use processes::{Process, Processes, count_apart};
pub use recording::Recording;
pub use sheets::generation;
pub use text::Text;
pub use times::{CallTime, End, EndedCall, Times};
pub use timing::{Extremes, Timing};
