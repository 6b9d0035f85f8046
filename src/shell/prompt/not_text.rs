//! Terminal input that is not UTF-8: a key in another encoding, a paste of bytes.
//!
//! The editor stops in the middle of a paste, and loses what it has read ahead. The rest of such a
//! paste must not be taken for commands.

use std::fs::File;
use std::io::Read;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Marks the end of a paste.
const END_OF_PASTE: &[u8] = b"\x1b[201~";
/// A paste has ended when nothing has arrived for this long.
const SILENCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

/// Drops input up to the end of the paste, and what has arrived with it.
pub(super) fn drop_rest() {
    // If the terminal is gone, reading the next line fails.
    let Ok(mut terminal) = File::open("/dev/tty") else {
        return;
    };
    let (mut dropped, mut buffer) = (Vec::new(), [0; 4096]);
    while is_readable(&terminal) {
        match terminal.read(&mut buffer) {
            Ok(length @ 1..) => dropped.extend_from_slice(&buffer[..length]),
            Ok(_) | Err(_) => return,
        }
        let mut places = dropped.windows(END_OF_PASTE.len());
        if places.any(|place| place == END_OF_PASTE) {
            return;
        }
        // The end marker may be incomplete.
        let kept = dropped.len().saturating_sub(END_OF_PASTE.len());
        dropped.drain(..kept);
    }
}

fn is_readable(terminal: &File) -> bool {
    let mut descriptors = [PollFd::new(terminal, PollFlags::IN)];
    poll(&mut descriptors, Some(&SILENCE)) == Ok(1)
}
