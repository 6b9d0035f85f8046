//! The latencies of requests, as a table. Nothing is asserted about them, since machines differ.

use std::fmt;
use std::time::Duration;

/// The times of the requests under one condition.
pub(crate) struct Latencies {
    condition: &'static str,
    times: Vec<Duration>,
}

impl Latencies {
    pub(crate) fn new(condition: &'static str) -> Self {
        Self {
            condition,
            times: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, times: Vec<Duration>) {
        self.times.extend(times);
    }

    /// The number of requests.
    pub(crate) fn count(&self) -> usize {
        self.times.len()
    }
}

impl fmt::Display for Latencies {
    /// `condition, requests, p50, p99 in milliseconds`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut times = self.times.clone();
        times.sort();
        let percentile = |percent: usize| {
            let index = (times.len() * percent / 100).min(times.len().saturating_sub(1));
            times.get(index).map_or(0.0, Duration::as_secs_f64) * 1e3
        };
        write!(
            f,
            "{:<25} {:>6} requests, p50 {:>6.2} ms, p99 {:>6.2} ms",
            self.condition,
            self.count(),
            percentile(50),
            percentile(99)
        )
    }
}
