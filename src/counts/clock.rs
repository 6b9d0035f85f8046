//! The clock of timed calls: the processor's time stamp counter where the kernel itself trusts it, else
//! `CLOCK_MONOTONIC`.
//!
//! Reading the counter takes a third of the time, and a timed call reads the clock twice. It counts ticks
//! of unknown length, so what is recorded are ticks, which are converted when they are read. Their length is
//! measured between the start and the reading: each time, the counter is read before and after the clock,
//! and the tightest of several pairs is kept. After 1 ms the error is about 2 in 100,000, and it shrinks
//! with time. So the length is not measured again before the time since the start is longer by an eighth.
//!
//! The counter is trusted if it never stops and never changes its speed (CPUID leaf 8000 0007H, bit 8 of EDX), and the
//! kernel uses it: then it has found it to be the same on all processors. The variable `INSTRSH_CLOCK`
//! chooses: `counter` or `system`.

#![expect(unsafe_code, reason = "the time stamp counter is an instruction")]

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The variable that chooses the clock, and what it can be.
const VARIABLE: &str = "INSTRSH_CLOCK";
const COUNTER: &str = "counter";
const SYSTEM: &str = "system";

/// How many pairs are read for a moment.
const PAIRS: usize = 64;

/// Whether ticks are those of the counter; otherwise they are nanoseconds.
static IS_COUNTER: AtomicBool = AtomicBool::new(false);
static START: OnceLock<Moment> = OnceLock::new();
/// The length of a tick as it was measured last, in the bits of a number.
static MEASURED: AtomicU64 = AtomicU64::new(0);
/// Until then it is exact enough, in ticks.
static EXACT_UNTIL: AtomicU64 = AtomicU64::new(0);

/// What both clocks showed at one moment.
#[derive(Clone, Copy)]
struct Moment {
    ticks: u64,
    nanoseconds: u64,
}

/// The length of a tick, as far as it is known at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TickLength {
    nanoseconds: f64,
}

/// Chooses the clock and begins to measure the length of its ticks. The first call counts, and should come
/// before anything is timed.
pub fn start_clock() {
    START.get_or_init(|| {
        let is_counter = match std::env::var(VARIABLE).as_deref() {
            Ok(SYSTEM) => false,
            Ok(COUNTER) => has_counter(),
            _ => has_counter() && is_trusted(),
        };
        IS_COUNTER.store(is_counter, Ordering::Relaxed);
        Moment::now()
    });
}

/// The name of the clock, as the variable names it.
#[must_use]
pub fn clock_name() -> &'static str {
    if IS_COUNTER.load(Ordering::Relaxed) {
        COUNTER
    } else {
        SYSTEM
    }
}

/// The ticks of the clock since some moment of the past.
#[inline]
#[must_use]
pub fn ticks() -> u64 {
    #[cfg(target_arch = "x86_64")]
    if IS_COUNTER.load(Ordering::Relaxed) {
        // SAFETY: every processor of this architecture has the instruction.
        return unsafe { core::arch::x86_64::_rdtsc() };
    }
    nanoseconds()
}

impl TickLength {
    /// As of now; needs [`start_clock`].
    #[must_use]
    pub fn now() -> Self {
        let nanoseconds = match START.get() {
            Some(start) if IS_COUNTER.load(Ordering::Relaxed) => start.length_of_ticks(),
            _ => 1.0,
        };
        Self { nanoseconds }
    }

    /// A number of ticks as a time.
    #[must_use]
    pub fn time_of(self, ticks: u64) -> Duration {
        Duration::from_secs_f64(self.seconds_of(ticks))
    }

    /// A number of ticks in seconds.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "2^53 ticks are a month, to a third of a nanosecond"
    )]
    pub fn seconds_of(self, ticks: u64) -> f64 {
        ticks as f64 * self.nanoseconds / 1e9
    }

    /// The ticks of a time.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time is not negative, and longer ones are cut off"
    )]
    pub fn ticks_of(self, time: Duration) -> u64 {
        (time.as_secs_f64() * 1e9 / self.nanoseconds) as u64
    }
}

impl Moment {
    /// The tightest of several pairs.
    fn now() -> Self {
        let pair = || {
            let before = ticks();
            let nanoseconds = nanoseconds();
            let width = ticks().saturating_sub(before);
            let ticks = before + width / 2;
            (width, Self { ticks, nanoseconds })
        };
        let pairs = (0..PAIRS).map(|_| pair());
        let tightest = pairs.min_by_key(|(width, _)| *width);
        tightest.map_or_else(|| pair().1, |(_, moment)| moment)
    }

    /// The length of the ticks since then, which may have been measured before.
    fn length_of_ticks(self) -> f64 {
        if ticks() < EXACT_UNTIL.load(Ordering::Acquire) {
            return f64::from_bits(MEASURED.load(Ordering::Relaxed));
        }
        let now = Self::now();
        let length = self.length_until(now);
        MEASURED.store(length.to_bits(), Ordering::Relaxed);
        let longer = now.ticks.saturating_sub(self.ticks) / 8;
        EXACT_UNTIL.store(now.ticks + longer, Ordering::Release);
        length
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "2^53 ticks are a month, to a third of a nanosecond"
    )]
    fn length_until(self, end: Self) -> f64 {
        let ticks = end.ticks.saturating_sub(self.ticks).max(1);
        end.nanoseconds.saturating_sub(self.nanoseconds) as f64 / ticks as f64
    }
}

fn nanoseconds() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec.cast_unsigned() * 1_000_000_000 + now.tv_nsec.cast_unsigned()
}

/// Whether the processor has a counter that never stops and never changes its speed.
fn has_counter() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::__cpuid;
        const LAST_EXTENDED: u32 = 0x8000_0000;
        const POWER: u32 = 0x8000_0007;
        const INVARIANT: u32 = 1 << 8;
        __cpuid(LAST_EXTENDED).eax >= POWER && __cpuid(POWER).edx & INVARIANT != 0
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Whether the kernel reads the counter for its own clock.
fn is_trusted() -> bool {
    const SOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    std::fs::read_to_string(SOURCE).is_ok_and(|source| source.trim() == "tsc")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn ticks_are_as_long_as_the_clock_says() {
        start_clock();
        let _ = TickLength::now(); // So early that it is not exact.
        let (start, before) = (Instant::now(), ticks());
        while start.elapsed() < Duration::from_millis(20) {}
        let (elapsed, passed) = (start.elapsed(), ticks() - before);
        let length = TickLength::now();
        let measured = length.seconds_of(passed);
        assert!((measured / elapsed.as_secs_f64() - 1.0).abs() < 0.01);
        let there_and_back = length.ticks_of(length.time_of(passed));
        assert!(there_and_back.abs_diff(passed) <= 1 + passed / 1_000_000);
    }
}
