//! The packages of a virtual environment are found; one of another Python version is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::{Conversation, instrsh, program};
use tempfile::TempDir;

/// A virtual environment of the build's Python, with a package that exists nowhere else.
fn environment() -> (TempDir, PathBuf) {
    let around = tempfile::tempdir().expect("a folder");
    let folder = around.path().join("environment");
    let mut command = Command::new(env!("INSTRSH_PYTHON"));
    let made = command.args(["-m", "venv", "--without-pip"]).arg(&folder);
    assert!(made.status().expect("Python runs").success());
    let packages = format!(
        "lib/python{}/site-packages",
        crate::common::python_minor_version()
    );
    fs::write(folder.join(packages).join("only_here.py"), "").expect("a package");
    (around, folder)
}

/// A folder that claims to be an environment of another Python.
fn strange_environment() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("pyvenv.cfg"), "version = 3.7.1\n").expect("its settings");
    fs::create_dir(folder.path().join("bin")).expect("a folder");
    fs::write(folder.path().join("bin/python"), "").expect("its Python");
    folder
}

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(both).expect("text")
}

#[test]
fn the_version_names_a_python_that_does_not_start_as_well() {
    let version = format!(
        "instrsh {}, CPython {}\n",
        env!("CARGO_PKG_VERSION"),
        instrsh::BUILT_FOR.version
    );
    for option in ["--version", "-V"] {
        let output = instrsh().arg(option).output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        assert_eq!(text(&output), version);
    }
    let mut command = instrsh();
    let output = command.env("PYTHONHOME", "/nonexistent").arg("-V").output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout), version);
    assert!(text(&output).contains("error: CPython does not start: "));
}

#[test]
fn the_packages_of_an_environment_are_found() {
    let (_around, folder) = environment();
    let python = folder.join("bin/python");
    let plain = Command::new(&python)
        .arg(program("environment.py"))
        .output()
        .expect("it runs");
    assert!(plain.status.success(), "{}", text(&plain));
    let check = |command: &mut Command| {
        let words = ["-c", "wait", "--program-output", "/dev/stderr"];
        let ours = command.args(words).arg(program("environment.py")).output();
        let ours = ours.expect("it runs");
        assert_eq!(
            text(&ours),
            format!("the program has ended with status 0\n{}", text(&plain))
        );
    };
    check(instrsh().env("VIRTUAL_ENV", &folder));
    check(instrsh().arg("--python").arg(&folder));
    check(instrsh().arg("--python").arg(&python));
    // A named environment takes precedence over the active one.
    let strange = strange_environment();
    check(
        instrsh()
            .env("VIRTUAL_ENV", strange.path())
            .arg("--python")
            .arg(&folder),
    );
}

#[test]
fn an_executable_is_asked_where_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let shim = script(
        folder.path(),
        &format!("exec '{}' \"$@\"", env!("INSTRSH_PYTHON")),
    );
    let words = ["-c", "wait", "--python"];
    let mut command = instrsh();
    let command = command.args(words).arg(shim).args(["-m", "site"]);
    let output = text(&command.output().expect("it runs"));
    assert!(output.contains("the program has ended"), "{output}");
    assert!(
        !output.contains(&*folder.path().to_string_lossy()),
        "{output}"
    );
}

/// An executable script.
fn script(folder: &Path, line: &str) -> PathBuf {
    let path = folder.join("python");
    fs::write(&path, format!("#!/bin/sh\n{line}\n")).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is executable");
    path
}

#[test]
fn an_environment_of_another_python_is_refused() {
    let folder = strange_environment();
    let python = folder.path().join("bin/python");
    let ours = crate::common::python_minor_version();
    let refused = [
        format!("error: `{}` is CPython 3.7,", python.display()),
        format!("but this instrsh was built for {ours}\n"),
        format!("hint: `PYO3_PYTHON={} cargo install", python.display()),
    ];
    let mut active = instrsh();
    active.env("VIRTUAL_ENV", folder.path());
    let mut named = instrsh();
    named.arg("--python").arg(folder.path());
    for command in [&mut active, &mut named] {
        let command = command.args(["-c", "wait"]).arg(program("environment.py"));
        let output = command.output().expect("it runs");
        assert_eq!(output.status.code(), Some(2));
        for part in &refused {
            assert!(text(&output).contains(part), "{part}: {}", text(&output));
        }
    }
    // The demo needs no packages.
    let mut demo = instrsh();
    demo.env("VIRTUAL_ENV", folder.path())
        .args(["-c", "sleep 0"]);
    assert!(demo.status().expect("it runs").success());
}

#[test]
fn an_executable_of_another_version_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for (line, said) in [
        (
            "echo 3.7 $0",
            "is CPython 3.7, but this instrsh was built for",
        ),
        (
            "echo what?",
            "cannot be used: it does not report its version",
        ),
    ] {
        let mut command = instrsh();
        command.arg("--python").arg(script(folder.path(), line));
        let output = command.args(["-c", "wait", "-m", "site"]).output();
        let output = output.expect("it runs");
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output).contains(said), "{}", text(&output));
    }
}

#[test]
fn an_environment_that_is_gone_is_refused() {
    let mut command = instrsh();
    command.env("VIRTUAL_ENV", "/nonexistent");
    let output = command.args(["-c", "wait", "-m", "site"]).output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output).starts_with("error: `/nonexistent` has no `bin/python`\nhint: "),
        "{}",
        text(&output)
    );
}

#[test]
fn options_that_run_no_program_are_refused() {
    for option in ["-c", "-V", "--nonsense"] {
        let mut command = instrsh();
        command
            .args(["-c", "wait"])
            .arg(format!("--python-option={option}"));
        let output = command.args(["-m", "site"]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{option}");
        let refused = "error: CPython does not run a program with these options\n";
        assert!(text(&output).contains(refused), "{}", text(&output));
    }
}

#[test]
fn nothing_of_the_folder_runs_that_the_demo_is_started_in() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["argparse", "random", "linecache", "traceback"] {
        let file = folder.path().join(name).with_extension("py");
        fs::write(file, "print('it runs', flush=True)\n").expect("a module");
    }
    let commands = "dis *mod_a:func_7; wait";
    let output = instrsh()
        .current_dir(folder.path())
        .args(["-c", commands, "-m", "instrumenting_app"])
        .args(["--interval", "1e300"])
        .output();
    let said = text(&output.expect("it runs"));
    assert!(said.contains("OverflowError"), "{said}");
    assert!(!said.contains("it runs"), "{said}");
}

#[test]
fn a_script_runs_by_its_whole_path_where_the_folder_is_gone() {
    let command = "mkdir gone; cd gone; rmdir ../gone; exec \"$@\"";
    let around = tempfile::tempdir().expect("a folder");
    let script = around.path().join("script.py");
    fs::write(&script, "").expect("a script");
    let output = Command::new("sh")
        .current_dir(around.path())
        .args(["-c", command, "sh", env!("CARGO_BIN_EXE_instrsh")])
        .args(["-c", "wait"])
        .arg(script)
        .output();
    let said = text(&output.expect("sh runs"));
    assert!(
        said.contains("the program has ended with status 0"),
        "{said}"
    );
}

#[test]
fn a_signal_that_is_blocked_around_the_shell_does_not_keep_it() {
    let block = "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD]); \
                 os.execv(sys.argv[1], sys.argv[1:])";
    let mut command = Command::new(env!("INSTRSH_PYTHON"));
    command.args(["-c", block, env!("CARGO_BIN_EXE_instrsh")]);
    let shell = Conversation::with(command.args(["-m", "instrumenting_app"]));
    let (status, _, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
}

#[test]
fn a_limit_of_the_size_of_files_is_told() {
    let command = "ulimit -f 100; exec \"$@\"";
    let output = Command::new("sh")
        .args(["-c", command, "sh", env!("CARGO_BIN_EXE_instrsh")])
        .args(["-c", "exit"])
        .output()
        .expect("sh runs");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    assert!(
        said.starts_with("error: cannot share the counters: File too large"),
        "{said}"
    );
    assert!(said.contains("\nhint: "), "{said}");
}
