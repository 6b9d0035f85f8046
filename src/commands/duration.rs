//! Durations as users type them: seconds, or a number with a unit (`500ms`, `2m`).

use std::time::Duration;

use crate::error::{Error, Result};

/// The units and their seconds; the longer name first where one ends with the other.
const UNITS: [(&str, f64); 5] = [
    ("us", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
];

/// A hundred years: longer than any wait, and well within the range of the clock.
const LONGEST: Duration = Duration::from_hours(100 * 365 * 24);

/// Parses a duration.
///
/// # Errors
/// If it is not a number with a known unit, is negative, or exceeds the range of the clock.
pub(super) fn parse(text: &str) -> Result<Duration> {
    let (number, unit) = UNITS
        .iter()
        .find_map(|(unit, seconds)| text.strip_suffix(unit).map(|number| (number, *seconds)))
        .unwrap_or((text, 1.0));
    number
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number * unit).ok())
        .filter(|time| *time <= LONGEST && !number.starts_with(['i', 'n', 'I', 'N']))
        .ok_or_else(|| {
            Error::usage(format!("`{text}` is not a time"))
                .hint("write seconds, or a unit: `10`, `0.5`, `500ms`, `2m`")
        })
}

/// An elapsed time for messages: `40 ms`, `1.5 s`.
pub(super) fn passed(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        seconds => format!("{seconds:.1} s"),
    }
}

/// Whether a word is meant as a time: it starts like a number.
#[must_use]
pub fn is_meant(word: &str) -> bool {
    !word.contains(':')
        && word.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_units() {
        assert_eq!(parse("10").ok(), Some(Duration::from_secs(10)));
        assert_eq!(parse("0.5").ok(), Some(Duration::from_millis(500)));
        assert_eq!(parse("500ms").ok(), Some(Duration::from_millis(500)));
        assert_eq!(parse("20us").ok(), Some(Duration::from_micros(20)));
        assert_eq!(parse("2m").ok(), Some(Duration::from_mins(2)));
        assert_eq!(parse("1h").ok(), Some(Duration::from_hours(1)));
    }

    #[test]
    fn a_time_that_has_passed_is_short() {
        assert_eq!(passed(Duration::from_micros(10_200)), "10 ms");
        assert_eq!(passed(Duration::from_millis(1500)), "1.5 s");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "", "s", "ten", "-1", "1d", "nan", "inf", "1e300", "1e19", "1 2", "ms",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
