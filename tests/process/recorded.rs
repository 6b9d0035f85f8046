//! What is recorded of times and errors is shown wherever hits are: by process, sorted, and from zero on
//! after a reset.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Conversation, instrsh, named_pipe, program};

/// A shell beside a program that has napped in three processes, timed from the start.
struct Napping {
    shell: Conversation,
    pipe: PathBuf,
    _folder: TempDir,
}

impl Napping {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = named_pipe(folder.path());
        let mut command = instrsh();
        command.args(["--json", "--hold"]);
        // Since 3.12 a fork beside our threads is warned of.
        command.args(["--python-option=-Wignore::DeprecationWarning"]);
        command.arg(program("napping.py")).arg(&pipe);
        let mut napping = Self {
            shell: Conversation::with(&mut command),
            pipe,
            _folder: folder,
        };
        napping.ask("time --lazy __main__:nap __main__:fail __main__:never");
        napping.ask("run");
        napping.shell.error_with("ready");
        napping
    }

    fn ask(&mut self, line: &str) -> Value {
        self.shell.send(line);
        serde_json::from_str(&self.shell.answer()).expect("JSON")
    }

    /// The rows of an answer.
    fn rows(&mut self, line: &str) -> Vec<Value> {
        self.ask(line)["rows"].as_array().expect("rows").clone()
    }

    fn tell(&self) {
        fs::write(&self.pipe, "go on").expect("the program reads");
    }

    fn finish(self) {
        self.tell();
        let (status, answers, _) = self.shell.finish();
        assert!(status.success() && answers.is_empty(), "{answers:?}");
    }
}

/// The calls that have ended, and those with an error.
fn ends(row: &Value) -> [Option<u64>; 2] {
    ["ended", "errors"].map(|key| row[key].as_u64())
}

fn at_least(row: &Value, key: &str, seconds: f64) {
    assert!(row[key].as_f64() >= Some(seconds), "{key} of {row}");
}

#[test]
fn each_process_has_times_and_errors_of_its_own() {
    let mut napping = Napping::start();
    let rows = napping.rows("ls --by process __main__:nap __main__:fail __main__:never");
    let row = |path: &str, process: &str| {
        let is_it = |row: &&Value| row["path"] == path && row["process"] == process;
        rows.iter()
            .find(is_it)
            .unwrap_or_else(|| panic!("{process} in {rows:?}"))
    };
    let main = row("__main__:nap", "main");
    assert_eq!(ends(main), [Some(3), Some(0)]);
    at_least(main, "total_s", 0.006);
    for process in ["child", "ended"] {
        let (nap, fail) = (row("__main__:nap", process), row("__main__:fail", process));
        assert_eq!(ends(nap), [Some(4), Some(0)]);
        at_least(nap, "mean_s", 0.001);
        assert_eq!(ends(fail), [Some(4), Some(4)]);
        at_least(fail, "self_s", 0.016);
        // Not kept for each process.
        assert_eq!(fail.get("p99_s"), None);
    }
    assert_eq!(ends(row("__main__:fail", "main")), [Some(0), Some(0)]);
    let all = &napping.rows("ls __main__:nap")[0];
    assert_eq!(ends(all), [Some(11), Some(0)]);
    at_least(all, "total_s", 0.014);
    at_least(all, "max_s", 0.002);
    let by_total = napping.rows("ls --by process --sort total --limit 2 __main__");
    assert!(by_total.iter().all(|row| row["path"] == "__main__:fail"));
    napping.tell();
    napping.shell.error_with("again");
    napping.finish();
}

#[test]
fn a_reset_leaves_what_comes_after_it() {
    let mut napping = Napping::start();
    assert_eq!(napping.ask("stats --reset")["hits"], 11 + 8);
    for row in napping.rows("ls --patched") {
        assert_eq!((&row["hits"], ends(&row)), (&0.into(), [Some(0); 2]));
        for key in ["mean_s", "p99_s", "min_s", "max_s", "total_s"] {
            assert_eq!(row[key], Value::Null, "{key} of {row}");
        }
    }
    for row in napping.rows("ls --by process --patched") {
        assert_eq!(row["process"], Value::Null, "{row}");
    }
    let errors = napping.ask("errors __main__:fail");
    assert_eq!(errors["callables"].as_array().map(Vec::len), Some(0));
    napping.tell();
    napping.shell.error_with("again");
    let row = &napping.rows("ls __main__:nap")[0];
    assert_eq!(ends(row), [Some(1), Some(0)]);
    at_least(row, "p50_s", 0.005);
    assert_eq!(row["min_s"], row["max_s"]);
    let row = &napping.rows("ls __main__:fail")[0];
    assert_eq!(ends(row), [Some(1), Some(1)]);
    let errors = napping.ask("errors __main__:fail");
    assert_eq!(errors["callables"][0]["sites"][0]["errors"], 1);
    napping.finish();
}

#[test]
fn callables_are_sorted_by_their_times() {
    let mut napping = Napping::start();
    let paths = |rows: Vec<Value>| {
        let path = |row: &Value| row["path"].as_str().expect("a path").to_owned();
        rows.iter().map(path).collect::<Vec<_>>()
    };
    let callables = "__main__:fail __main__:nap __main__:never";
    for (sort, first) in [("ended", "nap"), ("mean", "fail"), ("min", "fail")] {
        let expected = [first, if first == "nap" { "fail" } else { "nap" }, "never"];
        let expected = expected.map(|name| format!("__main__:{name}"));
        let rows = napping.rows(&format!("ls --sort {sort} {callables}"));
        assert_eq!(paths(rows), expected, "by {sort}");
        let line = format!("watch 100ms --every 100ms --sort {sort} {callables}");
        assert_eq!(paths(napping.rows(&line)), expected, "by {sort}");
    }
    napping.tell();
    napping.shell.error_with("again");
    napping.finish();
}
