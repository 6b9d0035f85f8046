//! What a program has measured of itself with `benches/programs/measuring.py`.
//!
//! Nanoseconds are for orientation; the result is a ratio within one run. A program measures in the
//! process that it is about, however that is instrumented: `measuring.py` needs nothing but Python, so a
//! peer is measured by the same lines.

use std::fs;
use std::path::Path;

use super::Table;

/// What one run of a program measured.
pub(crate) struct Samples {
    cases: Vec<Case>,
}

/// One way to treat a function, and what a call of it cost.
struct Case {
    name: String,
    /// Nanoseconds a call: of each set of functions, the sorted samples.
    sets: Vec<Vec<f64>>,
}

impl Samples {
    /// Reads what `measure` in `measuring.py` has written.
    pub(crate) fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).expect("the program has written its results");
        let mut cases: Vec<Case> = Vec::new();
        for line in text.lines() {
            let mut columns = line.split('\t');
            let name = columns.next().expect("a case");
            let samples = columns.nth(1).expect("samples").split(' ');
            let samples = sorted(samples.map(|it| it.parse().expect("a number")));
            match cases.iter_mut().find(|case| case.name == name) {
                Some(case) => case.sets.push(samples),
                None => cases.push(Case {
                    name: name.to_owned(),
                    sets: vec![samples],
                }),
            }
        }
        Self { cases }
    }

    /// A row for each case: what a call costs, and that against the first case. `titles` say what the
    /// cases are.
    pub(crate) fn table(&self, titles: &[(&str, &str)]) -> Table {
        let columns = [
            "ns, min", "ns, med.", "by min", "by med.", "quarter", "to three",
        ];
        let first = &self.cases[0];
        let row = |case: &Case| {
            let title = titles.iter().find(|(name, _)| *name == case.name);
            let by_min = case.against(first, |samples| samples[0]);
            let numbers = [
                median(&case.of_each_set(|samples| samples[0])),
                median(&case.of_each_set(median)),
                median(&by_min),
                median(&case.against(first, median)),
                by_min[by_min.len() / 4],
                by_min[by_min.len() * 3 / 4],
            ];
            let title = title.map_or(case.name.as_str(), |(_, title)| title);
            (title.to_owned(), numbers.map(Some).to_vec())
        };
        Table {
            title: format!("{} sets, {} rounds", first.sets.len(), first.sets[0].len()),
            columns: columns.map(str::to_owned).to_vec(),
            rows: self.cases.iter().map(row).collect(),
        }
    }

    /// What a call of one case costs against one of another, by the cheapest rounds: the median over
    /// the sets.
    pub(crate) fn ratio(&self, of: &str, to: &str) -> f64 {
        let by_min = self.case(of).against(self.case(to), |samples| samples[0]);
        median(&by_min)
    }

    fn case(&self, name: &str) -> &Case {
        let case = self.cases.iter().find(|case| case.name == name);
        case.unwrap_or_else(|| panic!("the program has measured `{name}`"))
    }
}

impl Case {
    /// One number of each set, sorted.
    fn of_each_set(&self, number: impl Fn(&[f64]) -> f64) -> Vec<f64> {
        sorted(self.sets.iter().map(|samples| number(samples)))
    }

    /// The ratio to another case within each set, sorted.
    fn against(&self, other: &Self, number: impl Fn(&[f64]) -> f64) -> Vec<f64> {
        let pairs = self.sets.iter().zip(&other.sets);
        sorted(pairs.map(|(own, others)| number(own) / number(others)))
    }
}

fn sorted(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// Of numbers that are sorted.
pub(crate) fn median(numbers: &[f64]) -> f64 {
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 {
        numbers[middle]
    } else {
        f64::midpoint(numbers[middle - 1], numbers[middle])
    }
}
