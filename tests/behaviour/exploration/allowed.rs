//! Tests whose results may differ, each with its reason: `allowed.txt`.

use super::comparison::{Cause, Difference};
use crate::common::python_minor_version;

/// One line of the file.
pub(crate) struct Allowance {
    suite: String,
    test: glob::Pattern,
    cause: String,
    line: usize,
}

impl Allowance {
    /// Those for one suite on this version of CPython.
    pub(crate) fn of(suite: &str) -> Vec<Self> {
        let version = python_minor_version();
        include_str!("allowed.txt")
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .filter_map(|(index, line)| Self::parse(index + 1, line, &version))
            .filter(|allowance| allowance.suite == suite)
            .collect()
    }

    /// Reads a line; nothing if it is for other versions.
    fn parse(line: usize, content: &str, running: &str) -> Option<Self> {
        let columns: Vec<_> = content.split('|').map(str::trim).collect();
        let [versions, suite, test, cause, reason] = columns[..] else {
            panic!("allowed.txt:{line}: five columns, not {}", columns.len());
        };
        assert!(
            !reason.is_empty(),
            "allowed.txt:{line}: the reason is missing"
        );
        let is_meant = versions == "all" || versions.split(',').any(|it| it.trim() == running);
        is_meant.then(|| Self {
            suite: suite.to_owned(),
            test: glob::Pattern::new(test).expect("a pattern"),
            cause: cause.to_owned(),
            line,
        })
    }

    fn allows(&self, difference: &Difference) -> bool {
        self.cause == difference.cause.to_string() && self.test.matches(&difference.test)
    }
}

/// Splits differences into those that are allowed, as their number, and complaints about the others
/// and about allowances that are no longer needed.
pub(crate) fn judge(suite: &str, differences: &[Difference]) -> (usize, Vec<String>) {
    let allowances = Allowance::of(suite);
    let is_allowed = |it: &&Difference| allowances.iter().any(|allowance| allowance.allows(it));
    let (allowed, others): (Vec<_>, Vec<_>) = differences
        .iter()
        .filter(|it| it.cause != Cause::Chance)
        .partition(is_allowed);
    let unlisted = others.iter().map(|it| {
        format!(
            "{}: {} plainly, {} when patched; cause: {}",
            it.test, it.plain, it.patched, it.cause
        )
    });
    let stale = allowances
        .iter()
        .filter(|allowance| !differences.iter().any(|it| allowance.allows(it)))
        .map(|allowance| {
            format!(
                "allowed.txt:{}: `{}` comes out the same by now",
                allowance.line, allowance.test
            )
        });
    (allowed.len(), unlisted.chain(stale).collect())
}
