//! Measurements of a program in rounds: a line for each sample or each batch of samples.
//!
//! ```text
//! case <tab> size <tab> number number ...
//! case <tab> absent <tab> the reason
//! ```

use std::fs;
use std::path::Path;
use std::time::Duration;

/// The lines of a program.
pub(crate) struct Rounds {
    lines: Vec<Line>,
    /// Peers that cannot run here, each with the reason.
    pub(crate) absent: Vec<(String, String)>,
}

/// One or several measurements of a case.
pub(crate) struct Line {
    case: String,
    /// How much was done, in functions or microseconds.
    pub(crate) size: u32,
    pub(crate) numbers: Vec<f64>,
}

impl Rounds {
    /// Reads what a program has written.
    pub(crate) fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).expect("the program has written its results");
        let (mut lines, mut absent) = (Vec::new(), Vec::new());
        for line in text.lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            match columns[..] {
                [case, "absent", reason] => absent.push((case.to_owned(), reason.to_owned())),
                [case, size, numbers] => lines.push(Line {
                    case: case.to_owned(),
                    size: size.parse().expect("a whole number"),
                    numbers: numbers
                        .split(' ')
                        .map(|number| number.parse().expect("a number"))
                        .collect(),
                }),
                _ => panic!("three columns: {line}"),
            }
        }
        Self { lines, absent }
    }

    /// The lines of a case; none if it is absent.
    pub(crate) fn of<'a>(&'a self, case: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.case == case)
    }

    /// The least value of a case for this size.
    pub(crate) fn least(&self, case: &str, size: u32) -> Option<f64> {
        let lines = self.of(case).filter(|line| line.size == size);
        lines
            .flat_map(|line| line.numbers.iter().copied())
            .min_by(f64::total_cmp)
    }
}

/// The time in an answer after a word: `in 12 µs`.
pub(crate) fn time_behind(answer: &str, word: &str) -> Duration {
    let (_, behind) = answer
        .split_once(&format!("{word} "))
        .unwrap_or_else(|| panic!("`{word}` in {answer:?}"));
    let mut words = behind.trim_start().split([' ', ',', ';', '\n']);
    let number: f64 = words
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| panic!("a number behind `{word}` in {answer:?}"));
    let seconds = match words.next() {
        Some("ns") => number * 1e-9,
        Some("µs") => number * 1e-6,
        Some("ms") => number * 1e-3,
        Some("s") => number,
        unit => panic!("{unit:?} is no unit, in {answer:?}"),
    };
    Duration::from_secs_f64(seconds)
}
