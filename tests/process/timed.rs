//! Programs in which everything is timed from the start: each call ends once, whatever else goes on.

use std::ffi::OsStr;

use serde_json::Value;

use crate::common::packages::Environment;
use crate::common::{instrsh, program};

/// What was recorded of the callables of `__main__`.
#[derive(Debug)]
pub(crate) struct Recorded(Vec<Value>);

impl Recorded {
    /// Of a test program that has run, with the packages of a list of `tests/packages/`. One that hangs is
    /// given up.
    #[track_caller]
    pub(crate) fn of<W: AsRef<OsStr>>(name: &str, words: &[W], list: Option<&str>) -> Self {
        let environment = list.map(|list| Environment::of(list).expect("they are there"));
        let mut command = instrsh();
        command.envs(environment.map(|it| ("PYTHONPATH", it.packages())));
        let output = command
            .args(["--hold", "--json", "-c"])
            .arg("time --lazy __main__:*; run; wait 60; verify; ls __main__")
            .arg(program(name))
            .args(words)
            .output()
            .expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        let said = String::from_utf8(output.stdout).expect("text");
        assert!(output.status.success(), "{said}{errors}");
        let answer: Value =
            serde_json::from_str(said.lines().last().expect("an answer")).expect("JSON");
        Self(answer["rows"].as_array().expect("rows").clone())
    }

    /// Of one of them.
    pub(crate) fn row(&self, name: &str) -> &Value {
        let path = format!("__main__:{name}");
        let mut rows = self.0.iter();
        rows.find(|row| row["path"] == path.as_str()).expect(name)
    }

    pub(crate) fn count(&self, name: &str, key: &str) -> u64 {
        self.row(name)[key].as_u64().expect(key)
    }

    /// In seconds.
    pub(crate) fn time(&self, name: &str, key: &str) -> Option<f64> {
        self.row(name)[key].as_f64()
    }

    /// Fails unless each call that has begun has ended, and so many calls of some callables have begun.
    #[track_caller]
    pub(crate) fn assert_ended(&self, begun: &[(&str, u64)]) {
        for row in &self.0 {
            assert_eq!(row["ended"], row["hits"], "{row}");
        }
        for (name, begun) in begun {
            assert_eq!(self.count(name, "hits"), *begun, "{name}");
        }
    }
}

#[test]
fn a_tool_that_holds_what_stands_for_calls_ends_them_when_it_lets_go() {
    let recorded = Recorded::of::<&str>("memory_tool.py", &[], None);
    recorded.assert_ended(&[
        ("generates", 80),
        ("fails", 10),
        ("inner", 3000),
        ("cancelled", 300),
        ("async_generates", 60),
        ("recursive", 9450),
    ]);
}
