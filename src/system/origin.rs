//! What the process was given when it was started: its children are given the same.

#![expect(unsafe_code, reason = "signals are set in C")]

use std::io;
use std::mem::MaybeUninit;
use std::sync::OnceLock;

use rustix::fs::{Mode, OFlags, open};
use rustix::io::fcntl_getfd;
use rustix::termios::{Termios, tcgetattr};

/// Signals that the shell ignores for itself: what it writes may have no reader, or be too much, and it may set
/// the terminal whoever has it.
const IGNORED: [libc::c_int; 3] = [libc::SIGPIPE, libc::SIGXFSZ, libc::SIGTTOU];

/// The highest number of a signal.
const LAST_SIGNAL: libc::c_int = 64;

static ORIGIN: OnceLock<Origin> = OnceLock::new();

struct Origin {
    /// The signals that were ignored.
    ignored: Vec<libc::c_int>,
    /// Those that were blocked.
    blocked: libc::sigset_t,
    /// The modes of the terminal, if stdin is one.
    modes: Option<Termios>,
}

/// Takes note of it, and makes the process a shell: standard streams that are closed become empty, and some signals
/// are ignored. Must be called once, while the process has one thread, and before anything else.
///
/// # Errors
/// If the system refuses.
pub fn begin() -> io::Result<()> {
    open_streams()?;
    ORIGIN.get_or_init(|| Origin {
        ignored: (1..=LAST_SIGNAL)
            .filter(|it| action_of(*it) == libc::SIG_IGN)
            .collect(),
        blocked: unblock_all(),
        modes: tcgetattr(io::stdin()).ok(),
    });
    for signal in IGNORED {
        set(signal, libc::SIG_IGN);
    }
    Ok(())
}

/// Whether a signal was ignored when the process was started.
pub(super) fn was_ignored(signal: libc::c_int) -> bool {
    let origin = ORIGIN.get();
    origin.is_some_and(|origin| origin.ignored.contains(&signal))
}

/// The modes that the terminal had when the process was started.
pub(super) fn terminal_modes() -> Option<&'static Termios> {
    ORIGIN.get()?.modes.as_ref()
}

/// Gives the process the signals as they were: called between fork and exec.
pub(super) fn restore_signals() {
    for signal in 1..=LAST_SIGNAL {
        let action = if was_ignored(signal) {
            libc::SIG_IGN
        } else {
            libc::SIG_DFL
        };
        set(signal, action);
    }
    if let Some(origin) = ORIGIN.get() {
        // SAFETY: the set is filled; the call has no other preconditions.
        unsafe {
            libc::pthread_sigmask(
                libc::SIG_SETMASK,
                &raw const origin.blocked,
                std::ptr::null_mut(),
            );
        }
    }
}

/// Opens what is closed, lest something else take its place.
fn open_streams() -> io::Result<()> {
    loop {
        let streams = [
            fcntl_getfd(io::stdin()),
            fcntl_getfd(io::stdout()),
            fcntl_getfd(io::stderr()),
        ];
        if streams.iter().all(Result::is_ok) {
            return Ok(());
        }
        // It gets the lowest number that is free.
        let nothing = open("/dev/null", OFlags::RDWR, Mode::empty())?;
        std::mem::forget(nothing);
    }
}

/// What a signal does, as the kernel knows it: the C library hides those that it uses itself.
#[repr(C)]
#[derive(Default)]
struct KernelAction {
    handler: libc::sighandler_t,
    flags: libc::c_ulong,
    restorer: usize,
    blocked: u64,
}

/// What a signal does now.
fn action_of(signal: libc::c_int) -> libc::sighandler_t {
    let mut action = KernelAction::default();
    let (none, length) = (std::ptr::null::<KernelAction>(), size_of::<u64>());
    // SAFETY: asks for the present action only, which has this form.
    unsafe {
        libc::syscall(
            libc::SYS_rt_sigaction,
            signal,
            none,
            &raw mut action,
            length,
        )
    };
    action.handler
}

/// Sets what a signal does; two cannot be set.
pub(super) fn set(signal: libc::c_int, handler: libc::sighandler_t) {
    let action = KernelAction {
        handler,
        ..KernelAction::default()
    };
    let (none, length) = (std::ptr::null_mut::<KernelAction>(), size_of::<u64>());
    // SAFETY: neither of the two actions runs any code.
    unsafe {
        libc::syscall(
            libc::SYS_rt_sigaction,
            signal,
            &raw const action,
            none,
            length,
        )
    };
}

/// Sends a signal to this thread.
pub(super) fn raise(signal: libc::c_int) {
    // SAFETY: does what the signal does now.
    unsafe { libc::raise(signal) };
}

/// Lets this process receive every signal; those that were blocked.
fn unblock_all() -> libc::sigset_t {
    // SAFETY: both sets are filled before they are read.
    unsafe {
        let (mut none, mut before) = (MaybeUninit::uninit(), MaybeUninit::zeroed());
        libc::sigemptyset(none.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, none.as_ptr(), before.as_mut_ptr());
        before.assume_init()
    }
}
