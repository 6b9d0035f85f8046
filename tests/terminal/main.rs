//! The prompt, Tab, `watch`, Ctrl-C and resize in a real pseudo-terminal: what a person sees.
//!
//! The tests press keys and wait until the screen shows what it should; nothing sleeps.

#[path = "../common/mod.rs"]
mod common;

mod budgeting;
mod colouring;
mod completing;
mod crashing;
mod customising;
mod editing;
mod film;
mod foreground;
mod forking;
mod gone;
mod interrupting;
mod json;
mod keeping;
mod leaving;
mod live_commands;
mod live_keys;
mod live_screens;
mod paging;
mod person;
mod piping;
mod printing;
mod recording;
mod restarting;
mod screen;
mod sizes;
mod stopping;
mod watching;
