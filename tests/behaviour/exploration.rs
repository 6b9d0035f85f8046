//! Third-party tests have the same results when every function that is loaded, now or later, is
//! patched: CPython's own suite, and those of three packages. Some of CPython's run once more with every
//! function timed.
//!
//! ```text
//! cargo test --test behaviour exploration                            a selection of CPython's modules, and the packages
//! EXPLORE=all cargo test --test behaviour exploration                each module, and the packages
//! EXPLORE="test_re test_dis" cargo test --test behaviour exploration some suites
//! EXPLORE=all cargo test --test behaviour exploration::timed         only the runs with timing
//! ```
//!
//! Each suite is run by `python` and by the shell with the same words, and compared test by test.
//! What differs is run again by both, and by a shell that patches nothing, to find the cause.
//! `exploration/allowed.txt` lists what may differ, with the reasons. A table is printed at the end;
//! the output is kept in the build folder, `tmp/exploration-VERSION/`.

mod allowed;
mod comparison;
mod cpython;
mod outcomes;
mod packages;
mod run;
mod suite;
mod table;

use std::sync::{Arc, Mutex};

use comparison::Comparison;
use libtest_mimic::{Failed, Trial};
use run::{Recorder, Run};
use suite::{Suite, Wanted};
use table::{Row, Table};

pub(crate) fn suite() -> crate::Suite {
    let wanted = std::env::var("EXPLORE").ok();
    let wanted = Wanted::new(wanted.as_deref());
    let table = Arc::new(Mutex::new(Table::default()));
    let trial = |name: String, recorder: Recorder, suite: MakeSuite| {
        let table = Arc::clone(&table);
        Trial::test(format!("exploration::{name}"), move || {
            let row = explore(&suite()?, recorder)?;
            let complaints = row.complaints.join("\n");
            table.lock().expect("no panic").add(row);
            if complaints.is_empty() {
                return Ok(());
            }
            Err(complaints.into())
        })
    };
    let mut trials: Vec<_> = packages::PACKAGES
        .into_iter()
        .filter(|(name, _)| wanted.wants(name, true))
        .map(|(name, modules)| {
            let suite = Box::new(|| packages::suite(name, modules));
            trial(name.into(), Recorder::Hits, suite)
        })
        .collect();
    let modules = cpython::suites(&wanted);
    if modules.is_empty() {
        println!(
            "CPython's own suite is skipped: the tests of {} are not installed (Debian: libpython3-testsuite)",
            env!("INSTRSH_PYTHON")
        );
    }
    for suite in modules {
        let (name, same) = (suite.name.clone(), suite.clone());
        if cpython::is_timed(&name, &wanted) {
            let name = format!("timed::{name}");
            trials.push(trial(name, Recorder::Times, Box::new(|| Ok(same))));
        }
        trials.push(trial(name, Recorder::Hits, Box::new(|| Ok(suite))));
    }
    assert!(
        wanted.named() <= trials.len(),
        "EXPLORE names a suite that is not there"
    );
    let summary = move || table.lock().expect("no panic").summary();
    (trials, Box::new(summary))
}

/// Makes a suite ready to run.
type MakeSuite = Box<dyn FnOnce() -> Result<Suite, Failed> + Send>;

/// Compares the runs of one suite.
fn explore(suite: &Suite, recorder: Recorder) -> Result<Row, Failed> {
    let name = match recorder {
        Recorder::Hits => suite.name.clone(),
        Recorder::Times => format!("{}, timed", suite.name),
    };
    let comparison = Comparison::of(suite, recorder, &run::records(&name))?;
    let (allowed, mut complaints) = allowed::judge(&suite.name, &comparison.differences);
    if comparison.patched.outcomes.len() > 0 && comparison.patched.hits == 0 {
        complaints.push("nothing was hit: it proves nothing".into());
    }
    let Run { hits, ended, .. } = comparison.patched;
    if recorder == Recorder::Times && ended != Some(hits) {
        complaints.push(format!("{hits} calls began, but {ended:?} have ended"));
    }
    Ok(Row {
        suite: name,
        allowed,
        comparison,
        complaints,
    })
}
