//! What a patch records of its callable beyond hits.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What a patch records; hits in any case. Small, since each patch has it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Recorders {
    /// How long calls take.
    pub times: bool,
    /// The exceptions that leave it.
    pub errors: bool,
    /// Calls that take less are not recorded, in microseconds; none where nothing was said of it.
    least_us: Option<u32>,
}

/// What a request wants recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// This, beside what is recorded already.
    Also(Recorders),
    /// Just this.
    Only(Recorders),
}

impl Default for Wanted {
    fn default() -> Self {
        Self::Also(Recorders::default())
    }
}

impl Recorders {
    /// Times, and with them errors, of calls that take at least so long: up to an hour, in steps of a
    /// microsecond. Without a time, what was said before of the callable holds.
    #[must_use]
    pub fn times(least: Option<Duration>) -> Self {
        let microseconds = |least: Duration| u32::try_from(least.as_micros()).unwrap_or(u32::MAX);
        Self {
            times: true,
            errors: true,
            least_us: least.map(microseconds),
        }
    }

    /// Errors, of calls that take at least so long. That needs the clock; without it errors cost less.
    #[must_use]
    pub fn errors(least: Option<Duration>) -> Self {
        Self {
            times: least.is_some_and(|least| !least.is_zero()),
            ..Self::times(least)
        }
    }

    /// Calls that take less are not recorded.
    #[must_use]
    pub fn least(self) -> Duration {
        Duration::from_micros(self.least_us.unwrap_or(0).into())
    }

    /// Whether there is more than hits.
    #[must_use]
    pub fn needs_ends(self) -> bool {
        self.times || self.errors
    }

    /// Both. What was said last of slow calls holds.
    fn and(self, more: Self) -> Self {
        let least_us = more.least_us.or(self.least_us);
        Self {
            times: self.times || more.times,
            errors: self.errors || more.errors,
            least_us: least_us.filter(|least| *least > 0),
        }
    }
}

impl Wanted {
    /// What is to be recorded where `now` is.
    #[must_use]
    pub fn beside(self, now: Option<Recorders>) -> Recorders {
        match self {
            Self::Also(more) => now.unwrap_or_default().and(more),
            Self::Only(recorders) => recorders,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorders_combine_and_the_last_word_about_slow_calls_holds() {
        let slow = Some(Duration::from_millis(50));
        let (hits, times) = (Recorders::default(), Recorders::times(None));
        assert_eq!(Wanted::Also(hits).beside(None), hits);
        assert_eq!(Wanted::Also(hits).beside(Some(times)), times);
        assert_eq!(Wanted::Only(hits).beside(Some(times)), hits);
        let both = Wanted::Also(Recorders::times(slow)).beside(Some(times));
        assert_eq!(Some(both.least()), slow);
        let says_nothing = [hits, times, Recorders::errors(None)];
        for more in says_nothing {
            assert_eq!(Wanted::Also(more).beside(Some(both)), both, "{more:?}");
        }
        let all = Recorders::times(Some(Duration::ZERO));
        assert_eq!(Wanted::Also(all).beside(Some(both)), times);
        assert!(!Recorders::errors(None).times && Recorders::errors(slow).times);
    }
}
