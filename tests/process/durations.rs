//! Times are those that the program itself reads from the clock: percentiles those of its sorted durations,
//! active and waiting times those for which it is busy and sleeps.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::common::packages::Environment;
use crate::common::{at_once, instrsh, program};

/// Percentiles are within 3 %; extremes are exact, but for the difference of the two clocks.
const OF_PERCENTILES: f64 = 0.03;
const OF_EXTREMES: f64 = 0.001;

/// The rows of the callables of `__main__`, all timed, once the program has run; and what it has written
/// into the file that is its last argument.
fn times_of(name: &str, arguments: &[&str], packages: Option<PathBuf>) -> (Value, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("report");
    let mut command = instrsh();
    command.envs(packages.map(|packages| ("PYTHONPATH", packages)));
    let output = command
        .args(["--hold", "--json", "-c"])
        .arg("time --lazy __main__:*; run; wait; ls __main__")
        .arg(program(name))
        .args(arguments)
        .arg(&report)
        .output()
        .expect("it runs");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{said}");
    let answer: Value =
        serde_json::from_str(said.lines().last().expect("an answer")).expect("JSON");
    let report = fs::read_to_string(report).expect("a report");
    let report = serde_json::from_str(&report).expect("JSON");
    (answer["rows"].clone(), report)
}

fn row<'rows>(rows: &'rows Value, name: &str) -> &'rows Value {
    let path = format!("__main__:{name}");
    let mut rows = rows.as_array().expect("rows").iter();
    rows.find(|row| row["path"] == path.as_str()).expect(name)
}

#[test]
fn percentiles_lie_between_those_that_the_program_reads_within_and_around() {
    let (rows, raw) = times_of("durations.py", &[], None);
    let row = row(&rows, "lasts");
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
        let ours = row[key].as_f64().expect(key);
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
        let trio = (*way == "trio").then(|| Environment::of("trio").expect("trio is there"));
        let (rows, around) = times_of("waiting.py", &[way], trio.map(|it| it.packages()));
        for row in names.iter().map(|name| row(&rows, name)) {
            assert_eq!(row["ended"], row["hits"], "{way}: {row}");
            assert_eq!(row["errors"], 0, "{way}: {row}");
        }
        let time = |name: &str, key: &str| row(&rows, name)[key].as_f64();
        let around = Duration::from_nanos(around.as_u64().expect("nanoseconds")).as_secs_f64();
        let (total, waiting) = (time(names[0], "total_s"), time(names[0], "waiting_s"));
        let total = total.expect("it was timed");
        assert!(total <= around * (1.0 + OF_EXTREMES), "{way}: {rows:#}");
        // Only who can be suspended waits: a call that sleeps is active.
        let asleep = if *way == "threads" {
            time("sleeps", "self_s")
        } else {
            waiting
        };
        assert!(
            asleep >= Some(ASLEEP * (1.0 - OF_EXTREMES)),
            "{way}: {rows:#}"
        );
        let busy = time("is_busy", "self_s");
        assert!(busy >= Some(BUSY * (1.0 - OF_EXTREMES)), "{way}: {rows:#}");
        let own = names.iter().filter_map(|name| time(name, "self_s"));
        let active = total - waiting.unwrap_or(0.0);
        assert!(
            (own.sum::<f64>() - active).abs() < ROUNDING,
            "{way}: {rows:#}"
        );
    });
}
