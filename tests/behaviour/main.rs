//! A program cannot notice the shell or its patches: a test for each program, each way to run a
//! program, and each third-party suite.
//!
//! ```text
//! cargo test --test behaviour patched        programs with and without patches
//! cargo test --test behaviour fidelity       programs under `python` and under the shell
//! cargo test --test behaviour exploration    suites under `python` and with everything patched
//! ```

#![expect(clippy::print_stdout, reason = "the tests tell what they compared")]

#[path = "../common/mod.rs"]
mod common;
mod exploration;
mod fidelity;
mod patched;

fn main() {
    let (mut trials, mut summaries) = (Vec::new(), Vec::new());
    // The longest first.
    for suite in [exploration::suite, fidelity::suite, patched::suite] {
        let (its_trials, summary) = suite();
        trials.extend(its_trials);
        summaries.push(summary);
    }
    let conclusion = libtest_mimic::run(&common::arguments(), trials);
    for summary in summaries.iter().filter_map(|summary| summary()) {
        println!("{summary}");
    }
    conclusion.exit();
}

/// The trials of a module, and its report at the end if any of them ran.
type Suite = (Vec<libtest_mimic::Trial>, Box<dyn Fn() -> Option<String>>);
