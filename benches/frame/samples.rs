//! Measurements of a program with `benches/programs/measuring.py`.
//!
//! Nanoseconds are for orientation; the result is a ratio within one run. A program measures its
//! own process, however it is instrumented: `measuring.py` needs nothing but Python, so a peer is
//! measured by the same lines.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::Table;

/// What one run of a program measured.
pub(crate) struct Samples {
    cases: Vec<Case>,
    /// Cases that cannot be measured here, each with the reason.
    pub(crate) absent: Vec<(String, String)>,
}

/// One way to treat a function, and the cost of its calls.
struct Case {
    name: String,
    /// The sorted samples of each set of functions, in nanoseconds a call.
    sets: Vec<Vec<f64>>,
}

impl Samples {
    /// Reads what `measure` in `measuring.py` has written.
    pub(crate) fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).expect("the program has written its results");
        let mut cases: Vec<Case> = Vec::new();
        let mut absent = Vec::new();
        for line in text.lines() {
            let mut columns = line.split('\t');
            let name = columns.next().expect("a case");
            let set = columns.next().expect("a set");
            let samples = columns.next().expect("samples");
            if set == "absent" {
                absent.push((name.to_owned(), samples.to_owned()));
                continue;
            }
            let samples = samples.split(' ');
            let samples = sorted(samples.map(|it| it.parse().expect("a number")));
            match cases.iter_mut().find(|case| case.name == name) {
                Some(case) => case.sets.push(samples),
                None => cases.push(Case {
                    name: name.to_owned(),
                    sets: vec![samples],
                }),
            }
        }
        Self { cases, absent }
    }

    /// A row for each case: the cost of a call, also relative to the first case; `titles` describe the
    /// cases.
    pub(crate) fn table(&self, titles: &[(&str, &str)]) -> Table {
        let columns = [
            "ns, min", "ns, med.", "by min", "by med.", "quarter", "to three",
        ];
        let first = &self.cases[0];
        let row = |case: &Case| {
            let by_min = case.against(first, |samples| samples[0]);
            let numbers = [
                median(&case.of_each_set(|samples| samples[0])),
                median(&case.of_each_set(median)),
                median(&by_min),
                median(&case.against(first, median)),
                by_min[by_min.len() / 4],
                by_min[by_min.len() * 3 / 4],
            ];
            (case.title(titles), numbers.map(Some).to_vec())
        };
        Table {
            title: first.length(),
            columns: columns.map(str::to_owned).to_vec(),
            rows: self.cases.iter().map(row).collect(),
        }
    }

    /// The cost of a call of one case relative to another, by the cheapest rounds: the median over
    /// the sets.
    pub(crate) fn ratio(&self, of: &str, to: &str) -> f64 {
        let by_min = self.case(of).against(self.case(to), |samples| samples[0]);
        median(&by_min)
    }

    /// The same by the median rounds: for cases that are measured one after the other, since one of
    /// them has the luckier moment.
    pub(crate) fn ratio_of_medians(&self, of: &str, to: &str) -> f64 {
        median(&self.case(of).against(self.case(to), median))
    }

    /// The same in each set; nothing if the case is absent.
    pub(crate) fn ratios_of_medians(&self, of: &str, to: &str) -> Vec<f64> {
        let case = self.cases.iter().find(|case| case.name == of);
        let pairs = case.map(|case| case.sets.iter().zip(&self.case(to).sets));
        let ratios = pairs.into_iter().flatten();
        ratios
            .map(|(own, others)| median(own) / median(others))
            .collect()
    }

    /// A row for each case: what it adds to a call of the first case, in nanoseconds, and that as a
    /// multiple of what the case `limit` adds.
    pub(crate) fn table_of_added(&self, titles: &[(&str, &str)]) -> Table {
        let columns = ["ns, min", "added ns", "quarter", "to three", "of limit"];
        let first = &self.cases[0];
        let limit = self.added("limit");
        let row = |case: &Case| {
            let added = case.beyond(first);
            let numbers = [
                Some(median(&case.of_each_set(|samples| samples[0]))),
                Some(median(&added)),
                Some(added[added.len() / 4]),
                Some(added[added.len() * 3 / 4]),
                limit.map(|limit| median(&added) / limit),
            ];
            (case.title(titles), numbers.to_vec())
        };
        Table {
            title: first.length(),
            columns: columns.map(str::to_owned).to_vec(),
            rows: self.cases.iter().map(row).collect(),
        }
    }

    /// What a case adds to a call of the first case by the cheapest rounds, in nanoseconds: the median
    /// over the sets. None if it is absent.
    pub(crate) fn added(&self, name: &str) -> Option<f64> {
        self.added_to(&self.cases[0].name, name)
    }

    /// The same for a call of another case.
    pub(crate) fn added_to(&self, plain: &str, name: &str) -> Option<f64> {
        let is_absent = !self.cases.iter().any(|case| case.name == name);
        (!is_absent).then(|| median(&self.case(name).beyond(self.case(plain))))
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

    /// How much longer the cheapest round takes than that of another case within each set, sorted.
    fn beyond(&self, other: &Self) -> Vec<f64> {
        let pairs = self.sets.iter().zip(&other.sets);
        sorted(pairs.map(|(own, others)| own[0] - others[0]))
    }

    /// The title of the case.
    fn title(&self, titles: &[(&str, &str)]) -> String {
        let title = titles.iter().find(|(name, _)| *name == self.name);
        title
            .map_or(self.name.as_str(), |(_, title)| title)
            .to_owned()
    }

    /// How much was measured.
    fn length(&self) -> String {
        format!("{} sets, {} rounds", self.sets.len(), self.sets[0].len())
    }

    /// The ratio to another case within each set, sorted.
    fn against(&self, other: &Self, number: impl Fn(&[f64]) -> f64) -> Vec<f64> {
        let pairs = self.sets.iter().zip(&other.sets);
        sorted(pairs.map(|(own, others)| number(own) / number(others)))
    }
}

/// The times of something that was repeated.
pub(crate) struct Times(Vec<f64>);

impl Times {
    /// Repeats a measurement in milliseconds for a number of rounds, but not longer than `patience`.
    pub(crate) fn of(
        rounds: usize,
        patience: Duration,
        mut milliseconds: impl FnMut() -> f64,
    ) -> Self {
        let start = Instant::now();
        let rounds = (0..rounds).take_while(|round| *round == 0 || start.elapsed() < patience);
        Self(sorted(rounds.map(|_| milliseconds())))
    }

    /// Milliseconds.
    pub(crate) fn least(&self) -> f64 {
        self.0[0]
    }

    /// Milliseconds.
    pub(crate) fn median(&self) -> f64 {
        median(&self.0)
    }

    /// Milliseconds.
    pub(crate) fn worst(&self) -> f64 {
        self.0[self.0.len() - 1]
    }
}

impl From<Vec<f64>> for Times {
    fn from(milliseconds: Vec<f64>) -> Self {
        Self(sorted(milliseconds.into_iter()))
    }
}

fn sorted(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// The median of sorted numbers.
pub(crate) fn median(numbers: &[f64]) -> f64 {
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 {
        numbers[middle]
    } else {
        f64::midpoint(numbers[middle - 1], numbers[middle])
    }
}
