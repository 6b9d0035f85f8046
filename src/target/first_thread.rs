//! The process's first thread, which becomes Python's main thread, as it is under `python`.
//!
//! The kernel gives a signal for the process to its first thread, if that accepts it. If the target ran
//! on another one, a thread that the program started could take the signal, and the main one would
//! sleep on. So the shell is what runs beside.

use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, select};

use super::{exit_now, leave_to_target};

/// Rust's default of 2 MiB overflows where Python survives; a first thread has what `ulimit -s` says.
const STACK_SIZE: usize = 64 << 20;
/// How long the first thread may take to come back when the shell has ended.
const PATIENCE: Duration = Duration::from_secs(1);

/// The life of a target.
pub(super) type Life = Box<dyn FnOnce() + Send>;

/// Where the first thread waits for it, if it waits.
static OFFER: OnceLock<Sender<Life>> = OnceLock::new();
/// Whether the first thread is a target now.
static IS_LENT: Mutex<bool> = Mutex::new(false);
static IS_BACK: Condvar = Condvar::new();

/// Runs the shell on a thread of its own, and lends the calling thread, the process's first, to the
/// target that the shell starts. The answer is the exit status of the shell.
///
/// # Errors
/// If no thread can be started.
pub fn run_beside(shell: impl FnOnce() -> u8 + Send + 'static) -> io::Result<u8> {
    leave_to_target();
    let (offer, lives) = bounded(1);
    // The first offer holds; nobody makes a second one.
    let _ = OFFER.set(offer);
    let (alive, ended) = bounded::<()>(0);
    let body = move || {
        let _alive = alive;
        let status = shell();
        if !is_back_within(PATIENCE) {
            exit_now(status);
        }
        status
    };
    let shell = thread::Builder::new().name("instrsh-shell".into());
    let shell = shell.spawn(body)?;
    lend(&lives, &ended);
    shell
        .join()
        .or_else(|panic| std::panic::resume_unwind(panic))
}

/// Lives what is handed over, one life after the other, until the shell has ended.
fn lend(lives: &Receiver<Life>, ended: &Receiver<()>) {
    loop {
        select! {
            recv(lives) -> life => {
                if let Ok(life) = life {
                    life();
                }
                *is_lent() = false;
                IS_BACK.notify_all();
            }
            recv(ended) -> _ => return,
        }
    }
}

fn is_lent() -> MutexGuard<'static, bool> {
    IS_LENT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_back_within(patience: Duration) -> bool {
    let waited = IS_BACK.wait_timeout_while(is_lent(), patience, |is_lent| *is_lent);
    !*waited.unwrap_or_else(PoisonError::into_inner).0
}

/// Lets a target live: on the first thread if that is offered, as in the shell, otherwise on a new one.
pub(super) fn begin(life: Life) -> io::Result<()> {
    if let Some(offer) = OFFER.get() {
        *is_lent() = true;
        let gone = |_| io::Error::other("the first thread has ended");
        return offer.send(life).map_err(gone);
    }
    thread::Builder::new()
        .name("instrsh-target".into())
        .stack_size(STACK_SIZE)
        .spawn(life)
        .map(drop)
}
