//! Floor 2, the agent in the program's process: Python's start and end around the program, the line to the
//! shell, and the worker, which looks up, patches and counts.
//!
//! What comes over the line is a request in plain data; the reply goes back the same way, and so does an
//! event, which nobody asked for.

mod arrival;
mod budget;
mod caches;
mod changes;
mod demo;
mod disassembly;
mod embedding;
mod ending;
mod fairness;
mod forking;
mod holds;
mod in_flight;
mod index;
mod interrupting;
mod lazy;
mod life;
mod line;
mod lingering;
mod main_module;
mod measuring;
mod names;
mod nudge;
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
mod socket;
mod statistics;
mod streams;
mod suggestions;
mod threads;
mod timers;
mod unpatching;
mod verification;
mod worker;

pub use embedding::{live, socket_to_shell};
