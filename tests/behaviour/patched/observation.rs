//! One run of a program under all observers, with or without patches.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use libtest_mimic::Failed;
use serde_json::Value;

use super::coverage;
use crate::common::{Conversation, PATIENCE, instrsh, program};

/// What is done to a program before it is observed.
pub(crate) enum Patching<'a> {
    /// Records this of everything that the program lists: the command that does so.
    All(&'static str),
    /// Patches nothing; these are the callables to ask about.
    None(&'a [String]),
}

/// A callable with its hits, and its calls that have ended.
pub(crate) type Recorded = (String, usize, Option<usize>);

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
    /// What is recorded at last: paths, hits, and the calls that have ended if that is recorded.
    pub(crate) ended: Vec<Recorded>,
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
            Patching::All(command) => {
                shell.send(&format!("{command} {patterns} --limit 0"));
                patched(&mut shell, &patterns)?
                    .into_iter()
                    .map(|(path, ..)| path)
                    .collect()
            }
            Patching::None(callables) => callables.to_vec(),
        };
        let mut injected: BTreeMap<_, _> =
            callables.iter().map(|it| (it.clone(), vec![])).collect();
        if matches!(patching, Patching::All(_)) {
            injected.extend(injected_offsets(&mut shell, &callables)?);
        }
        fs::write(&go, serde_json::to_string(&injected)?)?;
        said(&shell, "observed")?;
        let mut hits = Vec::new();
        if matches!(patching, Patching::All(_)) {
            let rows = patched(&mut shell, &patterns)?;
            hits = rows.into_iter().map(|(_, hits, _)| hits).collect();
            shell.send("unpatch --all");
            let answer = shell.answer();
            if !answer.ends_with("the original code is back") {
                return Err(answer.into());
            }
        }
        fs::write(&go, "go")?;
        shell.send("wait");
        shell.answer();
        let ended = match patching {
            Patching::All(_) => recorded(&mut shell, &patterns, |_| true)?,
            Patching::None(_) => Vec::new(),
        };
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
            ended,
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

/// The callables that are patched, or were until other code replaced them.
fn patched(shell: &mut Conversation, patterns: &str) -> Result<Vec<Recorded>, Failed> {
    const STATES: [&str; 3] = ["patched", "replaced", "removed"];
    recorded(shell, patterns, |state| STATES.contains(&state))
}

/// The offsets of injected instructions in each callable.
fn injected_offsets(
    shell: &mut Conversation,
    callables: &[String],
) -> Result<Vec<(String, Vec<u64>)>, Failed> {
    let answer = ask(shell, &format!("dis {} --json", callables.join(" ")))?;
    let list = |of: &Value, key: &str| of[key].as_array().cloned().unwrap_or_default();
    let offsets = |callable: &Value| {
        let codes = list(callable, "codes").into_iter();
        let patched = codes.filter(|code| code["is_patched"] == true);
        let instructions = patched.flat_map(|code| list(&code, "instructions"));
        let injected = instructions.filter(|it| it["is_injected"] == true);
        let path = callable["path"].as_str().unwrap_or_default().to_owned();
        (
            path,
            injected.filter_map(|it| it["offset"].as_u64()).collect(),
        )
    };
    Ok(list(&answer, "callables").iter().map(offsets).collect())
}

/// An answer as JSON, after what else the shell still says.
fn ask(shell: &mut Conversation, command: &str) -> Result<Value, Failed> {
    shell.send(command);
    loop {
        let line = shell.answer();
        if line.starts_with('{') {
            return Ok(serde_json::from_str(&line)?);
        }
    }
}

/// What is recorded of the callables in some states.
fn recorded(
    shell: &mut Conversation,
    patterns: &str,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Recorded>, Failed> {
    let answer = ask(shell, &format!("ls {patterns} --json"))?;
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let number = |row: &Value, key: &str| row[key].as_u64().and_then(|it| usize::try_from(it).ok());
    let rows = answer["rows"].as_array().into_iter().flatten();
    let rows = rows.filter(|row| is_wanted(&text(row, "state")));
    let read = |row: &Value| {
        let hits = number(row, "hits").unwrap_or(0);
        (text(row, "path"), hits, number(row, "ended"))
    };
    Ok(rows.map(read).collect())
}
