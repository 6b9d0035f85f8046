//! One run of a suite: by `python` itself, in the shell, or in the shell with everything patched.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use regex::Regex;

use super::outcomes::Outcomes;
use super::suite::Suite;

/// Who runs the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Under {
    /// `python`
    Python,
    /// `python`, a second time
    PythonAgain,
    /// The shell, which patches nothing.
    Shell,
    /// The shell, which patches everything that is loaded now or later.
    Patches(Recorder),
    /// The same, a second time.
    PatchesAgain(Recorder),
}

/// What the patches record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recorder {
    Hits,
    Times,
}

impl Under {
    fn folder(self) -> &'static str {
        match self {
            Self::Python => "plain",
            Self::PythonAgain => "plain-again",
            Self::Shell => "shell",
            Self::Patches(_) => "patched",
            Self::PatchesAgain(_) => "patched-again",
        }
    }

    /// The commands for the shell.
    fn commands(self) -> &'static str {
        match self {
            Self::Patches(Recorder::Hits) | Self::PatchesAgain(Recorder::Hits) => {
                "patch --lazy '*:*' --limit 0; run; wait; stats"
            }
            Self::Patches(Recorder::Times) | Self::PatchesAgain(Recorder::Times) => {
                "time --lazy '*:*' --limit 0; run; wait; stats"
            }
            _ => "run; wait; stats",
        }
    }
}

/// How long a run may take, as coreutils' `timeout` wants it, and what that exits with otherwise.
const LIMIT: &str = "15m";
const OUT_OF_TIME: &str = "exit status: 124";

/// The exit status of a suite that needs something unavailable, such as the network.
const DENIED: &str = "exit status: 4";

/// The observations of a run.
#[derive(Default)]
pub(crate) struct Run {
    pub(crate) outcomes: Outcomes,
    /// The exit status of the program.
    pub(crate) status: String,
    pub(crate) patched: u64,
    pub(crate) hits: u64,
    /// The calls that have ended, if that was recorded.
    pub(crate) ended: Option<u64>,
    pub(crate) time: Duration,
}

impl Run {
    /// Runs the suite in its own temporary folder, home and environment. Its output stays in
    /// `records`, in a folder for each way to run it.
    pub(crate) fn of(suite: &Suite, under: Under, records: &Path) -> Result<Self, Failed> {
        let records = records.join(under.folder());
        let _ = fs::remove_dir_all(&records);
        fs::create_dir_all(&records)?;
        let temporary = tempfile::tempdir()?;
        let (results, output) = (records.join("results.xml"), records.join("output.txt"));
        let program = suite.program(&results, temporary.path());
        let said = File::create(records.join("said.txt"))?;
        let mut command = Command::new("timeout");
        command.args(["--kill-after=10s", LIMIT]);
        match under {
            Under::Python | Under::PythonAgain => command.arg(env!("INSTRSH_PYTHON")),
            Under::Shell | Under::Patches(_) | Under::PatchesAgain(_) => command
                .arg(env!("CARGO_BIN_EXE_instrsh"))
                .args(["--hold", "--keep-going", "-c", under.commands()])
                .arg("--program-output")
                .arg(&output),
        };
        suite.prepare(&mut command, temporary.path());
        let start = Instant::now();
        let status = command
            .args(program)
            .stdin(Stdio::null())
            .stdout(said.try_clone()?)
            .stderr(said)
            .status()?;
        let time = start.elapsed();
        let said = fs::read_to_string(records.join("said.txt"));
        let said = said.unwrap_or_default(); // a program may print what is no text
        let is_plain = matches!(under, Under::Python | Under::PythonAgain);
        Ok(Self {
            outcomes: Outcomes::read(&results),
            status: if is_plain {
                status.to_string()
            } else {
                ending(&said).unwrap_or_else(|| format!("{status} of the shell"))
            },
            patched: number(&said, r"(?m)^callables .* ([\d,]+) patched$").unwrap_or(0),
            hits: number(&said, r"(?m)^hits +([\d,]+),").unwrap_or(0),
            ended: number(&said, r"(?m)^ended +([\d,]+)$"),
            time,
        })
    }
}

impl Run {
    /// Whether it did not end by itself.
    pub(crate) fn is_out_of_time(&self) -> bool {
        self.status == OUT_OF_TIME
    }

    /// How many tests failed; one if the suite ended before it reported that.
    pub(crate) fn failures(&self) -> usize {
        let is_quiet = ["exit status: 0", DENIED].contains(&self.status.as_str());
        let is_cut_short = self.outcomes.len() == 0 && !is_quiet;
        self.outcomes.failures() + usize::from(is_cut_short)
    }
}

/// The exit status of the program, in the words of an `ExitStatus`.
fn ending(said: &str) -> Option<String> {
    if said.contains("the program has ended with status 0\n") {
        return Some("exit status: 0".into());
    }
    let (_, behind) = said.split_once("the program has ended with status ")?;
    Some(format!("exit status: {}", behind.lines().next()?))
}

/// The number that the shell printed, if it did.
fn number(said: &str, rule: &str) -> Option<u64> {
    let rule = Regex::new(rule).expect("a rule");
    let digits = |found: regex::Captures<'_>| found[1].replace(',', "");
    rule.captures(said)
        .and_then(|found| digits(found).parse().ok())
}

/// Where the records of a suite are kept.
pub(crate) fn records(suite: &str) -> PathBuf {
    let version = instrsh::BUILT_FOR.version;
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("exploration-{version}"))
        .join(suite)
}
