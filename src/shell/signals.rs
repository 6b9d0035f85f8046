//! Ctrl-C where there is no prompt: SIGINT reaches the script as well as the target.

use std::io;

use crossbeam_channel::{Receiver, unbounded};
use signal_hook::consts::SIGINT;
use signal_hook::iterator::Signals;

use crate::commands::Key;

/// Keys that come as signals. Python's own handler is called as well: a target that runs in a
/// script gets the Ctrl-C that it would get without the shell.
///
/// Must be called when the interpreter has installed its handlers, which this one is put before.
///
/// # Errors
/// If the handler cannot be installed.
pub(super) fn interrupts() -> io::Result<Receiver<Key>> {
    let (sender, keys) = unbounded();
    let mut signals = Signals::new([SIGINT])?;
    std::thread::Builder::new()
        .name("instrsh-signals".into())
        .spawn(move || {
            for _ in signals.forever() {
                if sender.send(Key::Interrupt).is_err() {
                    break;
                }
            }
        })?;
    Ok(keys)
}
