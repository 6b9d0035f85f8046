//! The clock of timed calls: the processor's time stamp counter where the kernel itself trusts it, else
//! `CLOCK_MONOTONIC`.
//!
//! Reading the counter takes a third of the time, and a timed call reads the clock twice. It counts ticks
//! of unknown length, so what is recorded are ticks, which are converted when they are read. Their length is
//! measured between the start and the reading: each time, the counter is read before and after the clock,
//! and the tightest of several pairs is kept. After 1 ms the error is about 2 in 100,000, and after a second
//! so small that this length is kept for good.
//!
//! While the machine sleeps, the clock stops, and the counter may go on, stop or begin again at zero. So a
//! length is measured only while the machine is awake: if it has slept, the measurement begins anew.
//!
//! The counter is trusted if it never stops and never changes its speed (CPUID leaf 8000 0007H, bit 8 of EDX), and the
//! kernel uses it: then it has found it to be the same on all processors. The variable `INSTRSH_CLOCK`
//! chooses: `counter` or `system`.

#![expect(unsafe_code, reason = "the time stamp counter is an instruction")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
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
/// When the measurement of the length of a tick began; none before the start.
static START: Mutex<Option<Moment>> = Mutex::new(None);
/// The length of a tick in nanoseconds, once it is exact.
static EXACT: OnceLock<f64> = OnceLock::new();
/// Measured for a shorter time, a length is of no use.
const SHORTEST: u64 = 1_000_000;
/// Measured for a longer time, it is exact.
const LONG_ENOUGH: u64 = 1_000_000_000;
/// No machine falls asleep and wakes up so soon.
const SHORTEST_SLEEP: u64 = 100_000_000;

/// What both clocks showed at one moment.
#[derive(Clone, Copy)]
struct Moment {
    ticks: u64,
    nanoseconds: u64,
    /// How long the machine had slept, in nanoseconds.
    slept: u64,
}

/// The length of a tick, as far as it is known at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TickLength {
    nanoseconds: f64,
}

/// Chooses the clock and begins to measure the length of its ticks. The first call counts, and should come
/// before anything is timed.
pub fn start_clock() {
    let mut start = START.lock().unwrap_or_else(PoisonError::into_inner);
    if start.is_none() {
        let is_counter = match std::env::var(VARIABLE).as_deref() {
            Ok(SYSTEM) => false,
            Ok(COUNTER) => has_counter(),
            _ => has_counter() && is_trusted(),
        };
        IS_COUNTER.store(is_counter, Ordering::Relaxed);
        *start = Some(Moment::now());
    }
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
    nanoseconds(ClockId::Monotonic)
}

impl TickLength {
    /// As of now; needs [`start_clock`].
    #[must_use]
    pub fn now() -> Self {
        let nanoseconds = if IS_COUNTER.load(Ordering::Relaxed) {
            EXACT.get().copied().unwrap_or_else(measure)
        } else {
            1.0
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

/// The length of a tick in nanoseconds, which is kept once it is exact.
fn measure() -> f64 {
    let mut start = START.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let now = Moment::now();
        match start.and_then(|start| start.length_until(now)) {
            Some((time, length)) if time >= LONG_ENOUGH => return *EXACT.get_or_init(|| length),
            Some((SHORTEST.., length)) => return length,
            Some(_) => {}
            None => *start = Some(now),
        }
    }
}

impl Moment {
    /// The tightest of several pairs.
    fn now() -> Self {
        let slept = nanoseconds(ClockId::Boottime).saturating_sub(nanoseconds(ClockId::Monotonic));
        let pair = || {
            let before = ticks();
            let nanoseconds = nanoseconds(ClockId::Monotonic);
            let width = ticks().saturating_sub(before);
            let ticks = before + width / 2;
            let moment = Self {
                ticks,
                nanoseconds,
                slept,
            };
            (width, moment)
        };
        let pairs = (0..PAIRS).map(|_| pair());
        let tightest = pairs.min_by_key(|(width, _)| *width);
        tightest.map_or_else(|| pair().1, |(_, moment)| moment)
    }

    /// The nanoseconds to a later moment, and the length of the ticks between them; none if the machine
    /// has slept between them.
    #[expect(
        clippy::cast_precision_loss,
        reason = "2^53 ticks are a month, to a third of a nanosecond"
    )]
    fn length_until(self, end: Self) -> Option<(u64, f64)> {
        let ticks = end.ticks.checked_sub(self.ticks)?.max(1);
        let time = end.nanoseconds.saturating_sub(self.nanoseconds);
        let is_awake = end.slept.abs_diff(self.slept) < SHORTEST_SLEEP;
        is_awake.then_some((time, time as f64 / ticks as f64))
    }
}

fn nanoseconds(clock: ClockId) -> u64 {
    let now = clock_gettime(clock);
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
        let (start, before) = (Instant::now(), ticks());
        while start.elapsed() < Duration::from_millis(20) {}
        let (elapsed, passed) = (start.elapsed(), ticks() - before);
        let length = TickLength::now();
        let measured = length.seconds_of(passed);
        assert!((measured / elapsed.as_secs_f64() - 1.0).abs() < 0.01);
        let there_and_back = length.ticks_of(length.time_of(passed));
        assert!(there_and_back.abs_diff(passed) <= 1 + passed / 1_000_000);
    }
    #[test]
    fn a_length_is_kept_once_it_is_exact() {
        start_clock();
        while EXACT.get().is_none() && IS_COUNTER.load(Ordering::Relaxed) {
            let _ = TickLength::now();
        }
        assert_eq!(TickLength::now(), TickLength::now());
    }

    #[test]
    fn a_length_is_not_measured_while_the_machine_sleeps() {
        let at = |ticks, nanoseconds, slept| Moment {
            ticks,
            nanoseconds,
            slept,
        };
        let start = at(1_000, 500, 7);
        assert_eq!(start.length_until(at(5_000, 1_500, 8)), Some((1_000, 0.25)));
        let hour = 3_600_000_000_000;
        // The counter goes on, stops, or begins again at zero.
        for ticks in [3 * hour, 5_000, 3] {
            let end = at(ticks, 1_500, hour);
            assert_eq!(start.length_until(end), None);
        }
        assert_eq!(start.length_until(at(3, 1_500, 7)), None);
    }
}
