//! Patching and unpatching while the functions run: not one hit lost or counted twice, no error in
//! the target, nothing left in memory.

#![expect(clippy::print_stdout, reason = "the tests tell what they counted")]

mod common;

#[path = "live/answers.rs"]
mod answers;
#[path = "live/balance.rs"]
mod balance;
#[path = "live/memory.rs"]
mod memory;
#[path = "live/undoing.rs"]
mod undoing;

const DUMMIES: &str = "instrumenting_app.dummy_modules.*:*";
