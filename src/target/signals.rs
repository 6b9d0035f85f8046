//! Which thread gets which signal.
//!
//! A signal for the process belongs to the program, as it would under `python`; the kernel prefers
//! the process's first thread, so the shell's threads block all but what a terminal needs.

#![expect(unsafe_code, reason = "signal masks are set in C")]

use std::fs::File;
use std::io::{self, Read};
use std::mem::MaybeUninit;
use std::os::fd::{IntoRawFd, RawFd};
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use rustix::pipe::PipeFlags;

use super::children::Status;
use crate::cpython::interrupt_action;

pub(super) use crate::cpython::action_of;

/// Signals of the terminal, which the shell handles, and those that mean a fault of the thread.
const FOR_ANY_THREAD: [libc::c_int; 10] = [
    libc::SIGWINCH,
    libc::SIGTSTP,
    libc::SIGTTIN,
    libc::SIGTTOU,
    libc::SIGCONT,
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGABRT,
];

/// A signal that interrupts blocking calls and has no other effect: by default it is ignored.
pub(super) const WAKE: libc::c_int = libc::SIGURG;

/// The handler that Python installed for SIGINT, and the pipe that reports the signal.
static PYTHON_HANDLER: AtomicUsize = AtomicUsize::new(libc::SIG_DFL);
static TELL: AtomicI32 = AtomicI32::new(-1);
/// The only process that reports the signal: its forked children inherit the handler.
static PROCESS: AtomicI32 = AtomicI32::new(0);

/// Reports each SIGINT that is meant for the shell. Python's own handler is called as well, so that a
/// program in a script gets the Ctrl-C that it would get under `python`. A program that installs its
/// own handler replaces this one: see [`keep_telling_of_interrupts`]. If SIGINT is ignored from the
/// start, as in the background of a script, nothing is reported.
///
/// Must be called once, after the interpreter has installed its handlers.
///
/// # Errors
/// If the system has no pipe, or refuses the handler.
pub fn tell_of_interrupts() -> io::Result<Interrupts> {
    let (told, tell) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
    rustix::io::ioctl_fionbio(&told, false)?;
    let action = interrupt_action()?;
    if action.sa_sigaction != libc::SIG_IGN {
        TELL.store(tell.into_raw_fd(), Ordering::Release);
        PROCESS.store(std::process::id().cast_signed(), Ordering::Release);
        PYTHON_HANDLER.store(action.sa_sigaction, Ordering::Release);
        tell_instead_of(action)?;
    }
    Ok(Interrupts(told.into()))
}

/// The SIGINTs that are meant for the shell, as they arrive: not those that the program, or a process
/// that it started, sends to the program.
pub struct Interrupts(File);

impl Iterator for Interrupts {
    type Item = ();

    fn next(&mut self) -> Option<()> {
        let own = std::process::id();
        loop {
            let mut sender = [0; size_of::<u32>()];
            self.0.read_exact(&mut sender).ok()?;
            if !descends(u32::from_ne_bytes(sender), own) {
                return Some(());
            }
        }
    }
}

/// Whether a process is `ancestor` or a descendant of it; false if it is gone.
fn descends(process: u32, ancestor: u32) -> bool {
    let parent = |process: &u32| Some(Status::of(*process)?.parent);
    std::iter::successors(Some(process), parent).any(|it| it == ancestor)
}

/// Reports interrupts again after the program has restored Python's own handler, as `signal.signal`
/// does, and therefore `asyncio.run`. A handler that C code installed is left alone.
pub fn keep_telling_of_interrupts() {
    let is_telling = TELL.load(Ordering::Acquire) >= 0;
    if is_telling
        && let Ok(action) = interrupt_action()
        && action.sa_sigaction == PYTHON_HANDLER.load(Ordering::Acquire)
    {
        // The handler was accepted before; if it is refused now, the next call tries again.
        let _ = tell_instead_of(action);
    }
}

/// Whether SIGINT is ignored.
pub(super) fn are_interrupts_ignored() -> bool {
    interrupt_action().is_ok_and(|action| action.sa_sigaction == libc::SIG_IGN)
}

/// A handler that learns who sent the signal: that of an action with `SA_SIGINFO`.
type InformedHandler = extern "C" fn(libc::c_int, *const libc::siginfo_t, *const libc::c_void);

/// Makes SIGINT call our handler instead of the one in `action`. The other flags stay: without
/// `SA_RESTART`, as Python requires, so that a signal interrupts blocking calls.
fn tell_instead_of(mut action: libc::sigaction) -> io::Result<()> {
    action.sa_sigaction = tell_and_forward as InformedHandler as usize;
    action.sa_flags |= libc::SA_SIGINFO;
    // SAFETY: the handler is async-signal-safe and informed, as the flags say.
    unsafe { set_action(libc::SIGINT, &action) }
}

/// Makes a signal call an async-signal-safe function; without one, restores its default action.
pub(super) fn set_handler(
    signal: libc::c_int,
    handler: Option<extern "C" fn(libc::c_int)>,
    flags: libc::c_int,
) -> io::Result<()> {
    let mut action = action_of(signal)?;
    action.sa_sigaction = handler.map_or(libc::SIG_DFL, |handler| handler as usize);
    action.sa_flags = flags;
    // SAFETY: the handler is async-signal-safe and asks for no information.
    unsafe { set_action(signal, &action) }
}

/// Sets what a signal does: what [`action_of`] returned, except for handler and flags.
///
/// # Safety
/// The handler must be async-signal-safe and have the signature that the flags ask for.
pub(super) unsafe fn set_action(signal: libc::c_int, action: &libc::sigaction) -> io::Result<()> {
    // SAFETY: the caller vouches for the handler.
    match unsafe { libc::sigaction(signal, action, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Reports a signal from its handler, by a byte in a pipe.
pub(super) fn tell(pipe: RawFd) {
    // SAFETY: `write` is async-signal-safe, and `errno` is left as it was. A full pipe already
    // contains a report.
    unsafe {
        let errno = *libc::__errno_location();
        libc::write(pipe, c"!".as_ptr().cast(), 1);
        *libc::__errno_location() = errno;
    }
}

/// Stops the program's timers. A finalised interpreter has no handlers, so their signals would end the
/// process.
pub(super) fn stop_timers() {
    for timer in [libc::ITIMER_REAL, libc::ITIMER_VIRTUAL, libc::ITIMER_PROF] {
        // SAFETY: a zeroed time stops a timer; the old one is not asked for.
        unsafe { libc::setitimer(timer, &std::mem::zeroed(), std::ptr::null_mut()) };
    }
}

/// Whether `handler` is a function: neither `SIG_DFL` nor `SIG_IGN`.
fn is_function(handler: libc::sighandler_t) -> bool {
    handler != libc::SIG_DFL && handler != libc::SIG_IGN
}

extern "C" fn tell_and_forward(
    signal: libc::c_int,
    sent: *const libc::siginfo_t,
    _: *const libc::c_void,
) {
    let handler = PYTHON_HANDLER.load(Ordering::Acquire);
    // SAFETY: `getpid`, `write` and Python's handler are async-signal-safe; `errno` is left as it
    // was. The kernel gives the id of the process that sent a signal, 0 for a key of the terminal. A
    // full pipe already contains a report. The handler was read from a `sigaction` without SA_SIGINFO,
    // so it has this signature, unless it is one of the two that are no functions.
    unsafe {
        let errno = *libc::__errno_location();
        if libc::getpid() == PROCESS.load(Ordering::Acquire) {
            let sender = (*sent).si_pid();
            let tell = TELL.load(Ordering::Acquire);
            libc::write(tell, (&raw const sender).cast(), size_of_val(&sender));
        }
        if is_function(handler) {
            let handler: extern "C" fn(libc::c_int) = std::mem::transmute(handler);
            handler(signal);
        }
        *libc::__errno_location() = errno;
    }
}

/// Blocks the program's signals in this thread and those that it starts.
pub fn leave_to_target() {
    // SAFETY: the set is filled before it is read; the calls have no other preconditions.
    unsafe {
        let mut set = MaybeUninit::uninit();
        libc::sigfillset(set.as_mut_ptr());
        for signal in FOR_ANY_THREAD {
            libc::sigdelset(set.as_mut_ptr(), signal);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, set.as_ptr(), std::ptr::null_mut());
    }
}

/// Unblocks all signals in this thread; its child processes inherit that.
pub(super) fn accept_all() {
    // SAFETY: as above.
    unsafe {
        let mut set = MaybeUninit::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, set.as_ptr(), std::ptr::null_mut());
    }
}

/// Unblocks one signal in this thread, which the parent process may have blocked.
pub(super) fn accept(signal: libc::c_int) {
    // SAFETY: as above.
    unsafe {
        let mut set = MaybeUninit::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, set.as_ptr(), std::ptr::null_mut());
    }
}

/// Gives faults their default action, and runs handlers on the thread's own stack, as under `python`.
/// Rust's own handler, which reports stack overflows, swallows the first fault that a program raises
/// itself; and its small alternate stack overflows if Python's handlers interrupt each other.
pub(super) fn leave_faults_alone() {
    // SAFETY: the default action runs no code of ours, and the numbers are those of signals; a
    // disabled stack has no other fields, and no handler runs on the one that was there.
    unsafe {
        for fault in [libc::SIGSEGV, libc::SIGBUS] {
            libc::signal(fault, libc::SIG_DFL);
        }
        let mut none: libc::stack_t = std::mem::zeroed();
        none.ss_flags = libc::SS_DISABLE;
        libc::sigaltstack(&raw const none, std::ptr::null_mut());
    }
}
