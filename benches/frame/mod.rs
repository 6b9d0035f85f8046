//! What the benchmarks share: the results of a program that measures itself, as a table of ratios.
//!
//! Nanoseconds are for orientation; the result is a ratio within one run. A program measures in the
//! process that it is about, however that is instrumented: `benches/programs/measuring.py` needs
//! nothing but Python, so a peer is measured by the same lines.

use std::fs;
use std::path::Path;

/// What one run of a program measured.
pub(crate) struct Results {
    /// The load of the machine before and after.
    pub(crate) load: String,
    cases: Vec<Case>,
}

/// One way to treat a function, and what a call of it cost.
struct Case {
    name: String,
    /// Nanoseconds a call: of each set of functions, the sorted samples.
    sets: Vec<Vec<f64>>,
}

impl Results {
    /// Reads what `measure` in `measuring.py` has written.
    pub(crate) fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).expect("the program has written its results");
        let (load, lines) = text.split_once('\n').expect("a line of load");
        let mut results = Self {
            load: load.replace('\t', " "),
            cases: Vec::new(),
        };
        for line in lines.lines() {
            let mut columns = line.split('\t');
            let name = columns.next().expect("a case");
            let samples = columns.nth(1).expect("samples").split(' ');
            let mut samples: Vec<f64> = samples.map(|it| it.parse().expect("a number")).collect();
            samples.sort_by(f64::total_cmp);
            match results.cases.iter_mut().find(|case| case.name == name) {
                Some(case) => case.sets.push(samples),
                None => results.cases.push(Case {
                    name: name.to_owned(),
                    sets: vec![samples],
                }),
            }
        }
        results
    }

    /// A line for each case: what a call costs, and that against the first case.
    pub(crate) fn table(&self, titles: &[(&str, &str)]) -> String {
        let sets = self.cases[0].sets.len();
        let rounds = self.cases[0].sets[0].len();
        let mut table = format!(
            "{sets} sets of functions, {rounds} rounds; nanoseconds a call, and against the first line\n\
             {:44} {:>7} {:>7}   {:>7} {:>7}   {:>15}\n",
            "", "min", "median", "by min", "by med.", "middle half"
        );
        for case in &self.cases {
            let title = titles.iter().find(|(name, _)| *name == case.name);
            let title = title.map_or(case.name.as_str(), |(_, title)| title);
            let by_min = case.against(&self.cases[0], |samples| samples[0]);
            let by_median = case.against(&self.cases[0], median);
            table += &format!(
                "{title:44} {:7.2} {:7.2}   {:7.3} {:7.3}   {:7.3}..{:.3}\n",
                median(&case.of_each_set(|samples| samples[0])),
                median(&case.of_each_set(median)),
                median(&by_min),
                median(&by_median),
                by_min[by_min.len() / 4],
                by_min[by_min.len() * 3 / 4],
            );
        }
        table
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
fn median(numbers: &[f64]) -> f64 {
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 {
        numbers[middle]
    } else {
        f64::midpoint(numbers[middle - 1], numbers[middle])
    }
}
