//! Patching and unpatching while the functions run: no hit is lost or counted twice, no error
//! occurs in the program, no memory is leaked.
//!
//! ```text
//! cargo test --test process live::                        a storm of three seconds, and the other tests
//! LIVE_SECONDS=60 cargo test --test process live::storm   a minute, as in .ci/run
//! LIVE_SECONDS=600 cargo test --test process live::storm  ten minutes; `-- --nocapture` shows counts
//! ```

#![expect(clippy::print_stdout, reason = "the tests tell what they counted")]

mod asking;
mod balance;
mod clocks;
mod compiled;
mod copied;
mod endings;
mod memory;
mod storm;
mod undoing;

const DUMMIES: &str = "instrumenting_app.dummy_modules.*:*";
