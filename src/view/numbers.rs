//! Numbers formatted for people.

use std::fmt;
use std::time::Duration;

use super::Found;
use crate::measures::Value;

/// Smaller shares, in percent, are shown as `<` this.
const LEAST: f64 = 0.0001;
/// In characters, for less than a thousand cores.
pub(super) const LONGEST_SHARE: usize = 9;

/// `1,234,567`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The value of a measure.
pub(super) fn value(value: Value) -> String {
    match value {
        Value::Count(count) => grouped(count),
        Value::Rate(per_second) => rate(per_second),
        Value::Time(duration) => time(duration),
        Value::Share(part) => share(part),
    }
}

/// A rate: one decimal if it is small, else whole and grouped.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rates are positive and far below 2^64"
)]
pub(super) fn rate(per_second: f64) -> String {
    if per_second < 1000.0 {
        format!("{per_second:.1}")
    } else {
        grouped(per_second.round() as u64)
    }
}

/// A share, with at least two digits: `13 %`, `1.3 %`, `0.0013 %`.
pub(super) fn share(part: f64) -> String {
    let percent = part * 100.0;
    let decimals = match percent {
        it if it == 0.0 || it >= 10.0 => 0,
        it if it >= 1.0 => 1,
        it if it >= 0.1 => 2,
        it if it >= 0.01 => 3,
        it if it >= LEAST => 4,
        _ => return format!("<{LEAST} %"),
    };
    format!("{percent:.decimals$} %")
}

/// A time with at most three digits and a unit: `21 µs`, `1.2 s`; from a thousand seconds on, as
/// [`long_time`] shows it.
pub(super) fn time(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    for (number, unit) in [
        (seconds * 1e9, "ns"),
        (seconds * 1e6, "µs"),
        (seconds * 1e3, "ms"),
        (seconds, "s"),
    ] {
        // What would round up to more digits has the next unit.
        match number {
            _ if number < 9.95 && unit != "ns" => return format!("{number:.1} {unit}"),
            _ if number < 999.5 => return format!("{number:.0} {unit}"),
            _ => {}
        }
    }
    long_time(duration)
}

impl fmt::Display for Found {
    /// Whole numbers as they are, others with two decimals.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) if number.fract() == 0.0 => write!(formatter, "{number}"),
            Self::Number(number) => write!(formatter, "{number:.2}"),
            Self::Time(duration) => formatter.write_str(&time(*duration)),
            Self::Share(part) => formatter.write_str(&share(*part)),
            Self::Word(word) => formatter.write_str(word),
        }
    }
}

/// A time for which the user waits: `3.2 s`, `42 s`, `2 min 5 s`, `1 h 2 min`.
pub(super) fn long_time(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0..10) => format!("{:.1} s", (duration.as_secs_f64() * 10.0).floor() / 10.0),
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{} h {minutes} min", grouped(hours)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_times_are_told_as_clocks_do() {
        let times = [0.0, 9.99, 42.7, 125.0, 3725.0].map(Duration::from_secs_f64);
        assert_eq!(
            times.map(long_time),
            ["0.0 s", "9.9 s", "42 s", "2 min 5 s", "1 h 2 min"]
        );
    }

    #[test]
    fn shares_have_the_digits_that_matter() {
        let shares = [0.0, 1e-7, 0.000_013, 0.0013, 0.013, 0.13, 1.3];
        assert_eq!(
            shares.map(share),
            [
                "0 %",
                "<0.0001 %",
                "0.0013 %",
                "0.13 %",
                "1.3 %",
                "13 %",
                "130 %"
            ]
        );
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn times_take_the_unit_that_fits() {
        assert_eq!(time(Duration::from_nanos(950)), "950 ns");
        assert_eq!(time(Duration::from_micros(21)), "21 µs");
        assert_eq!(time(Duration::from_micros(1500)), "1.5 ms");
        assert_eq!(time(Duration::from_secs(75)), "75 s");
        assert_eq!(time(Duration::from_secs(1000)), "16 min 40 s");
    }

    #[test]
    fn times_have_three_digits_at_most() {
        assert_eq!(time(Duration::from_nanos(999)), "999 ns");
        assert_eq!(time(Duration::from_nanos(9_949)), "9.9 µs");
        assert_eq!(time(Duration::from_nanos(9_950)), "10 µs");
        assert_eq!(time(Duration::from_nanos(999_499)), "999 µs");
        assert_eq!(time(Duration::from_nanos(999_500)), "1.0 ms");
        assert_eq!(time(Duration::from_micros(999_600)), "1.0 s");
    }

    #[test]
    fn each_unit_has_its_form() {
        let values = [
            Value::Count(1234),
            Value::Rate(9.84),
            Value::Time(Duration::from_micros(2400)),
            Value::Share(0.013),
        ];
        assert_eq!(values.map(value), ["1,234", "9.8", "2.4 ms", "1.3 %"]);
    }
}
