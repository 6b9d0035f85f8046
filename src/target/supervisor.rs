//! A process of its own for the shell, and one that watches over it: whatever the target does to its
//! process, somebody is left who gives the terminal back and tells how it ended.
//!
//! Both processes stay in one process group, so that job control treats them as one. What follows a `|`
//! is started by the one that watches, see `sh.rs`.

#![expect(unsafe_code, reason = "fork and signal handlers are C")]

use std::cell::Cell;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, IntoRawFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicI32, Ordering};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{
    DumpableBehavior, Pid, Signal, WaitOptions, WaitStatus, getpgid, getpgrp,
    kill_current_process_group, kill_process, kill_process_group, set_dumpable_behavior,
    set_parent_process_death_signal, waitpid,
};
use rustix::termios::{OptionalActions, tcgetattr, tcgetpgrp, tcsetattr, tcsetpgrp};

use super::output::Remains;
use super::sh_service::ShService;
use super::signals::{accept, action_of, set_action, tell as tell_of};

/// Signals that somebody may send to the process that he knows, and means the program.
const FORWARDED: [libc::c_int; 6] = [
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGUSR1,
    libc::SIGUSR2,
];

/// The process that signals are forwarded to.
static SHELL: AtomicI32 = AtomicI32::new(0);
/// Where to tell of children that have ended or stopped.
static TELL_OF_CHILDREN: AtomicI32 = AtomicI32::new(-1);
/// The target's pseudo-terminal.
static PSEUDO_TERMINAL: AtomicI32 = AtomicI32::new(-1);

/// The process that the shell runs in.
pub struct ShellProcess {
    process: Pid,
    /// Readable when a child of this process has ended or stopped.
    told_of_children: OwnedFd,
    /// The group that the terminal was given to.
    has_terminal: Cell<Option<Pid>>,
}

/// Ends as another process has: by the same signal if it was one; the answer is an exit status to end
/// with otherwise.
#[must_use]
pub fn follow(end: ExitStatus) -> u8 {
    if let Some(number) = end.signal() {
        // The core that tells something is that of the other process.
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
        // SIGKILL alone is refused, which nobody handles.
        let _ = handle_by(number, libc::SIG_DFL);
        // SAFETY: sends a signal to this thread, which does what it does by default.
        unsafe { libc::raise(number) };
    }
    end.code().map_or(u8::MAX, |code| code.to_le_bytes()[0])
}

/// Splits the process in two. In the new one, which goes on as the shell, the answer is `None`; it
/// does not outlive the other.
///
/// # Errors
/// If the system gives no process.
///
/// # Panics
/// If the process has several threads: the new one would have one alone, and the locks of all.
pub fn fork() -> io::Result<Option<ShellProcess>> {
    let threads = std::fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
    assert_eq!(
        threads, 1,
        "a process is split before any thread is started"
    );
    let supervisor = rustix::process::getpid();
    // SAFETY: this is the only thread, so the new process has nothing that is half done.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            set_parent_process_death_signal(Some(Signal::KILL))?;
            if rustix::process::getppid() != Some(supervisor) {
                super::exit_now(1);
            }
            Ok(None)
        }
        shell => {
            SHELL.store(shell, Ordering::Release);
            let told_of_children = tell_of_children()?;
            watch_signals()?;
            Ok(Pid::from_raw(shell).map(|process| ShellProcess {
                process,
                told_of_children,
                has_terminal: Cell::new(None),
            }))
        }
    }
}

impl ShellProcess {
    /// Waits for the end of the process, and of each `sh` that it asks for. Whenever the process is
    /// stopped, `stopped` is called; whenever such a `sh` is that has the terminal, `stop`.
    ///
    /// # Errors
    /// If somebody else has waited for it.
    pub fn wait(
        &self,
        service: &mut ShService,
        mut stopped: impl FnMut(),
        mut stop: impl FnMut(),
    ) -> io::Result<ExitStatus> {
        let mut end = None;
        loop {
            self.await_news(service);
            match end.is_none().then(|| self.news()).transpose()?.flatten() {
                Some(status) if status.stopped() => stopped(),
                Some(status) => end = Some(ExitStatus::from_raw(status.as_raw())),
                None => {}
            }
            service.look_after(&mut stop);
            // When the terminal has hung up, each `sh` learns of it by the end of its session's leader.
            let has_hung_up = |end: &ExitStatus| end.signal() == Some(libc::SIGHUP);
            if let Some(end) = end.filter(|end| service.is_idle() || has_hung_up(end)) {
                return Ok(end);
            }
        }
    }

    /// Waits until a child has ended or stopped, or something is asked for, which is answered.
    fn await_news(&self, service: &mut ShService) {
        let told = PollFd::new(&self.told_of_children, PollFlags::IN);
        let asked = service.requests();
        let asked = asked.map(|requests| PollFd::new(requests, PollFlags::IN));
        let mut descriptors: Vec<_> = std::iter::once(told).chain(asked).collect();
        // A signal that wakes it is news, or was handled.
        let _ = poll(&mut descriptors, None);
        let is_asked = descriptors
            .get(1)
            .is_some_and(|it| !it.revents().is_empty());
        while rustix::io::read(&self.told_of_children, &mut [0; 64]).is_ok_and(|it| it > 0) {}
        if is_asked {
            service.serve();
        }
    }

    /// What has become of the process, if that is new.
    fn news(&self) -> io::Result<Option<WaitStatus>> {
        match waitpid(
            Some(self.process),
            WaitOptions::UNTRACED | WaitOptions::NOHANG,
        ) {
            Ok(news) => Ok(news.map(|(_, status)| status)),
            Err(rustix::io::Errno::INTR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Lets the answer become readable whenever a child has ended or stopped, those of before included.
fn tell_of_children() -> io::Result<OwnedFd> {
    let (told, tell) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
    TELL_OF_CHILDREN.store(tell.into_raw_fd(), Ordering::Release);
    handle_by(
        libc::SIGCHLD,
        tell_of_child as extern "C" fn(_, _, _) as usize,
    )?;
    accept(libc::SIGCHLD);
    // One may have ended before there was a handler.
    tell_of(TELL_OF_CHILDREN.load(Ordering::Acquire));
    Ok(told)
}

extern "C" fn tell_of_child(_: libc::c_int, _: *mut libc::siginfo_t, _: *mut libc::c_void) {
    tell_of(TELL_OF_CHILDREN.load(Ordering::Acquire));
}

/// A target may put its process into a group of its own, as `os.setpgrp` does. Under `python` that
/// changes nothing at a terminal, where the process leads its group already.
impl ShellProcess {
    fn own_group(&self) -> Option<Pid> {
        let group = getpgid(Some(self.process)).ok();
        group.filter(|group| *group != getpgrp())
    }

    /// Gives the terminal to the process's own group, if it has one and this process has the terminal;
    /// false otherwise.
    pub fn give_terminal(&self) -> bool {
        let Some(group) = self.own_group() else {
            return false;
        };
        let is_given =
            tcgetpgrp(io::stdin()) == Ok(getpgrp()) && tcsetpgrp(io::stdin(), group).is_ok();
        if is_given {
            self.has_terminal.set(Some(group));
        }
        is_given
    }

    /// Takes the terminal back, unless it has been given to somebody else since.
    pub fn take_terminal_back(&self) {
        if let Some(group) = self.has_terminal.take()
            && tcgetpgrp(io::stdin()) == Ok(group)
        {
            // A terminal that is gone is nobody's.
            let _ = tcsetpgrp(io::stdin(), getpgrp());
        }
    }

    /// Lets the process go on whose group nobody else knows.
    pub fn go_on_in_own_group(&self) {
        if let Some(group) = self.own_group() {
            // It cannot fail for what one has started.
            let _ = kill_process_group(group, Signal::CONT);
        }
    }
}

/// Keeps the target's pseudo-terminal as large as the terminal, for as long as this process lives. It
/// is told of each change whatever handler the target has for that signal.
///
/// # Errors
/// If the system refuses.
pub fn keep_size_of(remains: &Remains) -> io::Result<()> {
    let kept = remains.0.try_clone()?.into_raw_fd();
    PSEUDO_TERMINAL.store(kept, Ordering::Release);
    handle_by(libc::SIGWINCH, resize as extern "C" fn(_, _, _) as usize)
}

extern "C" fn resize(_: libc::c_int, _: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: both calls are plain system calls, the first fills what the second reads, and `errno` is
    // left as it was.
    unsafe {
        let errno = *libc::__errno_location();
        let mut size: libc::winsize = MaybeUninit::zeroed().assume_init();
        if libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &raw mut size) == 0 {
            let terminal = PSEUDO_TERMINAL.load(Ordering::Acquire);
            libc::ioctl(terminal, libc::TIOCSWINSZ, &raw const size);
        }
        *libc::__errno_location() = errno;
    }
}

/// Does what Ctrl-Z does, unless nobody is there who could let the process go on. Comes back when it
/// goes on, with the terminal's modes as they were. The supervisor stops the other processes of the
/// group.
pub fn suspend(terminal: impl AsFd) {
    let modes = tcgetattr(&terminal);
    // SAFETY: sends signals to the calling thread, which blocks neither. A signal for the process
    // might be taken by another thread, and this one would run on until it is; and the size of the
    // terminal may have changed meanwhile, which is told only to those that run.
    unsafe {
        libc::raise(libc::SIGTSTP);
        libc::raise(libc::SIGWINCH);
    }
    // The supervisor does so as well, but perhaps only when a key has come already.
    if let Ok(modes) = modes
        && tcgetpgrp(&terminal).is_ok_and(|group| group == getpgrp())
    {
        // A terminal that is gone shows in the next line that is read.
        let _ = tcsetattr(&terminal, OptionalActions::Now, &modes);
    }
}

/// Stops this process and those that the target started, until somebody lets them go on; unless nobody
/// is there who could.
pub fn stop_beside_shell() {
    // None can fail for what is one's own.
    let _ = handle_by(libc::SIGTSTP, libc::SIG_DFL);
    let _ = kill_current_process_group(Signal::TSTP);
    let _ = handle_by(libc::SIGTSTP, libc::SIG_IGN);
    // Who is stopped is not told of a new size.
    let _ = kill_process(rustix::process::getpid(), Signal::WINCH);
}

/// Signals of the terminal are for the shell alone, which gets its own; what a process sends is
/// passed on.
fn watch_signals() -> io::Result<()> {
    let forward = forward as extern "C" fn(_, _, _);
    for signal in FORWARDED {
        handle_by(signal, forward as usize)?;
    }
    // The shell stops first; this process follows when it has given the terminal back. And it may
    // set the modes of the terminal whoever has it.
    handle_by(libc::SIGTSTP, libc::SIG_IGN)?;
    handle_by(libc::SIGTTOU, libc::SIG_IGN)
}

/// Lets a signal call a handler that has the signature which `SA_SIGINFO` asks for, or do what one of
/// the two that are no functions means.
fn handle_by(signal: libc::c_int, handler: libc::sighandler_t) -> io::Result<()> {
    let mut action = action_of(signal)?;
    action.sa_sigaction = handler;
    action.sa_flags = libc::SA_RESTART | libc::SA_SIGINFO;
    // SAFETY: the handlers of this file are async-signal-safe and have that signature.
    unsafe { set_action(signal, &action) }
}

extern "C" fn forward(
    signal: libc::c_int,
    information: *mut libc::siginfo_t,
    _: *mut libc::c_void,
) {
    let shell = SHELL.load(Ordering::Acquire);
    // SAFETY: the kernel gives the information to a handler with SA_SIGINFO, with the sender if that
    // is a process; `kill` and `getsid` are async-signal-safe. What the kernel sends itself, it sends to
    // the whole process group, but that a terminal hangs up it tells the leader of the session alone. What
    // the target sends to its group has reached it already.
    unsafe {
        let is_sent = (*information).si_code <= 0 && (*information).si_pid() != shell;
        let is_hangup = signal == libc::SIGHUP && libc::getsid(0) == libc::getpid();
        if is_sent || is_hangup {
            libc::kill(shell, signal);
        }
    }
}
