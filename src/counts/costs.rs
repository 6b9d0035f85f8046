//! What hooks cost the program.

use serde::{Deserialize, Serialize};

/// What hooks add to calls, in nanoseconds, measured in this process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// A call that is only counted.
    pub hit: f64,
    /// A call of which also the end is recorded, without the clock.
    pub ended: f64,
    /// A call that is timed.
    pub timed: f64,
}

impl Costs {
    /// A suspension and its resumption in a call of which the end is recorded: two slots of the same kind
    /// as that of a hit.
    #[must_use]
    pub fn resumed(self) -> f64 {
        2.0 * self.hit
    }

    /// The same in a call that is timed. Both read the clock, as do the start and the end of a call.
    #[must_use]
    pub fn resumed_timed(self) -> f64 {
        self.resumed() + self.timed - self.ended
    }
}
