//! The terminal, lent to a `sh` and taken back: with it goes the place in front, where its keys become
//! signals, and the modes that it had before the shell.

#![expect(
    unsafe_code,
    reason = "what is done between fork and exec, which std does not do by itself"
)]

use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getpid, kill_process_group};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr, tcsetpgrp};

use super::origin::terminal_modes;
use super::status::Status;
use super::suspending::stop;

/// What stops beside the one that was seen to stop has so long for it; it may never do so.
const TO_STOP: Duration = Duration::from_millis(500);
/// Between two looks at whether it has.
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

/// To whom the terminal is lent. What runs inside another belongs to the same job.
static LOAN: Mutex<Option<Loan>> = Mutex::new(None);

/// Who has the terminal, and what it was like before.
struct Loan {
    /// The process group; none until the first process of it runs.
    to: Option<Pid>,
    before: Before,
    /// How many processes of the group run.
    running: usize,
}

/// The process group that was in front, and the modes.
struct Before {
    terminal: OwnedFd,
    group: Pid,
    modes: Termios,
}

/// The terminal, for one process, until it has ended.
#[derive(Debug)]
pub(super) struct Lent(());

/// Lets a command have the terminal when it starts; none if stdin is not a terminal.
///
/// # Errors
/// If the terminal is gone.
pub(super) fn lend(command: &mut Command) -> io::Result<Option<Lent>> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Ok(None);
    }
    let mut loan = loan();
    if let Some(loan) = loan.as_mut() {
        let group = loan.to.map_or(0, |group| group.as_raw_nonzero().get());
        command.process_group(group);
        loan.running += 1;
        return Ok(Some(Lent(())));
    }
    let terminal = stdin.as_fd().try_clone_to_owned()?;
    let before = Before {
        group: tcgetpgrp(&terminal)?,
        modes: tcgetattr(&terminal)?,
        terminal,
    };
    let own = before.terminal.try_clone()?;
    let modes = terminal_modes().unwrap_or(&before.modes).clone();
    let take = move || {
        tcsetpgrp(&own, getpid())?;
        Ok(tcsetattr(&own, OptionalActions::Now, &modes)?)
    };
    command.process_group(0);
    // SAFETY: makes system calls and nothing else; what it reads was there before the fork. The process ignores
    // SIGTTOU until its signals are restored.
    unsafe { command.pre_exec(take) };
    *loan = Some(Loan {
        to: None,
        before,
        running: 1,
    });
    Ok(Some(Lent(())))
}

impl Lent {
    /// The process has started.
    #[expect(clippy::unused_self, reason = "who has it, has borrowed it")]
    pub(super) fn is_taken_by(&self, process: Pid) {
        if let Some(loan) = loan().as_mut() {
            loan.to.get_or_insert(process);
        }
    }

    /// Gives it back for as long as the shell is stopped, since who has it was stopped; not before the others of
    /// its group are, which may put the screen in order first, as `less` does. If somebody else has it
    /// then, he keeps it: whoever reads from it without it is stopped once more.
    #[expect(clippy::unused_self, reason = "who has it, has borrowed it")]
    pub(super) fn stop_with_shell(&self) {
        let loan = loan();
        let Some((loan, to)) = loan.as_ref().and_then(|loan| Some((loan, loan.to?))) else {
            return;
        };
        let end = Instant::now() + TO_STOP;
        while has_running(to) && Instant::now() < end {
            sleep(BETWEEN_LOOKS);
        }
        let Before {
            terminal, group, ..
        } = &loan.before;
        let meanwhile = tcgetattr(terminal).ok();
        set_modes(terminal, terminal_modes());
        hand_over(terminal, to, *group);
        stop();
        set_modes(terminal, meanwhile.as_ref());
        hand_over(terminal, *group, to);
        // There is nobody left if it fails.
        let _ = kill_process_group(to, Signal::CONT);
    }
}

impl Drop for Lent {
    /// Takes it back when the last one has ended.
    fn drop(&mut self) {
        let mut loan = loan();
        let is_last = loan.as_mut().is_some_and(|loan| {
            loan.running -= 1;
            loan.running == 0
        });
        if let Some(Loan { to, before, .. }) = loan.take_if(|_| is_last)
            && let Some(to) = to
            && tcgetpgrp(&before.terminal) == Ok(to)
        {
            set_modes(&before.terminal, Some(&before.modes));
            hand_over(&before.terminal, to, before.group);
        }
    }
}

fn loan() -> MutexGuard<'static, Option<Loan>> {
    LOAN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn set_modes(terminal: &OwnedFd, modes: Option<&Termios>) {
    // A terminal that is gone has no modes.
    let _ = modes.map(|modes| tcsetattr(terminal, OptionalActions::Now, modes));
}

fn hand_over(terminal: &OwnedFd, from: Pid, to: Pid) {
    if tcgetpgrp(terminal) == Ok(from) {
        // A terminal that is gone is nobody's.
        let _ = tcsetpgrp(terminal, to);
    }
}

/// Whether a process of a group has not stopped.
fn has_running(group: Pid) -> bool {
    Status::all().any(|it| it.runs() && it.group == group.as_raw_nonzero().get())
}
