//! Ctrl-Z at the prompt: the shell stops, and with it what it has started.

use std::os::fd::AsFd;
use std::sync::atomic::{AtomicI32, Ordering};

use rustix::process::{Pid, Signal, getpgrp, getpid, kill_process, kill_process_group};
use rustix::termios::{OptionalActions, tcgetattr, tcgetpgrp, tcsetattr};

use super::origin::{raise, set, terminal_modes};

/// The process group of the program, if it is another one than that of the shell.
static PROGRAM: AtomicI32 = AtomicI32::new(0);

/// From now on this process group stops and goes on with the shell; none if no other one does.
pub fn begin_stopping_with(group: Option<Pid>) {
    PROGRAM.store(
        group.map_or(0, |group| group.as_raw_nonzero().get()),
        Ordering::Release,
    );
}

/// Does what Ctrl-Z does, unless nobody is there who could let the process go on. Comes back when it
/// goes on, with the terminal's modes as they were.
pub fn suspend(terminal: impl AsFd) {
    let modes = tcgetattr(&terminal).ok();
    let is_in_front = || tcgetpgrp(&terminal).is_ok_and(|group| group == getpgrp());
    // A terminal that is gone shows in the next line that is read.
    if let Some(before) = terminal_modes() {
        let _ = tcsetattr(&terminal, OptionalActions::Now, before);
    }
    stop();
    if let Some(modes) = modes
        && is_in_front()
    {
        let _ = tcsetattr(&terminal, OptionalActions::Now, &modes);
    }
}

/// Stops this process and the program, until somebody lets them go on; unless nobody is there who could.
pub(super) fn stop() {
    let program = Pid::from_raw(PROGRAM.load(Ordering::Acquire));
    let tell_program = |signal| {
        // It may have ended.
        let _ = program.map(|program| kill_process_group(program, signal));
    };
    // Not by the signal of the key, which the kernel does not give to a group without a shell of its own.
    tell_program(Signal::STOP);
    set(libc::SIGTSTP, libc::SIG_DFL);
    // A signal for the process might be taken by another thread, and this one would run on until it is.
    raise(libc::SIGTSTP);
    tell_program(Signal::CONT);
    // Who is stopped is not told of a new size. This cannot fail for oneself.
    let _ = kill_process(getpid(), Signal::WINCH);
}
