//! Rates, and the share of a core that events of a known cost take.

use std::time::Duration;

/// Events per second, from two counts taken `time` apart.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "a rate is read by people: 53 bits are plenty"
)]
pub fn per_second(before: u64, now: u64, time: Duration) -> f64 {
    now.saturating_sub(before) as f64 / time.as_secs_f64().max(f64::EPSILON)
}

/// The share of a core that hits of this cost in nanoseconds take; 1 is a whole core.
#[must_use]
pub fn core_share(hits_per_second: f64, hook_cost: f64) -> f64 {
    hits_per_second * hook_cost / 1e9
}
