//! One run of a program under all observers, with or without patches.

use std::fs;
use std::process::Command;

use libtest_mimic::Failed;
use regex::Regex;

use super::coverage;
use crate::common::{Conversation, PATIENCE, instrsh, program};

/// What is done to a program before it is observed.
pub(crate) enum Patching<'a> {
    /// Patches everything that the program lists.
    All,
    /// Patches nothing; these are the callables to ask about.
    None(&'a [String]),
}

/// The observations of a program.
pub(crate) struct Observation {
    /// The symbol paths of what was patched.
    pub(crate) callables: Vec<String>,
    /// The output of the observers.
    pub(crate) record: String,
    /// How often each callable was entered, as counted by the observers.
    pub(crate) entries: Vec<usize>,
    /// The same, as counted by the hooks; empty without patches.
    pub(crate) hits: Vec<usize>,
    /// What the program prints, and what is not as before, after the patches are removed.
    pub(crate) after: String,
}

impl Observation {
    /// Runs a program of `tests/programs/behaviour/`.
    pub(crate) fn of(name: &str, patching: &Patching<'_>) -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        let go = folder.path().join("go");
        if !Command::new("mkfifo").arg(&go).status()?.success() {
            return Err("mkfifo failed".into());
        }
        let mut shell = Conversation::with(
            instrsh()
                .env("PYTHONPATH", coverage::folder())
                .arg(program("behaviour_driver.py"))
                .arg(name)
                .arg(folder.path()),
        );
        let ready = said(&shell, "ready")?;
        let patterns = ready.trim_start_matches("ready ").to_owned();
        let callables = match patching {
            Patching::All => {
                shell.send(&format!("patch {patterns} --limit 0"));
                patched(&mut shell, &patterns)
                    .into_iter()
                    .map(|(path, _)| path)
                    .collect()
            }
            Patching::None(callables) => callables.to_vec(),
        };
        fs::write(&go, callables.join("\n"))?;
        said(&shell, "observed")?;
        let mut hits = Vec::new();
        if matches!(patching, Patching::All) {
            let rows = patched(&mut shell, &patterns);
            hits = rows.into_iter().map(|(_, hits)| hits).collect();
            shell.send("unpatch --all");
            let answer = shell.answer();
            if !answer.ends_with("the original code is back") {
                return Err(answer.into());
            }
        }
        fs::write(&go, "go")?;
        shell.send("wait");
        let (status, _, errors) = shell.finish();
        if !status.success() {
            return Err(errors.join("\n").into());
        }
        let read = |name| fs::read_to_string(folder.path().join(name));
        let entries: Result<_, _> = read("entries")?.lines().map(str::parse).collect();
        Ok(Self {
            callables,
            record: read("record")?,
            entries: entries?,
            hits,
            after: read("after")?,
        })
    }
}

/// The next line of the driver that starts with `word`.
fn said(shell: &Conversation, word: &str) -> Result<String, Failed> {
    loop {
        let line = shell.errors.recv_timeout(PATIENCE)?;
        if line.starts_with(word) {
            return Ok(line);
        }
        if line.starts_with("failed") {
            return Err(line.replace("\\n", "\n").into());
        }
    }
}

/// The callables that are patched, or were until other code replaced them, and their hits.
fn patched(shell: &mut Conversation, patterns: &str) -> Vec<(String, usize)> {
    let row =
        Regex::new(r"^(\S+) .* ([\d,]+)  (?:● patched|○ replaced|○ removed)$").expect("a rule");
    let last = Regex::new(r"^\d+ callables?$").expect("a rule");
    shell.send(&format!("ls {patterns}"));
    let mut rows = Vec::new();
    loop {
        let line = shell.answer();
        if last.is_match(&line) {
            return rows;
        }
        if let Some(columns) = row.captures(&line) {
            let hits = columns[2].replace(',', "").parse().expect("a number");
            rows.push((columns[1].to_owned(), hits));
        }
    }
}
