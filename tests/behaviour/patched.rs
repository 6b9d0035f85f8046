//! A patched program behaves like the unpatched one. Each program in `tests/programs/behaviour/` is
//! run without patches, with patches that count, and with patches that time, and everything that can be
//! observed is compared; hits equal the calls that Python's own observers count, and each call that was
//! timed has ended at last. `tests/programs/behaviour_driver.py` describes the
//! parts of a program. Drop a file there to add a test.

mod assigned;
mod coverage;
mod observation;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::{Failed, Trial};
use observation::{Observation, Patching};

use crate::Suite;
use crate::common::files_in;

/// The total of comparisons by all trials.
#[derive(Default)]
struct Totals {
    programs: AtomicUsize,
    callables: AtomicUsize,
    lines: AtomicUsize,
    hits: AtomicUsize,
}

pub(crate) fn suite() -> Suite {
    let programs = files_in("tests/programs/behaviour", "py");
    let totals = Arc::new(Totals::default());
    let trial = |path: PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let (name, totals) = (name.into_owned(), Arc::clone(&totals));
        Trial::test(format!("patched::{name}"), move || check(&name, &totals))
    };
    let mut trials: Vec<_> = programs.into_iter().map(trial).collect();
    trials.push(Trial::test(
        "patched::coverage_is_compared",
        coverage::is_there,
    ));
    trials.push(Trial::test(
        "patched::code_of_somebody_else_is_left_alone",
        assigned::is_left_alone,
    ));
    (trials, Box::new(move || totals.summary()))
}

impl Totals {
    fn summary(&self) -> Option<String> {
        let total = |number: &AtomicUsize| number.load(Ordering::Relaxed);
        let summary = format!(
            "{} runs of programs, {} callables patched, {} lines of observation equal, {} hits equal entries",
            total(&self.programs),
            total(&self.callables),
            total(&self.lines),
            total(&self.hits),
        );
        (total(&self.programs) > 0).then_some(summary)
    }
}

fn check(name: &str, totals: &Totals) -> Result<(), Failed> {
    let counted = Observation::of(name, &Patching::All("patch"))?;
    let timed = Observation::of(name, &Patching::All("time"))?;
    let plain = Observation::of(name, &Patching::None(&counted.callables))?;
    for (patched, how) in [(&counted, "counted"), (&timed, "timed")] {
        same(name, "was observed", how, &plain.record, &patched.record)?;
        same(name, "is left", how, &plain.after, &patched.after)?;
        hits_are_entries(name, patched)?;
        let add = |total: &AtomicUsize, number| total.fetch_add(number, Ordering::Relaxed);
        add(&totals.programs, 1);
        add(&totals.callables, patched.callables.len());
        add(&totals.lines, patched.record.lines().count());
        add(&totals.hits, patched.hits.iter().sum());
    }
    for (path, hits, ended) in &timed.ended {
        let is_timed = timed.callables.contains(path);
        if is_timed && *ended != Some(*hits) {
            return Err(format!("{path}: {hits} calls began, but {ended:?} have ended").into());
        }
    }
    Ok(())
}

fn hits_are_entries(name: &str, patched: &Observation) -> Result<(), Failed> {
    let each = patched.callables.iter().zip(&patched.entries);
    for ((path, entered), counted) in each.zip(&patched.hits) {
        if entered != counted {
            return Err(format!("{path}: {counted} hits, but entered {entered} times").into());
        }
    }
    if patched.hits.iter().sum::<usize>() == 0 {
        return Err(format!("nothing of `{name}` was hit: it proves nothing").into());
    }
    Ok(())
}

fn same(name: &str, what: &str, how: &str, plain: &str, patched: &str) -> Result<(), Failed> {
    if plain == patched {
        return Ok(());
    }
    let difference = similar::TextDiff::from_lines(plain, patched);
    let difference = difference.unified_diff().header("plain", how).to_string();
    Err(format!("what {what} of `{name}` differs when it is {how}\n{difference}").into())
}
