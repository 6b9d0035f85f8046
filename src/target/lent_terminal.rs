//! The terminal, lent to a `sh` and taken back: with it goes the place in front, where its keys become
//! signals, and the modes that it had before the shell.
//!
//! All is done by the supervisor and by the `sh` itself, in an order in which no Ctrl-C can ever reach
//! the target: the keys are signals only while the `sh` is in front.

#![expect(
    unsafe_code,
    reason = "what is done between fork and exec, which std does not do by itself"
)]

use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getpid, kill_process_group};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr, tcsetpgrp};

use super::children::Status;

/// What stops beside the one that was seen to stop has so long for it; it may never do so.
const TO_STOP: Duration = Duration::from_millis(500);
/// Between two looks at whether it has.
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

/// The terminal of this process.
pub(super) struct Terminal {
    device: OwnedFd,
    /// The modes that it had before the shell.
    modes: Termios,
    loan: Option<Loan>,
}

/// Who has it, and what it was like before.
struct Loan {
    to: Pid,
    before: Before,
}

/// The process group that was in front, and the modes.
pub(super) struct Before {
    group: Pid,
    modes: Termios,
}

impl Terminal {
    /// That of this process, if it has one. Must be asked for before there is a shell.
    pub(super) fn of_process() -> io::Result<Option<Self>> {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return Ok(None);
        }
        Ok(Some(Self {
            device: stdin.as_fd().try_clone_to_owned()?,
            modes: tcgetattr(&stdin)?,
            loan: None,
        }))
    }

    /// Lets a command have it when it starts; gives what it was like before, unless it is lent already.
    /// This process must ignore SIGTTOU, and the command must not do so any more afterwards.
    pub(super) fn prepare(&self, command: &mut Command) -> io::Result<Option<Before>> {
        if let Some(loan) = &self.loan {
            // What runs inside another belongs to the same job.
            command.process_group(loan.to.as_raw_nonzero().get());
            return Ok(None);
        }
        let before = Before {
            group: tcgetpgrp(&self.device)?,
            modes: tcgetattr(&self.device)?,
        };
        let (terminal, modes) = (self.device.try_clone()?, self.modes.clone());
        let take = move || {
            tcsetpgrp(&terminal, getpid())?;
            Ok(tcsetattr(&terminal, OptionalActions::Now, &modes)?)
        };
        command.process_group(0);
        // SAFETY: makes system calls and nothing else; what it reads was there before the fork.
        unsafe { command.pre_exec(take) };
        Ok(Some(before))
    }

    /// A command has it now, which leads its process group.
    pub(super) fn is_lent(&mut self, to: Pid, before: Before) {
        self.loan = Some(Loan { to, before });
    }

    /// Gives it back for as long as `stop` takes, since who has it was stopped; not before the others of
    /// its group are, which may put the screen in order first, as `less` does. If somebody else has it
    /// then, he keeps it: whoever reads from it without it is stopped once more.
    pub(super) fn rest(&self, stop: impl FnOnce()) {
        let Some(loan) = &self.loan else {
            return;
        };
        let end = Instant::now() + TO_STOP;
        while has_running(loan.to) && Instant::now() < end {
            sleep(BETWEEN_LOOKS);
        }
        self.hand_over(loan.to, loan.before.group);
        stop();
        self.hand_over(loan.before.group, loan.to);
        // There is nobody left if it fails.
        let _ = kill_process_group(loan.to, Signal::CONT);
    }

    /// Takes it back, if it is lent.
    pub(super) fn take_back(&mut self) {
        let Some(Loan { to, before }) = self.loan.take() else {
            return;
        };
        if tcgetpgrp(&self.device) == Ok(to) {
            // A terminal that is gone has no modes.
            let _ = tcsetattr(&self.device, OptionalActions::Now, &before.modes);
            self.hand_over(to, before.group);
        }
    }

    fn hand_over(&self, from: Pid, to: Pid) {
        if tcgetpgrp(&self.device) == Ok(from) {
            // A terminal that is gone is nobody's.
            let _ = tcsetpgrp(&self.device, to);
        }
    }
}

/// Whether a process of a group has not stopped.
fn has_running(group: Pid) -> bool {
    Status::all().any(|it| it.runs() && it.group == group.as_raw_nonzero().get())
}
