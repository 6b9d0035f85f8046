//! The manual page and the completions: complete, and accepted by the programs that read them.

use std::path::Path;
use std::process::{Command, Output};

use crate::common::instrsh;
use instrsh::commands;

fn generated(what: &str) -> String {
    let output = instrsh().args(["--generate", what]).output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What `program` prints about `text` in a file; none if this machine has no such program.
fn read_by(program: &str, arguments: &[&str], text: &str) -> Option<Output> {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("generated");
    std::fs::write(&file, text).expect("file");
    match Command::new(program).args(arguments).arg(file).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        output => Some(output.expect("it runs")),
    }
}

#[test]
fn the_manual_names_every_option_command_and_topic() {
    let manual = generated("man");
    let Some(read) = read_by("groff", &["-man", "-Tascii", "-ww", "-P-cbou"], &manual) else {
        return;
    };
    let (text, warnings) = (
        String::from_utf8_lossy(&read.stdout).into_owned(),
        String::from_utf8_lossy(&read.stderr).into_owned(),
    );
    assert_eq!(warnings, "");
    let help = instrsh().arg("--help").output().expect("it runs").stdout;
    let help = String::from_utf8(help).expect("UTF-8");
    let options = help
        .split_whitespace()
        .filter(|word| word.starts_with("--"));
    for option in options {
        assert!(text.contains(option), "{option}");
    }
    let lines = || text.lines().map(str::trim);
    for command in commands::all() {
        let heading = |line: &str| line.split_whitespace().next() == Some(command.name);
        assert!(lines().any(heading), "{}", command.name);
    }
    for topic in commands::TOPICS {
        assert!(
            lines().any(|line| line == topic.name.to_uppercase()),
            "{}",
            topic.name
        );
    }
}

#[test]
fn bash_completes_options_and_their_values() {
    let script = generated("bash");
    let complete = |words: &[&str]| {
        let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
        let (last, before) = (words.last(), words.iter().rev().nth(1));
        let question = format!(
            "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; _instrsh instrsh {} {}; echo \"${{COMPREPLY[@]}}\"",
            words.join(" "),
            words.len() - 1,
            last.expect("a word"),
            before.expect("another"),
        );
        let output = Command::new("bash").args(["-c", &question]).output();
        String::from_utf8(output.expect("it runs").stdout).expect("UTF-8")
    };
    assert_eq!(complete(&["instrsh", "--keep"]), "--keep-going\n");
    assert_eq!(complete(&["instrsh", "--color", "a"]), "auto always\n");
}

#[test]
fn the_shells_that_are_here_understand_their_completions() {
    for (shell, what) in [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")] {
        if let Some(read) = read_by(shell, &["-n"], &generated(what)) {
            assert!(read.status.success(), "{shell}: {read:?}");
        }
    }
}

#[test]
fn it_is_generated_without_a_program_to_look_at() {
    let output = instrsh().args(["--generate", "man", "app.py"]).output();
    assert_eq!(output.expect("it runs").status.code(), Some(2));
    assert!(Path::new("/dev/full").exists());
    let full = std::fs::File::options().write(true).open("/dev/full");
    let output = instrsh()
        .args(["--generate", "fish"])
        .stdout(full.expect("/dev/full"))
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.starts_with("error: cannot write the answer"), "{told}");
    assert_eq!(output.status.code(), Some(1));
}
