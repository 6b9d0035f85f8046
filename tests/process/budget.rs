//! `budget`: the most expensive callables beyond it are unpatched, and nothing else.

use std::fs;

use crate::common::schema::Checker;
use crate::common::{Conversation, instrsh, program};
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// A shell beside a program that calls `hot` all the time and `rare` now and then; or a child of it does.
struct Beside {
    shell: Conversation,
    checker: Checker,
}

impl Beside {
    fn program(arguments: &[&str]) -> Self {
        let mut command = instrsh();
        command.args(["--json", "--hold", "--program-output", "/dev/null"]);
        command.arg(program("spending.py")).args(arguments);
        Self {
            shell: Conversation::with(&mut command),
            checker: Checker::default(),
        }
    }

    /// The answer to a line with one command.
    fn ask(&mut self, line: &str) -> Object {
        self.shell.send(line);
        self.checker.answer(&self.shell.answer())
    }

    /// What is printed when the budget is enforced.
    fn notice(&mut self) -> Object {
        let line = self.shell.error_with("budget: ");
        self.checker.on_stderr(&line)
    }

    /// The state of a function.
    fn state(&mut self, name: &str) -> Value {
        let listed = self.ask(&format!("ls __main__:{name}"));
        listed["rows"][0]["state"].clone()
    }
}

fn paths(notice: &Object) -> Vec<&str> {
    let unpatched = notice["unpatched"].as_array().expect("a list").iter();
    unpatched.filter_map(|it| it["path"].as_str()).collect()
}

#[test]
fn nothing_happens_below_it() {
    let mut beside = Beside::program(&[]);
    beside.ask("patch --lazy __main__:*");
    beside.ask("budget 1000%");
    beside.ask("run");
    beside.ask("expect --within 60 hits(__main__:rare) > 0");
    while beside.ask("budget")["looks"].as_u64() < Some(3) {}
    let budget = beside.ask("budget");
    assert_eq!(budget["budget_percent"], 1000.0);
    assert_eq!(budget["unpatched"], 0);
    assert!(budget["core_share"].as_f64() > Some(0.0), "{budget:?}");
    assert!(budget["hook_cost_ns"].as_f64() > Some(0.0), "{budget:?}");
    for name in ["hot", "rare", "never"] {
        assert_eq!(beside.state(name), "patched", "{name}");
    }
    let (status, answers, errors) = beside.shell.finish();
    assert!(status.success());
    assert_eq!((answers, errors), (vec![], vec![]));
}

#[test]
fn what_each_patch_takes_of_a_core_is_shown() {
    let mut beside = Beside::program(&[]);
    beside.ask("patch --lazy __main__:hot __main__:rare __main__:never");
    beside.ask("run");
    beside.ask("expect --within 60 hits(__main__:rare) > 0");
    let share = |object: &Value| object["core_share"].as_f64().expect("a share");
    for (line, listed) in [("stats", "patches"), ("watch 1 --every 1", "rows")] {
        let answer = beside.ask(&format!("{line} __main__:hot __main__:never __main__:rare"));
        let rows = answer[listed].as_array().expect("rows");
        let [hot, never, rare] = &rows[..] else {
            panic!("three rows: {rows:?}");
        };
        assert!(share(hot) > share(rare), "{line}: {rows:?}");
        assert!(share(never) <= 0.0, "{line}: {rows:?}");
        assert!(answer["core_share"].as_f64() > Some(0.0), "{answer:?}");
    }
}

#[test]
fn calls_cost_what_is_recorded_of_them() {
    let share = |recorder: &str, cost: &str| {
        let mut beside = Beside::program(&[]);
        beside.ask(&format!("{recorder} --lazy __main__:hot"));
        beside.ask("run");
        beside.ask("expect --within 60 hits(__main__:hot) > 1000");
        let statistics = beside.ask("stats __main__:hot");
        let number = |key: &str| statistics[key].as_f64().expect("a number");
        let expected = number("hits_per_s") * number(cost) / 1e9;
        // Hits and ends are not read at the same moment.
        let share = number("core_share");
        assert!(
            (share / expected - 1.0).abs() < 0.02,
            "{recorder}: {statistics:?}"
        );
        let costs = ["hook_cost_ns", "ended_cost_ns", "timed_cost_ns"].map(number);
        assert!(costs.is_sorted() && costs[0] < costs[2], "{costs:?}");
    };
    share("patch", "hook_cost_ns");
    share("errors", "ended_cost_ns");
    share("time", "timed_cost_ns");
    share("time --slow 10s", "timed_cost_ns");
}

#[test]
fn what_it_unpatched_comes_back_by_patch_alone() {
    let mut beside = Beside::program(&[]);
    beside.ask("patch --lazy __main__:*");
    beside.ask("budget 0.01");
    beside.ask("run");
    for time in 1..=2 {
        let notice = beside.notice();
        assert_eq!(paths(&notice), ["__main__:hot"]);
        assert_eq!(notice["budget_percent"], 0.01);
        assert!(notice["core_share"].as_f64() > Some(0.0001), "{notice:?}");
        let budget = beside.ask("budget");
        assert_eq!(budget["unpatched"], time);
        let looks = budget["looks"].as_u64();
        while beside.ask("budget")["looks"].as_u64() == looks {}
        assert_eq!(beside.state("hot"), "original");
        assert_eq!(beside.state("rare"), "patched");
        beside.ask("patch __main__:hot");
    }
    beside.ask("budget off");
    assert_eq!(beside.ask("budget")["budget_percent"], Value::Null);
}

#[test]
fn what_somebody_else_has_replaced_is_not_said_to_be_unpatched() {
    let mut beside = Beside::program(&["replaced"]);
    beside.ask("patch --lazy __main__:*");
    beside.ask("budget 0.01");
    beside.ask("run");
    let notice = beside.notice();
    assert_eq!(paths(&notice), [""; 0]);
    assert_eq!(notice["replaced"][0], "__main__:hot");
    assert_eq!(beside.ask("budget")["unpatched"], 0);
}

#[test]
fn hits_of_forked_children_count() {
    let mut beside = Beside::program(&["child"]);
    beside.ask("patch --lazy __main__:*");
    beside.ask("budget 0.01");
    beside.ask("run");
    let notice = beside.notice();
    assert_eq!(paths(&notice), ["__main__:hot"]);
    assert_eq!(notice["children"], 1);
    assert_eq!(beside.state("hot"), "original");
}

#[test]
fn it_goes_through_a_restart_and_into_a_recording() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("recording");
    let mut beside = Beside::program(&[]);
    beside.ask("patch --lazy __main__:*");
    beside.ask("budget 0.01");
    beside.ask("run");
    beside.notice();
    beside.ask("restart");
    // The pending pattern has patched it again.
    assert_eq!(paths(&beside.notice()), ["__main__:hot"]);
    let budget = beside.ask("budget");
    assert_eq!(budget["budget_percent"], 0.01);
    assert_eq!(budget["unpatched"], 1);
    beside.ask(&format!("record {}", file.display()));
    beside.ask("budget 3%");
    beside.ask("budget");
    beside.ask("record --stop");
    let recorded = fs::read_to_string(file).expect("a recording");
    let commands = recorded.lines().filter(|line| !line.starts_with('#'));
    let expected = ["budget 0.01", "patch --lazy -- __main__:*", "budget 3%"];
    assert_eq!(commands.collect::<Vec<_>>(), expected);
}
