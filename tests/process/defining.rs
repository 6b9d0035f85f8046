//! What the script defines while it runs: noticed without a command, and patched on arrival.

#![expect(clippy::print_stdout, reason = "the tests tell what they counted")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::case::Case;
use crate::common::packages::Environment;
use crate::common::{Conversation, instrsh, named_pipe, program};
use tempfile::TempDir;

/// `tests/programs/appearing.py` under the shell, and the pipe that makes it continue.
struct Appearing {
    shell: Conversation,
    pipe: PathBuf,
    _folder: TempDir,
}

impl Appearing {
    fn start(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = named_pipe(folder.path());
        let mut command = instrsh();
        command
            .args(options)
            .arg(program("appearing.py"))
            .arg(&pipe);
        Self {
            shell: Conversation::with(&mut command),
            pipe,
            _folder: folder,
        }
    }

    fn goes_on(&self) {
        fs::write(&self.pipe, "go").expect("the program reads");
    }

    /// The names that `ls` lists.
    fn listed(&mut self) -> Vec<String> {
        let name = |row: &String| row.split(' ').next().map(str::to_owned);
        let rows = self.shell.ask("ls");
        let names = rows.iter().filter_map(name);
        names.filter(|name| name.contains(':')).collect()
    }

    /// Ends the program, and checks its counts.
    fn ends(mut self, hits: &[(&str, u64)]) {
        self.goes_on();
        self.shell.ask("wait 60");
        for (name, hits) in hits {
            self.shell.ask(&format!("expect hits({name}) == {hits}"));
        }
        self.shell.ask("unpatch --all; verify");
        let (status, ..) = self.shell.finish();
        assert!(status.success());
    }
}

#[test]
fn the_first_call_counts_in_whatever_form_the_script_is() {
    let cases = Case::all_of(&program("defining.py"));
    for case in &cases {
        let folder = tempfile::tempdir().expect("a folder");
        case.install(folder.path()).expect("it can be installed");
        // By its own name if it has one: a program inside a folder or archive has none.
        let name = match case.name.split(' ').next_back() {
            Some("folder" | "zip") => "__main__",
            Some("package") => "defining.__main__",
            _ => "defining",
        };
        let functions =
            "assigned asynchronous conditional decorated function generator no_such_module";
        let methods = "Class.method Class.static Class.value Class.Inner.made";
        let counted: Vec<_> = functions.split(' ').chain(methods.split(' ')).collect();
        let expectation = |path: &&str| {
            let path = format!("__main__:{path}");
            format!("expect hits({path}) > 0; expect calls({path}) == hits({path})\n")
        };
        let expectations: String = counted.iter().map(expectation).collect();
        let commands = format!(
            "patch --lazy {name}:*; run; wait 60; {expectations}; expect hits(__main__:function) == 6; \
             expect hits(__main__:twice) == 7; unpatch --all; verify"
        );
        let mut command = instrsh();
        let output = command
            .current_dir(folder.path())
            .args(["--hold", "-c", &commands])
            .args(&case.words)
            .output()
            .expect("the binary runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {errors}", case.name);
        println!(
            "{}, {name}:*, {} callables exact",
            case.name,
            counted.len() + 1
        );
    }
    assert_eq!(cases.len(), 6);
}

#[test]
fn what_appears_is_listed_without_a_command_and_can_be_patched() {
    let mut appearing = Appearing::start(&[]);
    appearing.shell.error_with("at first");
    let before = ["__main__:early", "__main__:wait_for_word"];
    assert_eq!(appearing.listed(), before);
    appearing.goes_on();
    appearing.shell.error_with("at second");
    let after = appearing.listed();
    let new = [
        "__main__:Late.method",
        "__main__:late",
        "lazily_module:function",
    ];
    for name in before.iter().chain(&new) {
        assert!(
            after.iter().any(|listed| listed == name),
            "{name}: {after:?}"
        );
    }
    appearing.shell.ask(&format!("patch {}", new.join(" ")));
    appearing.ends(&new.map(|name| (name, 3)));
}

#[test]
fn a_watched_script_can_be_waited_for_while_it_runs() {
    let mut appearing = Appearing::start(&["--hold"]);
    appearing.shell.ask("patch --lazy __main__:early; run");
    appearing.shell.error_with("at first");
    appearing
        .shell
        .ask("patch --lazy appearing:Late.*; patch --lazy __main__:late");
    appearing.goes_on();
    appearing.shell.error_with("at second");
    let hits = ["__main__:early", "__main__:Late.method", "__main__:late"];
    appearing.ends(&hits.map(|name| (name, 3)));
}

#[test]
fn a_script_that_nobody_watches_is_not_waited_for_and_that_is_said() {
    let mut appearing = Appearing::start(&["--hold", "--keep-going"]);
    let asked = "patch --lazy __main__:late; unpatch --all; patch --lazy no_such_module:f; run";
    appearing.shell.ask(asked);
    appearing.shell.error_with("at first");
    appearing.shell.send("patch --lazy __main__:late");
    let error = appearing.shell.error_with("error: ");
    assert!(
        error.ends_with("module `__main__` has no attribute `late`"),
        "{error}"
    );
    let hint = appearing.shell.error_with("hint: ");
    assert!(
        hint.contains("with `--hold` and `patch --lazy` before `run`"),
        "{hint}"
    );
    let answers = appearing.shell.ask("patch --lazy appearing:e*");
    assert!(
        answers[0].starts_with("patched __main__:early: "),
        "{answers:?}"
    );
    assert!(
        answers[1].starts_with("appearing:e* is not pending: "),
        "{answers:?}"
    );
    appearing.goes_on();
    appearing.shell.error_with("at second");
    appearing.goes_on();
    appearing
        .shell
        .ask("wait 60; expect hits(__main__:early) == 3; expect patched(__main__) == 1");
    let (status, answers, _) = appearing.shell.finish();
    assert_eq!((status.code(), answers), (Some(1), Vec::new()));
}

/// What coverage.py, started before the script, reports of its lines and branches.
fn covered(folder: &Path, run: &mut Command) -> String {
    let environment = Environment::of("coverage").expect("coverage.py can be installed");
    let settings = folder.join("settings");
    fs::write(&settings, "[run]\nbranch = True\n").expect("the folder is there");
    let start = "import coverage\ncoverage.process_startup()\n";
    fs::write(folder.join("sitecustomize.py"), start).expect("the folder is there");
    let path = format!("{}:{}", folder.display(), environment.packages().display());
    let with_coverage = |command: &mut Command| {
        command
            .env("PYTHONPATH", &path)
            .env("COVERAGE_FILE", folder.join("data"));
    };
    with_coverage(run);
    let output = run.env("COVERAGE_PROCESS_START", &settings).output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let mut told = Command::new(env!("INSTRSH_PYTHON"));
    with_coverage(&mut told);
    told.args(["-m", "coverage", "lcov", "-q", "-o", "-"]);
    let told = told
        .current_dir(crate::common::project())
        .output()
        .expect("it runs");
    assert!(told.status.success(), "{told:?}");
    String::from_utf8(told.stdout).expect("text")
}

#[test]
fn coverage_of_a_watched_script_is_what_it_is_under_python() {
    let script = program("defining.py");
    let by = |command: &mut Command| {
        let folder = tempfile::tempdir().expect("a folder");
        covered(folder.path(), command.arg(&script))
    };
    let plain = by(&mut Command::new(env!("INSTRSH_PYTHON")));
    let watched = by(instrsh().args(["--hold", "-c", "patch --lazy defining:*; run; wait 60"]));
    assert_eq!(plain, watched);
    let lines = plain.lines().filter(|line| line.starts_with("DA:")).count();
    let branches = plain
        .lines()
        .filter(|line| line.starts_with("BRDA:"))
        .count();
    println!("{lines} lines and {branches} branches covered as under python");
    assert!(lines > 50 && branches > 5, "{plain}");
}
