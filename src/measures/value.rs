//! Values of measures, with their units.

use std::time::Duration;

/// The value of a measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A number of events.
    Count(u64),
    /// Events per second.
    Rate(f64),
    /// A time.
    Time(Duration),
    /// A share; 1 is all.
    Share(f64),
}

/// The unit of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Events.
    Count,
    /// Events per second.
    Rate,
    /// Seconds.
    Time,
    /// A share; 1 is all.
    Share,
}

impl Value {
    /// A number in the order of the values of one measure.
    #[must_use]
    pub fn rank(self) -> u64 {
        match self {
            Self::Count(count) => count,
            // The bits of numbers that are not negative have the order of the numbers. A sum with 0.0
            // is never -0.0.
            Self::Rate(number) | Self::Share(number) => (number.max(0.0) + 0.0).to_bits(),
            Self::Time(time) => u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_have_the_order_of_values() {
        let rates = [0.0, 1e-9, 0.5, 1.0, 9.75, 1e12];
        assert!(
            rates
                .map(|rate| Value::Rate(rate).rank())
                .is_sorted_by(|a, b| a < b)
        );
        let times = [0, 1, 999, 1_000_000_001].map(Duration::from_nanos);
        assert!(
            times
                .map(|time| Value::Time(time).rank())
                .is_sorted_by(|a, b| a < b)
        );
        assert_eq!(Value::Share(-0.0).rank(), Value::Share(0.0).rank());
    }
}
