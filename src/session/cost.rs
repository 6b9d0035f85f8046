//! How often something happens in a second, and what that takes of a core if each time costs some
//! nanoseconds.

use std::time::Duration;

/// How often something happened in a second, of which there were `before` and are `now`, some `time`
/// later.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "a rate is read by people: 53 bits are plenty"
)]
pub fn per_second(before: u64, now: u64, time: Duration) -> f64 {
    now.saturating_sub(before) as f64 / time.as_secs_f64().max(f64::EPSILON)
}

/// What hits take of a core, each of which costs so many nanoseconds; 1 is a whole core.
#[must_use]
pub fn core_share(hits_per_second: f64, hook_cost: f64) -> f64 {
    hits_per_second * hook_cost / 1e9
}
