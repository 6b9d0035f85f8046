//! Tools of CPython that reach into a running program from another process, since 3.14: they find what
//! they find under `python`, and the hits stay right.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::common::{Conversation, instrsh, is_python_since, program, tell_skipped};

/// How the lines begin by which tools say that this system does not let them reach into a process.
const REFUSALS: [&str; 3] = [
    "PermissionError: [Errno ",
    "Error: The specified process cannot be attached to due to insufficient permissions.",
    "🔒 Tachyon was unable to access process memory.",
];

/// The Python of this build with these words, and with this input.
fn python(words: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("INSTRSH_PYTHON"))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python runs");
    let mut stdin = child.stdin.take().expect("stdin");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// What a tool prints; nothing if this system does not let it reach into another process, which is told.
fn tool(words: &[&str], input: &str) -> Option<String> {
    let output = python(words, input);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Some(said);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let is_refused = |line: &str| REFUSALS.iter().any(|refusal| line.starts_with(refusal));
    let is_refused = said.lines().chain(errors.lines()).any(is_refused);
    assert!(is_refused, "{words:?}: {said}{errors}");
    tell_skipped(&format!(
        "this system does not let a process reach into another: python {words:?}"
    ));
    None
}

/// A held program that runs after these commands, and its process.
fn started(name: &str, commands: &str) -> (Conversation, String) {
    let mut shell = Conversation::with(instrsh().arg("--hold").arg(program(name)));
    shell.ask(&format!("{commands}; run"));
    let pid = shell.error_with("pid ").replace("pid ", "");
    (shell, pid)
}

/// Waits for the end of `reached.py`, which has counted its calls itself.
fn ends_with_all_calls_counted(mut shell: Conversation) {
    let calls = shell.error_with("calls ").replace("calls ", "");
    shell.ask(&format!(
        "wait; expect hits(__main__:tick) == {calls}; unpatch --all; verify"
    ));
    let (status, ..) = shell.finish();
    assert!(status.success());
}

#[test]
fn a_script_is_executed_in_a_patched_program() {
    if !is_python_since(14) {
        return; // `sys.remote_exec` came with 3.14
    }
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("script.py");
    let text = "import __main__\n__main__.tick()\nprint('here', __main__.tick.__code__.co_name)\n\
                __main__.goes_on = False\n";
    fs::write(&script, text).expect("a script");
    let (shell, pid) = started("reached.py", "patch --lazy __main__:tick");
    let send = "import sys; sys.remote_exec(int(sys.argv[1]), sys.argv[2])";
    let script = script.to_str().expect("text");
    if tool(&["-c", send, &pid, script], "").is_some() {
        shell.error_with("here tick");
        ends_with_all_calls_counted(shell);
    }
}

#[test]
fn a_script_is_executed_while_the_hook_for_exceptions_runs() {
    if !is_python_since(14) {
        return; // `sys.remote_exec` came with 3.14
    }
    let (shell, pid) = started("reached_in_its_hook.py", "patch --lazy __main__:tick");
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("script.py");
    fs::write(&script, "import __main__\n__main__.goes_on = False\n").expect("a script");
    let send = "import sys; sys.remote_exec(int(sys.argv[1]), sys.argv[2])";
    let script = script.to_str().expect("text");
    if tool(&["-c", send, &pid, script], "").is_some() {
        shell.error_with("reached");
    }
}

#[test]
fn pdb_attaches_to_a_patched_program() {
    if !is_python_since(14) {
        return; // `pdb -p` came with 3.14
    }
    let attached = |commands| {
        let (shell, pid) = started("reached.py", commands);
        let steps = "break tick\ncontinue\nwhere\nstep\nreturn\nup\nclear 1\n\
                     import __main__; __main__.goes_on = False\nquit\n";
        Some((shell, tool(&["-m", "pdb", "-p", &pid], steps)?))
    };
    let (Some((plain, expected)), Some((patched, seen))) = (
        attached("help exit"),
        attached("patch --lazy __main__:tick"),
    ) else {
        return;
    };
    plain.finish();
    ends_with_all_calls_counted(patched);
    assert!(
        expected.contains("reached.py(11)tick()->None"),
        "{expected}"
    );
    // It stops at the first line all the same; README, "Limits".
    let seen = seen.replace("reached.py:9", "reached.py:11");
    assert_eq!(since_the_breakpoint(&seen), since_the_breakpoint(&expected));
}

/// What `pdb` has said since it was told to set a breakpoint: wherever it has attached.
fn since_the_breakpoint(said: &str) -> &str {
    said.split_once("(Pdb) ").expect("a prompt").1
}

#[test]
fn asyncio_shows_the_tasks_of_a_patched_program() {
    if !is_python_since(14) {
        return; // `python -m asyncio ps` came with 3.14
    }
    let shown = |commands| {
        let (mut shell, pid) = started("reached_tasks.py", commands);
        let changing = regex::Regex::new(&format!(r"\b({pid}|0x[0-9a-f]+) *|--+")).expect("a rule");
        let show = |command| tool(&["-m", "asyncio", command, &pid], "");
        let tables = ["ps", "pstree"]
            .map(show)
            .into_iter()
            .collect::<Option<Vec<_>>>();
        shell.ask("unpatch --all; verify");
        let (status, ..) = shell.finish();
        assert!(status.success());
        Some(changing.replace_all(&tables?.concat(), "<> ").into_owned())
    };
    let plain = shown("help exit");
    if let Some(plain) = &plain {
        assert!(
            plain.contains("leaf") && plain.contains("TaskGroup"),
            "{plain}"
        );
    }
    assert_eq!(shown("patch --lazy __main__:* asyncio"), plain);
}

#[test]
fn the_stacks_of_all_threads_are_seen_from_outside() {
    if !is_python_since(15) {
        return; // `profiling.sampling` came with 3.15
    }
    let seen = |commands| {
        let (shell, pid) = started("reached_tasks.py", commands);
        let dump = tool(&["-m", "profiling.sampling", "dump", "-a", &pid], "");
        shell.finish();
        Some(dump?.replace(&pid, "PID"))
    };
    let plain = seen("help exit");
    if let Some(plain) = &plain {
        assert!(plain.contains("asyncio.run(main())"), "{plain}");
    }
    assert_eq!(seen("patch --lazy __main__:* asyncio"), plain);
}
