//! The program's timers: a finalised interpreter has no handlers, so their signals would end the process.

#![expect(unsafe_code, reason = "timers are stopped in C")]

/// Stops them.
pub(super) fn stop() {
    for timer in [libc::ITIMER_REAL, libc::ITIMER_VIRTUAL, libc::ITIMER_PROF] {
        // SAFETY: a zeroed time stops a timer; the old one is not asked for.
        unsafe { libc::setitimer(timer, &std::mem::zeroed(), std::ptr::null_mut()) };
    }
}
