//! Runs each `tests/shell/NAME.instr` through the real binary and compares its output with
//! `NAME.out`; `tests/shell/readme.instr` is the manual of the format, and itself a test.
//!
//! `BLESS=1 cargo test --test shell` rewrites the outputs. Read the difference before you commit
//! it.

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use common::{Normaliser, files_in, instrsh, project};
use libtest_mimic::{Failed, Trial};

fn main() {
    let scripts = files_in("tests/shell", "instr");
    let trial = |path: PathBuf| {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Trial::test(name, move || check(&path))
    };
    let trials = scripts.into_iter().map(trial).collect();
    libtest_mimic::run(&common::arguments(), trials).exit();
}

fn check(script: &Path) -> Result<(), Failed> {
    let said = run(script)?;
    let expected = expected_file(script);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&expected, said)?;
        return Ok(());
    }
    let wanted = fs::read_to_string(&expected).unwrap_or_default();
    if said == wanted {
        return Ok(());
    }
    let difference = similar::TextDiff::from_lines(&wanted, &said);
    let difference = difference
        .unified_diff()
        .header("expected", "said")
        .to_string();
    Err(format!(
        "{} differs (BLESS=1 rewrites it)\n{difference}",
        expected.display()
    )
    .into())
}

/// `NAME.out`, or `NAME.3.12.out` where an answer depends on the version of CPython.
fn expected_file(script: &Path) -> PathBuf {
    let version = common::python_minor_version();
    let special = script.with_extension(format!("{version}.out"));
    if special.exists() {
        special
    } else {
        script.with_extension("out")
    }
}

/// All output of the shell for a script.
fn run(script: &Path) -> Result<String, Failed> {
    let text = fs::read_to_string(script)?;
    let directive = |name: &str| {
        let prefix = format!("#: {name} ");
        let words = text
            .lines()
            .find_map(|line| line.strip_prefix(&prefix))
            .unwrap_or_default();
        shlex::split(words).unwrap_or_default()
    };
    let shown = script.strip_prefix(project())?;
    let output = instrsh()
        .args(directive("options"))
        .arg("-f")
        .arg(shown)
        .args(directive("program"))
        .output()?;
    let normaliser = Normaliser::default();
    let mut said = normaliser.apply(&String::from_utf8(output.stdout)?);
    let errors = normaliser.apply(&String::from_utf8(output.stderr)?);
    if let Some(error) = without_hint(&errors) {
        return Err(format!("no hint tells what to type next: {error}").into());
    }
    if !errors.is_empty() {
        write!(said, "--- stderr\n{errors}")?;
    }
    let status = output.status.code().ok_or("killed by a signal")?;
    writeln!(said, "--- status {status}")?;
    Ok(said)
}

/// The first error without a hint. An interruption needs none.
fn without_hint(errors: &str) -> Option<&str> {
    let mut lines = errors.lines().peekable();
    while let Some(line) = lines.next() {
        let is_error = line.contains("error: ") && !line.ends_with("error: interrupted");
        if is_error && !lines.peek().is_some_and(|next| next.starts_with("hint: ")) {
            return Some(line);
        }
    }
    None
}
