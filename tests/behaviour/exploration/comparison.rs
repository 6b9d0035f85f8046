//! The differences in the results of a suite when all functions are patched, and their reasons.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use libtest_mimic::Failed;

use super::run::{Recorder, Run, Under};
use super::suite::Suite;

/// The test that stands for the exit status of the whole suite.
const WHOLE: &str = "(the whole suite)";

/// A test with a different outcome.
pub(crate) struct Difference {
    pub(crate) test: String,
    pub(crate) plain: String,
    pub(crate) patched: String,
    pub(crate) cause: Cause,
}

/// Why a test has a different outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It differs only when functions are patched.
    Patches,
    /// It also differs in the shell without any patch.
    Shell,
    /// It also differs between two plain runs, or between two patched ones.
    Chance,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Patches => "patches",
            Self::Shell => "shell",
            Self::Chance => "chance",
        })
    }
}

/// A plain and a patched run of one suite.
#[derive(Default)]
pub(crate) struct Comparison {
    pub(crate) plain: Run,
    pub(crate) patched: Run,
    pub(crate) differences: Vec<Difference>,
}

impl Comparison {
    /// Runs the suite both ways; if something differs, three times more to learn the cause. What
    /// `python` does not end by itself is not run in the shell.
    pub(crate) fn of(suite: &Suite, recorder: Recorder, records: &Path) -> Result<Self, Failed> {
        let plain = Run::of(suite, Under::Python, records)?;
        if plain.is_out_of_time() {
            return Ok(Self {
                plain,
                ..Self::default()
            });
        }
        let patched = Run::of(suite, Under::Patches(recorder), records)?;
        let tests = differing(&plain, &patched);
        let mut differences = Vec::new();
        if !tests.is_empty() {
            let again = Run::of(suite, Under::PythonAgain, records)?;
            let patched_again = Run::of(suite, Under::PatchesAgain(recorder), records)?;
            let shell = Run::of(suite, Under::Shell, records)?;
            for test in tests {
                let [plain, patched, again, patched_again, shell] =
                    [&plain, &patched, &again, &patched_again, &shell].map(|run| of(run, &test));
                let cause = if again != plain || patched_again != patched {
                    Cause::Chance
                } else if shell != plain {
                    Cause::Shell
                } else {
                    Cause::Patches
                };
                differences.push(Difference {
                    test,
                    plain,
                    patched,
                    cause,
                });
            }
        }
        Ok(Self {
            plain,
            patched,
            differences,
        })
    }
}

/// The tests with other outcomes. The whole suite is one of them only if no other is.
fn differing(plain: &Run, patched: &Run) -> BTreeSet<String> {
    let tests: BTreeSet<_> = plain
        .outcomes
        .tests()
        .chain(patched.outcomes.tests())
        .collect();
    let is_cut_short = |run: &Run| run.outcomes.len() == 0;
    let mut differing: BTreeSet<_> = tests
        .into_iter()
        .filter(|test| of(plain, test) != of(patched, test))
        .map(str::to_owned)
        .collect();
    if is_cut_short(plain) != is_cut_short(patched) {
        differing.clear();
    }
    if differing.is_empty() && of(plain, WHOLE) != of(patched, WHOLE) {
        differing.insert(WHOLE.to_owned());
    }
    differing
}

/// The outcome of a test in a run.
fn of(run: &Run, test: &str) -> String {
    if test == WHOLE {
        return format!("{} tests, {}", run.outcomes.len(), run.status);
    }
    run.outcomes.of(test)
}
