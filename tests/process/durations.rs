//! Percentiles are those of the sorted durations that the program itself reads from the clock.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::common::{instrsh, program};

/// Percentiles are within 3 %; extremes are exact, but for the difference of the two clocks.
const OF_PERCENTILES: f64 = 0.03;
const OF_EXTREMES: f64 = 0.001;

#[test]
fn percentiles_lie_between_those_that_the_program_reads_within_and_around() {
    let folder = tempfile::tempdir().expect("a folder");
    let raw = folder.path().join("raw");
    let output = instrsh()
        .args(["--hold", "--json", "-c"])
        .arg("time --lazy __main__:lasts; run; wait; ls __main__:lasts")
        .arg(program("durations.py"))
        .arg(&raw)
        .output()
        .expect("it runs");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{said}");
    let answer: Value =
        serde_json::from_str(said.lines().last().expect("an answer")).expect("JSON");
    let row = &answer["rows"][0];
    let raw = fs::read_to_string(raw).expect("durations");
    let raw: Value = serde_json::from_str(&raw).expect("JSON");
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
