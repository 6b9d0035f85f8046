//! The documentation is correct: every example, every command of the README, the table of commands, the
//! supported versions and the examples of `help`.
//!
//! `BLESS=1 cargo test --test process examples` updates the README's table of commands.

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use crate::common::documents::{blocks, readme, section};
use crate::common::packages::Environment;
use crate::common::{files_in, instrsh, project};
use instrsh::bytecode::Version;
use instrsh::commands;

fn assert_success(what: &str, output: &Output) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{what}: {} {errors}",
        output.status
    );
}

/// What stays the same from run to run: lines without numbers, bars and the width of columns, in any
/// order, because tables are sorted by what was measured.
fn gist(text: &str) -> BTreeSet<String> {
    let rule = |rule| regex::Regex::new(rule).expect("a rule");
    let number = rule(r"<?[0-9][0-9.,]*|[·▁▂▃▄▅▆▇█]+|\b(ns|µs|ms|s)\b");
    let numbers = rule(r"N(\s+N\b)+");
    let gist = |line: &str| {
        let line = number.replace_all(line, "N");
        let line = numbers.replace_all(&line, "N");
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    text.lines()
        .map(gist)
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn every_example_runs() {
    let files = files_in("examples", "instr");
    assert!(files.len() >= 9);
    let environment = Environment::of("services").expect("Flask is installed");
    for file in files {
        let text = fs::read_to_string(&file).expect("an example");
        let mut usage = text
            .lines()
            .filter_map(|line| line.strip_prefix("#     instrsh "));
        let usage = usage.next().expect("an example says how it is run");
        let arguments = shlex::split(usage).expect("words");
        let file = file
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        assert!(usage.contains(file), "{file}: {usage}");
        let mut command = instrsh();
        if text.contains("`pip install flask`") {
            command.env("VIRTUAL_ENV", environment.folder());
        }
        let output = command.args(arguments).output().expect("it runs");
        assert_success(file, &output);
    }
}

#[test]
fn the_examples_of_help_run() {
    // A command that does not end by itself, or ends the shell, would keep the rest from running.
    let is_bounded = |line: &&str| {
        !["watch", "wait", "exit", "interrupt", "fg"]
            .iter()
            .any(|endless| line.starts_with(endless))
    };
    let topics = commands::TOPICS.iter().flat_map(|topic| topic.examples);
    let examples = commands::all().flat_map(|command| command.examples);
    let examples = examples.chain(topics).map(|example| example.line);
    let script = examples.filter(is_bounded).collect::<Vec<_>>().join("\n");
    let output = instrsh()
        .args(["--hold", "-c", &script])
        .output()
        .expect("it runs");
    assert_success(&script, &output);
}

#[test]
fn the_session_in_the_readme_is_a_real_one() {
    let session = blocks(&readme(), "console").remove(0);
    let commands: Vec<&str> = session
        .iter()
        .filter_map(|line| line.strip_prefix("instrsh> "))
        .collect();
    let shown: Vec<&String> = session
        .iter()
        .filter(|line| !line.starts_with("instrsh> ") && !line.starts_with('$'))
        .collect();
    let output = instrsh()
        .arg("-c")
        .arg(commands.join("\n"))
        .output()
        .expect("it runs");
    assert_success("the session", &output);
    let said = String::from_utf8(output.stdout).expect("text");
    // Only the prompt has a greeting.
    let shown = shown[1..]
        .iter()
        .map(|line| line.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(gist(&said), gist(&shown), "{said}");
}

#[test]
fn the_commands_in_the_readme_work() {
    let lines: Vec<String> = blocks(&readme(), "sh").concat();
    let run = "cargo run --release -- ";
    let batches: Vec<&String> = lines.iter().filter(|line| line.starts_with(run)).collect();
    assert!(!batches.is_empty(), "the batch form is shown");
    for line in batches {
        let words = shlex::split(&line[run.len()..]).expect("words");
        assert_success(line, &instrsh().args(words).output().expect("it runs"));
    }
    let folder = tempfile::tempdir().expect("folder");
    let binary = project().join(env!("CARGO_BIN_EXE_instrsh"));
    let path = format!(
        "{}:/usr/bin:/bin",
        binary.parent().expect("folder").display()
    );
    for line in lines
        .iter()
        .filter(|line| line.starts_with("instrsh --generate"))
    {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", line]).current_dir(&folder);
        let output = shell.env("PATH", &path).output().expect("it runs");
        assert_success(line, &output);
    }
    let generated = fs::read_dir(&folder).expect("folder").count();
    assert_eq!(generated, 2, "a manual page and completions");
    for command in ["cargo run --release", "cargo test"] {
        assert!(
            lines.iter().any(|line| line == command),
            "`{command}` is shown"
        );
    }
}

#[test]
fn the_table_of_commands_is_derived_from_the_code() {
    const MARKS: (&str, &str) = ("<!-- commands -->\n", "<!-- end of commands -->");
    let rows = commands::all().map(|command| {
        format!(
            "| `{}` | {} |\n",
            command.usage().replace('|', "\\|"),
            command.summary
        )
    });
    let table: String = ["| command | what it does |\n", "|---|---|\n"]
        .map(str::to_owned)
        .into_iter()
        .chain(rows)
        .collect();
    let text = readme();
    let start = text.find(MARKS.0).expect("the table starts") + MARKS.0.len();
    let end = text.find(MARKS.1).expect("the table ends");
    if std::env::var_os("BLESS").is_some() {
        let blessed = format!("{}{table}{}", &text[..start], &text[end..]);
        fs::write(project().join("README.md"), blessed).expect("the README can be written");
    } else {
        assert_eq!(
            &text[start..end],
            table,
            "BLESS=1 cargo test --test process examples rewrites it"
        );
    }
}

#[test]
fn the_readme_names_the_supported_versions() {
    let all: Vec<_> = Version::ALL.iter().map(Version::to_string).collect();
    let newest = all.last().expect("a version");
    let getting_started = section("Getting started");
    assert!(getting_started.contains(&Version::supported()));
    for line in blocks(&getting_started, "text").concat() {
        let version = line.split([' ', ')']).find(|word| word.starts_with("3."));
        assert!(version.is_none_or(|it| it == newest), "{line}: {newest}?");
    }
    let promises = section("What is promised, and how it is tested");
    let head = format!("| with CPython {} |\n", all.join(" / "));
    assert!(promises.contains(&head), "a table has the head {head}");
    // The numbers of the versions, in their order.
    let series = regex::Regex::new(r"\S+(?: / \S+)+").expect("a rule");
    for found in series.find_iter(&promises) {
        let found = found.as_str();
        let numbers: Vec<_> = found.split(" / ").collect();
        assert!(!numbers.contains(&"–"), "{found}: a number is missing");
        assert_eq!(numbers.len(), all.len(), "{found}");
    }
}

#[test]
fn the_changelog_has_a_place_for_this_version() {
    let text = fs::read_to_string(project().join("CHANGELOG.md")).expect("the changelog");
    let version = format!("## [{}]", env!("CARGO_PKG_VERSION"));
    assert!(text.contains("## [Unreleased]") || text.contains(&version));
}
