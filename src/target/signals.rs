//! Which thread gets which signal.
//!
//! A signal for the process belongs to the target, as it would under `python`; the kernel prefers
//! the process's first thread, so the shell's threads block all but what a terminal needs.

#![expect(unsafe_code, reason = "signal masks are set in C")]

use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::IntoRawFd;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use rustix::pipe::PipeFlags;

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

/// The handler that Python installed for SIGINT, and where to tell of the signal.
static PYTHON_HANDLER: AtomicUsize = AtomicUsize::new(libc::SIG_DFL);
static TELL: AtomicI32 = AtomicI32::new(-1);
/// The process that wants to be told: a child that it forks inherits the handler.
static PROCESS: AtomicI32 = AtomicI32::new(0);

/// Tells of each SIGINT by a byte that arrives at the answer, unless the process sent it to itself:
/// that is a word of the program to itself. Python's own handler is called in any case: a target
/// that runs in a script gets the Ctrl-C that it would get under `python`. A target that installs a
/// handler of its own replaces this one too: see [`keep_telling_of_interrupts`].
///
/// Must be called once, after the interpreter has installed its handlers.
///
/// # Errors
/// If the system gives no pipe, or refuses the handler.
pub fn tell_of_interrupts() -> io::Result<File> {
    let (told, tell) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
    rustix::io::ioctl_fionbio(&told, false)?;
    TELL.store(tell.into_raw_fd(), Ordering::Release);
    PROCESS.store(std::process::id().cast_signed(), Ordering::Release);
    let action = interrupt_action()?;
    PYTHON_HANDLER.store(action.sa_sigaction, Ordering::Release);
    tell_instead_of(action)?;
    Ok(told.into())
}

/// Tells of interrupts again, if the target has put Python's own handler back meanwhile, as
/// `signal.signal` and with it `asyncio.run` do. A handler that C code installed is left alone.
pub fn keep_telling_of_interrupts() {
    let is_telling = TELL.load(Ordering::Acquire) >= 0;
    if is_telling
        && let Ok(action) = interrupt_action()
        && action.sa_sigaction == PYTHON_HANDLER.load(Ordering::Acquire)
    {
        // What was refused now was accepted once; the next call tries again.
        let _ = tell_instead_of(action);
    }
}

/// What a SIGINT does now.
fn interrupt_action() -> io::Result<libc::sigaction> {
    let mut action = MaybeUninit::zeroed();
    // SAFETY: asks for the present action only, and zeroed memory is a valid one.
    unsafe {
        match libc::sigaction(libc::SIGINT, std::ptr::null(), action.as_mut_ptr()) {
            0 => Ok(action.assume_init()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

/// A handler that is told by whom a signal was sent: that of an action with `SA_SIGINFO`.
type InformedHandler = extern "C" fn(libc::c_int, *const libc::siginfo_t, *const libc::c_void);

/// Lets a SIGINT call our handler instead of the one in `action`, with the same flags otherwise:
/// without `SA_RESTART`, as Python wants it, so that a signal wakes what blocks.
fn tell_instead_of(mut action: libc::sigaction) -> io::Result<()> {
    action.sa_sigaction = tell_and_forward as InformedHandler as usize;
    action.sa_flags |= libc::SA_SIGINFO;
    // SAFETY: the action was read from the system but for the handler, which is async-signal-safe.
    match unsafe { libc::sigaction(libc::SIGINT, &raw const action, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Whether `handler` is a function: neither the default nor that the signal is ignored.
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
    // was. The kernel says by whom a signal was sent, 0 for a key of the terminal. A full pipe has
    // told enough. The handler was read from a `sigaction` without SA_SIGINFO, so it has this
    // signature, unless it is one of the two that are no functions.
    unsafe {
        let errno = *libc::__errno_location();
        let process = libc::getpid();
        let is_for_shell = process == PROCESS.load(Ordering::Acquire);
        if is_for_shell && (*sent).si_pid() != process {
            libc::write(TELL.load(Ordering::Acquire), c"!".as_ptr().cast(), 1);
        }
        if is_function(handler) {
            let handler: extern "C" fn(libc::c_int) = std::mem::transmute(handler);
            handler(signal);
        }
        *libc::__errno_location() = errno;
    }
}

/// Keeps signals for the target away from this thread and those that it starts.
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

/// Lets all signals reach this thread, which its child processes inherit.
pub(super) fn accept_all() {
    // SAFETY: as above.
    unsafe {
        let mut set = MaybeUninit::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, set.as_ptr(), std::ptr::null_mut());
    }
}

/// Gives faults their default action, as a process has it that Python finds. Rust's own handler, which
/// tells of a stack that has overflowed, swallows the first fault that a program raises itself.
pub(super) fn leave_faults_alone() {
    // SAFETY: the default action runs no code of ours, and the numbers are those of signals.
    unsafe {
        for fault in [libc::SIGSEGV, libc::SIGBUS] {
            libc::signal(fault, libc::SIG_DFL);
        }
    }
}

/// A thread that signals can be sent to.
#[derive(Debug, Clone, Copy)]
pub(super) struct SignalledThread(libc::pthread_t);

impl SignalledThread {
    /// The calling thread.
    pub(super) fn current() -> Self {
        // SAFETY: has no preconditions.
        Self(unsafe { libc::pthread_self() })
    }

    /// Sends SIGINT to the thread, if somebody handles it: else it would end the whole process.
    /// The thread must not have ended.
    pub(super) fn interrupt(self) {
        if interrupt_action().is_ok_and(|action| is_function(action.sa_sigaction)) {
            // SAFETY: the target thread lives until it is told to finalise, which comes after.
            unsafe { libc::pthread_kill(self.0, libc::SIGINT) };
        }
    }
}
