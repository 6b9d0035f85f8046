//! The section "Your own program" of the README: its commands work, and its session is genuine.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::common::documents::{blocks, section};
use crate::common::http::{Client, address};
use crate::common::packages::Environment;
use crate::common::{Conversation, Normaliser, instrsh, named_pipe, project};
use tempfile::TempDir;

const TITLE: &str = "Your own program";
/// The port in the README; here it is any that is free.
const PORT: &str = "5000";

/// A reader's folder: with the examples and an active environment.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let environment = Environment::of("services").expect("Flask is installed");
    let link = |what: &Path, name| symlink(what, folder.path().join(name)).expect("a link");
    link(environment.folder(), "venv");
    link(&project().join("examples"), "examples");
    folder
}

/// Runs a line, with a free port, until it serves; also returns its `host:port`.
fn start(folder: &TempDir, line: &str) -> (Conversation, String) {
    let line = line.strip_prefix("instrsh ").expect("the shell");
    assert!(line.contains(PORT), "{line}");
    let line = line
        .replace(PORT, "0")
        .replace("service.log", "/dev/stderr"); // to learn the port
    // What follows `run` may be over before the service serves, so a pipe delays it.
    let around = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(around.path());
    let holding = line.replace("run; ", &format!("run; source {}; ", pipe.display()));
    let shell = Conversation::with(
        instrsh()
            .current_dir(folder)
            .env("VIRTUAL_ENV", folder.path().join("venv"))
            .args(shlex::split(&holding).expect("words")),
    );
    let told = shell.error_with("http://");
    let address = address(&told).expect("an address").to_owned();
    if holding != line {
        fs::write(&pipe, "").expect("the shell reads");
    }
    (shell, address)
}

#[test]
fn its_commands_run() {
    let folder = folder();
    let lines = blocks(&section(TITLE), "sh").concat();
    let commands = lines.iter().filter(|line| line.starts_with("instrsh "));
    let mut count = 0;
    for line in commands {
        let (shell, _) = start(&folder, line);
        let (status, _, errors) = shell.finish();
        assert!(status.success(), "{line}: {status} {errors:?}");
        count += 1;
    }
    assert!(count >= 7, "{count} commands");
}

#[test]
fn its_session_is_a_real_one() {
    let folder = folder();
    let session = blocks(&section(TITLE), "console").remove(0);
    let (first, rest) = session.split_first().expect("lines");
    let (mut shell, address) = start(&folder, first.strip_prefix("$ ").expect("a command"));
    let mut client = Client::new(&address);
    let url = format!("$ curl http://127.0.0.1:{PORT}");
    let mut real = vec![first.clone()];
    for line in rest {
        if line.starts_with("instrsh 0.") || line == "instrsh> exit" {
            real.push(line.clone()); // the greeting is the prompt's alone, and the test leaves at its end
        } else if let Some(path) = line.strip_prefix(&url) {
            let response = client.ask("GET", path, "").expect("an answer");
            real.push(line.clone());
            real.extend(response.body.lines().map(str::to_owned));
        } else if let Some(command) = line.strip_prefix("instrsh> ") {
            real.push(line.clone());
            real.extend(shell.ask(command));
        }
    }
    let without_times = |lines: &[String]| Normaliser::default().apply(&lines.join("\n"));
    assert_eq!(without_times(&real), without_times(&session));
    let (status, _, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
}
