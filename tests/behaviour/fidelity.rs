//! A program under `instrsh` behaves as under `python`. Each program in `tests/programs/fidelity/`
//! is run by both, in the same folder and environment, and the output and the end are compared;
//! then again with everything patched that the script defines, and with everything timed.
//! `tests/common/case.rs` describes how a program specifies the way it is run. Drop a file there to add
//! a test.

mod run;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::{Failed, Trial};
use run::{Observed, Shell, Streams};

use crate::Suite;
use crate::common::case::Case;
use crate::common::files_in;

/// The total of comparisons by all trials.
#[derive(Default)]
struct Totals {
    runs: AtomicUsize,
    lines: AtomicUsize,
}

pub(crate) fn suite() -> Suite {
    let programs = files_in("tests/programs/fidelity", "py");
    let totals = Arc::new(Totals::default());
    let trial = |case: Case| {
        let totals = Arc::clone(&totals);
        let name = format!("fidelity::{}", case.name);
        Trial::test(name, move || check(&case, &totals))
    };
    let cases = programs.iter().flat_map(|path| Case::all_of(path));
    let trials = cases.map(trial).collect();
    (trials, Box::new(move || totals.summary(programs.len())))
}

impl Totals {
    fn summary(&self, programs: usize) -> Option<String> {
        let runs = self.runs.load(Ordering::Relaxed);
        let lines = self.lines.load(Ordering::Relaxed);
        let summary =
            format!("{programs} programs, {runs} runs, {lines} lines equal to those by `python`");
        (runs > 0).then_some(summary)
    }
}

fn check(case: &Case, totals: &Totals) -> Result<(), Failed> {
    let ways: [(_, &[_]); 2] = [
        (Streams::Apart, &[Shell::Waits]),
        (
            Streams::Together,
            &[Shell::Waits, Shell::Patches, Shell::Times],
        ),
    ];
    for (streams, shells) in ways {
        let plain = Observed::by_python(case, streams)?;
        for shell in shells {
            let ours = Observed::by_instrsh(case, streams, *shell)?;
            same(&plain.text, &ours.text)?;
            totals.runs.fetch_add(1, Ordering::Relaxed);
            totals
                .lines
                .fetch_add(plain.text.lines().count(), Ordering::Relaxed);
        }
    }
    Ok(())
}

fn same(plain: &str, ours: &str) -> Result<(), Failed> {
    if plain == ours {
        return Ok(());
    }
    let difference = similar::TextDiff::from_lines(plain, ours);
    let difference = difference
        .unified_diff()
        .header("python", "instrsh")
        .to_string();
    Err(format!("the program behaves otherwise under instrsh\n{difference}").into())
}
