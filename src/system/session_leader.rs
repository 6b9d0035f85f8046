//! A session of its own for a program: a process that leads it and does nothing but wait for the program, which
//! leads the process group in front.
//!
//! Under a person's shell a program does not lead its session, either: it may make a process group of its own
//! (`os.setpgrp`), which a leader must not, and when it ends, the children that it leaves are not hung up.

#![expect(unsafe_code, reason = "what is done between fork and exec, in C")]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

use rustix::process::{getpgrp, getpid, ioctl_tiocsctty, setpgid, setsid};
use rustix::termios::tcsetpgrp;

use super::origin::{raise, set};

/// Makes this process the leader of a session at a terminal, and continues in a child of it. Called between fork and
/// exec, while SIGTTOU is ignored; the leader does not return, and ends as the child does.
pub(super) fn lead_session(terminal: &File) -> io::Result<()> {
    setsid()?;
    ioctl_tiocsctty(terminal)?;
    // SAFETY: both processes make system calls and nothing else.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            setpgid(None, None)?;
            Ok(tcsetpgrp(terminal, getpid())?)
        }
        program => lead(terminal, program),
    }
}

fn lead(terminal: &File, program: libc::pid_t) -> ! {
    // SAFETY: makes system calls only; nothing that is closed here is used afterwards.
    unsafe {
        libc::dup2(terminal.as_raw_fd(), 0);
        libc::syscall(libc::SYS_close_range, 1u32, u32::MAX, 0u32);
    }
    // The terminal's end is that of the session: the handlers are those of the shell, of which this is a copy.
    set(libc::SIGHUP, libc::SIG_DFL);
    let mut status = 0;
    // SAFETY: waits for a child of this process.
    while unsafe { libc::waitpid(program, &raw mut status, 0) } != program {}
    // Who is left in front would be hung up with this process.
    // SAFETY: the terminal is that of this session.
    let _ = tcsetpgrp(unsafe { std::os::fd::BorrowedFd::borrow_raw(0) }, getpgrp());
    if libc::WIFSIGNALED(status) {
        let signal = libc::WTERMSIG(status);
        // SAFETY: the core that tells something is that of the program.
        unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 0) };
        set(signal, libc::SIG_DFL);
        raise(signal);
    }
    // SAFETY: ends the process.
    unsafe { libc::_exit(libc::WEXITSTATUS(status)) }
}
