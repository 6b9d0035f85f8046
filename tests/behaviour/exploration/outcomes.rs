//! The result of each test of a run, read from a `JUnit` XML file; regrtest and pytest both write
//! such a file.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use regex::Regex;

/// The outcome of one test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Passed,
    Skipped,
    Failed,
    Error,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Error => "error",
        })
    }
}

/// The outcomes by test, in order of their kind: several tests may share a name, and a test with
/// subtests has an outcome for each that failed.
#[derive(Default)]
pub(crate) struct Outcomes(BTreeMap<String, Vec<Outcome>>);

impl Outcomes {
    /// Reads the file; nothing if the run ended before it was written.
    pub(crate) fn read(path: &Path) -> Self {
        Self::parse(&std::fs::read_to_string(path).unwrap_or_default())
    }

    fn parse(xml: &str) -> Self {
        let rule = |rule| Regex::new(rule).expect("a rule");
        let case = rule(r"(?s)<testcase\b([^>]*?)(?:/>|>(.*?)</testcase>)");
        let attribute = rule(r#"\b(name|classname)="([^"]*)""#);
        let kind = rule("<(failure|error|skipped)\\b");
        let address = rule("0x[0-9a-f]{6,}");
        let mut outcomes = Self::default();
        for parts in case.captures_iter(xml) {
            let (mut name, mut class) = (String::new(), String::new());
            for attribute in attribute.captures_iter(&parts[1]) {
                match &attribute[1] {
                    "name" => attribute[2].clone_into(&mut name),
                    _ => class = format!("{}.", &attribute[2]),
                }
            }
            if name.is_empty() {
                continue; // what regrtest adds for a failed subtest
            }
            let inside = parts.get(2).map_or("", |inside| inside.as_str());
            let outcome = match kind.captures(inside).as_ref().map(|kind| &kind[1]) {
                Some("failure") => Outcome::Failed,
                Some("error") => Outcome::Error,
                Some(_) => Outcome::Skipped,
                None => Outcome::Passed,
            };
            let test = address
                .replace_all(&(class + &name), "ADDRESS")
                .into_owned();
            outcomes.0.entry(test).or_default().push(outcome);
        }
        for several in outcomes.0.values_mut() {
            several.sort_unstable();
        }
        outcomes
    }

    /// The number of tests.
    pub(crate) fn len(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// The number of failed tests.
    pub(crate) fn failures(&self) -> usize {
        let is_failure = |it: &&Outcome| matches!(it, Outcome::Failed | Outcome::Error);
        self.0.values().flatten().filter(is_failure).count()
    }

    /// The names of the tests.
    pub(crate) fn tests(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The outcome of one test, in words.
    pub(crate) fn of(&self, test: &str) -> String {
        let Some(several) = self.0.get(test) else {
            return "not run".into();
        };
        let words: Vec<_> = several.iter().map(Outcome::to_string).collect();
        words.join(", ")
    }
}
