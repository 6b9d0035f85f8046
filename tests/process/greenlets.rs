//! Calls on different greenlets are not within each other, whatever their order in time: each greenlet has
//! an interpreter stack of its own.

use serde_json::Value;

use crate::common::packages::Environment;
use crate::common::{instrsh, program};

/// Each time is rounded to a nanosecond.
const ROUNDING: f64 = 1e-7;

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < ROUNDING
}

#[test]
fn a_call_on_another_greenlet_is_no_callee() {
    let environment = Environment::of("greenlet").expect("greenlet is there");
    let output = instrsh()
        .env("PYTHONPATH", environment.packages())
        .args(["--hold", "--json", "-c"])
        .arg("time --lazy __main__:*; run; wait; ls __main__; verify")
        .arg(program("greenlets.py"))
        .output()
        .expect("it runs");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{said}");
    let mut answers = said
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let rows = answers.nth(3).expect("an answer")["rows"].clone();
    let row = |name: &str| {
        let mut rows = rows.as_array().expect("rows").iter();
        let path = format!("__main__:{name}");
        rows.find(|row| row["path"] == path.as_str()).expect(name)
    };
    let count = |name: &str, key: &str| row(name)[key].as_u64().expect(key);
    let time = |name: &str, key: &str| row(name)[key].as_f64().expect(key);
    let begun = [
        ("run", 1),
        ("outer", 4),
        ("inner", 4),
        ("spin", 24),
        ("waits", 2),
    ];
    for (name, number) in begun {
        let counted = [count(name, "hits"), count(name, "ended")];
        assert_eq!(counted, [number; 2], "{name}");
    }
    // The one that is killed, and the one that is forgotten: both by an exception.
    assert_eq!(count("waits", "errors"), 2);
    let sum = |name: &str, calls: f64| time(name, "mean_s") * calls;
    // None of them is within another one: they are on greenlets of their own.
    assert!(
        close(time("inner", "total_s"), sum("inner", 4.0)),
        "{rows:#}"
    );
    // The greenlets run while it does, but it has not called what they call.
    assert!(
        close(time("run", "self_s"), time("run", "total_s")),
        "{rows:#}"
    );
    // What each calls is its own.
    let own = ["outer", "inner", "spin"].map(|name| time(name, "self_s"));
    assert!(close(own.iter().sum(), sum("outer", 4.0)), "{rows:#}");
}
