//! Floor 2, the agent in the program's process: the line to the shell, and the worker, which looks up, patches and
//! counts.
//!
//! What comes over the line is a request in plain data; the reply goes back the same way, and so does an
//! event, which nobody asked for. This room does not know how Python was started.

mod arrival;
mod budget;
mod caches;
mod changes;
mod disassembly;
mod fairness;
mod holds;
mod in_flight;
mod index;
mod interrupting;
mod lazy;
mod life;
mod line;
mod lingering;
mod measuring;
mod names;
mod outbox;
mod patch;
mod patches;
mod patching;
mod progress;
mod remembered;
mod report;
mod rows;
mod sampling;
mod selection;
mod serve;
mod shares;
mod statistics;
mod streams;
mod suggestions;
mod unpatching;
mod verification;
mod worker;

pub use life::LIFE;
pub use line::{Line, Service, start};
