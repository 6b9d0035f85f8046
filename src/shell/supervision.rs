//! Two processes: the shell with its program, and a supervisor that waits for it. Whatever the program
//! does to the process that it shares with the shell, the supervisor reports it, by a sentence and the
//! exit status, and restores the terminal.

use std::io::{self, IsTerminal};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use rustix::process::{Signal, getpgrp};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};

use super::target_text;
use crate::error::Error;
use crate::target::{self, LastWords, PseudoTerminal, Remains, ShService, ShStarter, ShellProcess};
use crate::view::Output;

/// What the shell shares with its supervisor.
pub(super) struct Supervised {
    /// Where the program writes, if its output is shown above a prompt.
    pub(super) terminal: Option<PseudoTerminal>,
    pub(super) last_words: LastWords,
    pub(super) sh_starter: ShStarter,
}

/// Runs the shell in a process of its own, which must announce that it leaves ([`LastWords::leave`]),
/// with a pseudo-terminal for the program if lines are edited. Both processes return from here, each
/// with its exit status.
pub(super) fn supervise(
    mut output: Output,
    has_editor: bool,
    live: impl FnOnce(Output, Supervised) -> u8,
) -> u8 {
    match split(has_editor) {
        Ok(Side::Shell(supervised)) => live(output, supervised),
        Ok(Side::Supervisor(supervisor)) => supervisor.watch(output),
        Err(error) => {
            let error = Error::system("cannot start the shell", &error);
            // The exit status still reports it.
            let _ = output.error(&error);
            error.exit_status()
        }
    }
}

/// Which of the two processes this is.
enum Side {
    Shell(Supervised),
    Supervisor(Supervisor),
}

struct Supervisor {
    shell: ShellProcess,
    service: ShService,
    last_words: LastWords,
    remains: Option<Remains>,
    /// The modes that the terminal had before, if stdin is one.
    modes: Option<Termios>,
}

fn split(has_editor: bool) -> io::Result<Side> {
    let terminal = has_editor.then(PseudoTerminal::open).transpose()?;
    let (sh_starter, requests) = ShStarter::new()?;
    let service = ShService::new(requests)?;
    let last_words = LastWords::new()?;
    let modes = tcgetattr(io::stdin()).ok();
    let Some(shell) = target::fork()? else {
        return Ok(Side::Shell(Supervised {
            terminal,
            last_words,
            sh_starter,
        }));
    };
    let remains = terminal.map(PseudoTerminal::without_target_end);
    remains.as_ref().map(target::keep_size_of).transpose()?;
    Ok(Side::Supervisor(Supervisor {
        shell,
        service,
        last_words,
        remains,
        modes,
    }))
}

impl Supervisor {
    /// Waits for the end of the shell, and does what the shell could no longer do.
    fn watch(mut self, mut output: Output) -> u8 {
        let stopped = || stop_with_it(&self.shell, self.modes.as_ref());
        let stop = || stop_with_sh(self.modes.as_ref());
        let Ok(end) = self.shell.wait(&mut self.service, stopped, stop) else {
            // Unexpected: only this thread waits for children of this process.
            return 1;
        };
        self.shell.take_terminal_back();
        set_modes(self.modes.as_ref());
        if self.last_words.has_left() {
            return target::follow(end);
        }
        if let Some(remains) = self.remains {
            output.reset_screen();
            let mut text = self.last_words.unseen();
            text.extend(remains.drain());
            let text = text.strip_suffix(b"\n").unwrap_or(&text);
            let lines = text.split(|byte| *byte == b'\n').map(target_text::line);
            // The first line end leaves the cursor's row, which may contain text.
            let text: String = lines.map(|line| format!("\r\n{line}")).collect();
            // The exit status still reports it.
            let _ = output.pass_on(&(text + "\n"));
        }
        let _ = output.error(&Error::new(sentence(end)).hint(hint(end)));
        // Not 0: the shell did not finish its work.
        target::follow(end).max(1)
    }
}

/// `the program ended the process by signal 11 (SIGSEGV)`
fn sentence(end: ExitStatus) -> String {
    let how = match end.code() {
        Some(status) => format!("with status {status}"),
        None => format!("by {}", end.to_string().replace("signal: ", "signal ")),
    };
    format!("the program ended the process {how}")
}

fn hint(end: ExitStatus) -> &'static str {
    match end.signal().and_then(Signal::from_named_raw) {
        None => "with `instrsh --hold` you can patch it before it starts",
        Some(Signal::KILL) => {
            "if nobody sent it, `dmesg` in another terminal shows whether memory ran out"
        }
        Some(
            Signal::SEGV
            | Signal::BUS
            | Signal::FPE
            | Signal::ILL
            | Signal::ABORT
            | Signal::TRAP
            | Signal::SYS,
        ) => "`instrsh --python-option -Xfaulthandler` shows where it crashed",
        Some(_) => "the program or another process sent it; `exit` ends both cleanly",
    }
}

/// Stops like the shell, with the terminal as it was before. If the shell stopped because its program
/// has left the process group that has the terminal, gives it the terminal instead.
fn stop_with_it(shell: &ShellProcess, before: Option<&Termios>) {
    if !shell.give_terminal() {
        shell.take_terminal_back();
        stop_with_sh(before);
        shell.give_terminal();
    }
    shell.go_on_in_own_group();
}

/// Stops like the `sh` that had the terminal, with the terminal as it was before.
fn stop_with_sh(before: Option<&Termios>) {
    let meanwhile = tcgetattr(io::stdin());
    set_modes(before);
    target::stop_beside_shell();
    set_modes(meanwhile.ok().as_ref());
}

/// Sets the terminal's modes, unless it has been given to another job.
fn set_modes(modes: Option<&Termios>) {
    let stdin = io::stdin();
    if let Some(modes) = modes
        && stdin.is_terminal()
        && tcgetpgrp(&stdin).is_ok_and(|group| group == getpgrp())
    {
        // A terminal that is gone has no modes.
        let _ = tcsetattr(&stdin, OptionalActions::Now, modes);
    }
}
