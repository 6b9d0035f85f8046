//! Patching and unpatching while the functions run: not one hit lost or counted twice, no error in
//! the target, nothing left in memory.
//!
//! ```text
//! cargo test --test process live::                        a storm of three seconds, among all else
//! LIVE_SECONDS=60 cargo test --test process live::storm   a minute of it, as in .ci/run
//! LIVE_SECONDS=600 cargo test --test process live::storm  ten minutes at night; `-- --nocapture` counts
//! ```

#![expect(clippy::print_stdout, reason = "the tests tell what they counted")]

mod asking;
mod balance;
mod copied;
mod endings;
mod memory;
mod storm;
mod undoing;

const DUMMIES: &str = "instrumenting_app.dummy_modules.*:*";
