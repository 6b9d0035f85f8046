//! The comparison as a table: a row for each suite, and totals.

use std::fmt;
use std::time::Duration;

use super::comparison::{Cause, Comparison, Difference};

/// One suite.
pub(crate) struct Row {
    pub(crate) suite: String,
    pub(crate) comparison: Comparison,
    /// How many differences are allowed.
    pub(crate) allowed: usize,
    /// The complaints, a line each.
    pub(crate) complaints: Vec<String>,
}

/// The numbers of a row.
#[derive(Default, Clone, Copy)]
struct Numbers {
    patched: u64,
    hits: u64,
    tests: usize,
    failing_plainly: usize,
    by_chance: usize,
    allowed: usize,
    wrong: usize,
    plain_time: Duration,
    patched_time: Duration,
}

/// All suites that have run.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    /// The table, if there is a row.
    pub(crate) fn summary(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.to_string())
    }

    pub(crate) fn add(&mut self, row: Row) {
        self.0.push(row);
        self.0.sort_by(|one, other| one.suite.cmp(&other.suite));
    }
}

impl Row {
    /// Differences whose cause was not found.
    fn by_chance(&self) -> impl Iterator<Item = &Difference> {
        let differences = self.comparison.differences.iter();
        differences.filter(|it| it.cause == Cause::Chance)
    }

    fn numbers(&self) -> Numbers {
        let Comparison { plain, patched, .. } = &self.comparison;
        Numbers {
            patched: patched.patched,
            hits: patched.hits,
            tests: patched.outcomes.len(),
            failing_plainly: plain.failures(),
            by_chance: self.by_chance().count(),
            allowed: self.allowed,
            wrong: self.complaints.len(),
            plain_time: plain.time,
            patched_time: patched.time,
        }
    }
}

impl std::iter::Sum for Numbers {
    fn sum<I: Iterator<Item = Self>>(rows: I) -> Self {
        rows.fold(Self::default(), |sum, row| Self {
            patched: sum.patched + row.patched,
            hits: sum.hits + row.hits,
            tests: sum.tests + row.tests,
            failing_plainly: sum.failing_plainly + row.failing_plainly,
            by_chance: sum.by_chance + row.by_chance,
            allowed: sum.allowed + row.allowed,
            wrong: sum.wrong + row.wrong,
            plain_time: sum.plain_time + row.plain_time,
            patched_time: sum.patched_time + row.patched_time,
        })
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>9} {:>13} {:>7} {:>8} {:>7} {:>8} {:>6} {:>8.1} {:>8.1}",
            self.patched,
            self.hits,
            self.tests,
            self.failing_plainly,
            self.by_chance,
            self.allowed,
            self.wrong,
            self.plain_time.as_secs_f64(),
            self.patched_time.as_secs_f64(),
        )
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<42} {:>9} {:>13} {:>7} {:>8} {:>7} {:>8} {:>6} {:>8} {:>8}",
            "suite",
            "functions",
            "hits",
            "tests",
            "fail",
            "differ",
            "differ",
            "differ",
            "plain",
            "patched"
        )?;
        writeln!(
            f,
            "{:<42} {:>9} {:>13} {:>7} {:>8} {:>7} {:>8} {:>6} {:>8} {:>8}",
            "", "patched", "", "run", "plainly", "chance", "allowed", "else", "s", "s"
        )?;
        for row in &self.0 {
            writeln!(f, "{:<42} {}", row.suite, row.numbers())?;
        }
        let sum: Numbers = self.0.iter().map(Row::numbers).sum();
        writeln!(f, "{:<42} {sum}", format!("{} suites", self.0.len()))?;
        for row in &self.0 {
            for difference in row.by_chance() {
                writeln!(f, "by chance: {}: {}", row.suite, difference.test)?;
            }
        }
        Ok(())
    }
}
