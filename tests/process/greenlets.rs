//! Calls on different greenlets are not within each other, whatever their order in time: each greenlet has
//! an interpreter stack of its own.

use crate::timed::Recorded;

/// Each time is rounded to a nanosecond.
const ROUNDING: f64 = 1e-7;

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < ROUNDING
}

#[test]
fn a_call_on_another_greenlet_is_no_callee() {
    let recorded = Recorded::of::<&str>("greenlets.py", &[], Some("greenlet"));
    recorded.assert_ended(&[
        ("run", 1),
        ("outer", 4),
        ("inner", 4),
        ("spin", 24),
        ("waits", 2),
    ]);
    // The one that is killed, and the one that is forgotten: both by an exception.
    assert_eq!(recorded.count("waits", "errors"), 2);
    let time = |name: &str, key: &str| recorded.time(name, key).expect(key);
    let sum = |name: &str, calls: f64| time(name, "mean_s") * calls;
    // None of them is within another one: they are on greenlets of their own.
    let inner = sum("inner", 4.0);
    assert!(close(time("inner", "total_s"), inner), "{recorded:#?}");
    // The greenlets run while it does, but it has not called what they call.
    let all = time("run", "total_s");
    assert!(close(time("run", "self_s"), all), "{recorded:#?}");
    // What each calls is its own.
    let own = ["outer", "inner", "spin"].map(|name| time(name, "self_s"));
    let outer = sum("outer", 4.0);
    assert!(close(own.iter().sum(), outer), "{recorded:#?}");
}

#[test]
fn calls_that_wait_on_many_greenlets_find_their_callers_and_an_end() {
    let recorded = Recorded::of::<&str>("greenlets_waiting.py", &[], Some("greenlet"));
    let begun = [("reads", 3), ("rows", 3), ("helps", 6751), ("leaf", 3000)];
    recorded.assert_ended(&begun);
    let time = |name: &str, key: &str| recorded.time(name, key).expect(key);
    let own = time("waits", "total_s") - time("leaf", "total_s");
    assert!(close(time("waits", "self_s"), own), "{recorded:#?}");
}
