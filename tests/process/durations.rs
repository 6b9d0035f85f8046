//! Times are those that the program itself reads from the clock: percentiles those of its sorted durations,
//! active and waiting times those for which it is busy and sleeps.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::common::at_once;
use crate::timed::Recorded;

/// Percentiles are within 3 %; extremes are exact, but for the difference of the two clocks.
const OF_PERCENTILES: f64 = 0.03;
const OF_EXTREMES: f64 = 0.001;

/// What was recorded, and what the program has written into the file that is its last argument.
fn recorded_and_reported(name: &str, words: &[&str], list: Option<&str>) -> (Recorded, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("report");
    let words: Vec<_> = words.iter().map(|it| (*it).into()).collect();
    let recorded = Recorded::of(name, &[words, vec![report.clone()]].concat(), list);
    let report = fs::read_to_string(report).expect("a report");
    (recorded, serde_json::from_str(&report).expect("JSON"))
}

#[test]
fn percentiles_lie_between_those_that_the_program_reads_within_and_around() {
    let (recorded, raw) = recorded_and_reported("durations.py", &[], None);
    // Each of ours is at least the one within and at most the one around: so it is in sorted order.
    let read = |key: &str, place: usize| {
        Duration::from_nanos(raw[key][place].as_u64().expect("nanoseconds")).as_secs_f64()
    };
    for (key, place, error) in [
        ("min_s", 0, OF_EXTREMES),
        ("p50_s", 499, OF_PERCENTILES),
        ("p90_s", 899, OF_PERCENTILES),
        ("p99_s", 989, OF_PERCENTILES),
        ("max_s", 999, OF_EXTREMES),
    ] {
        let (least, most) = (read("within", place), read("around", place));
        let ours = recorded.time("lasts", key).expect(key);
        let range = least * (1.0 - error)..=most * (1.0 + error);
        assert!(range.contains(&ours), "{key}: {ours}, not within {range:?}");
    }
}

/// For so many seconds `programs/waiting.py` is busy, and sleeps, in 5 turns of 3 things at a time.
const BUSY: f64 = 15.0 * 0.002;
const ASLEEP: f64 = 15.0 * 0.005;
/// Each of some times is rounded to a nanosecond.
const ROUNDING: f64 = 1e-7;

#[test]
fn active_and_waiting_times_are_those_for_which_the_program_is_busy_and_sleeps() {
    let ways: [(_, &[_]); 4] = [
        ("asyncio", &["works_in_turns", "awaits", "is_busy"]),
        ("trio", &["works_in_turns", "awaits", "is_busy"]),
        ("generators", &["yields", "is_busy"]),
        ("threads", &["works", "sleeps", "is_busy"]),
    ];
    at_once(&ways, |(way, names)| {
        let list = (*way == "trio").then_some("trio");
        let (recorded, around) = recorded_and_reported("waiting.py", &[way], list);
        recorded.assert_ended(&[(names[0], 3), ("is_busy", 15)]);
        let around = Duration::from_nanos(around.as_u64().expect("nanoseconds")).as_secs_f64();
        let total = recorded.time(names[0], "total_s").expect("it was timed");
        let waiting = recorded.time(names[0], "waiting_s");
        assert!(
            total <= around * (1.0 + OF_EXTREMES),
            "{way}: {recorded:#?}"
        );
        // Only who can be suspended waits: a call that sleeps is active.
        let asleep = match *way {
            "threads" => recorded.time("sleeps", "self_s"),
            _ => waiting,
        };
        let busy = recorded.time("is_busy", "self_s");
        for (time, least) in [(asleep, ASLEEP), (busy, BUSY)] {
            let least = least * (1.0 - OF_EXTREMES);
            assert!(time >= Some(least), "{way}: {least}, {recorded:#?}");
        }
        let own = names
            .iter()
            .filter_map(|name| recorded.time(name, "self_s"));
        let active = total - waiting.unwrap_or(0.0);
        let difference = own.sum::<f64>() - active;
        assert!(difference.abs() < ROUNDING, "{way}: {recorded:#?}");
    });
}
